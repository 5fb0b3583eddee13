export const hosts = {
  title: '主机',
} as const
