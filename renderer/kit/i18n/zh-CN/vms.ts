export const vms = {
  title: '虚拟机',
} as const
