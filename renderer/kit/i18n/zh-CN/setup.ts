export const setup = {
  title: '初始化',
} as const
