/** How loud each state of a capacity is. */
export const capacityTones = {
  ample: 'quiet',
  busy: 'warning',
  tight: 'warning',
  strained: 'critical',
  full: 'critical',
} as const
