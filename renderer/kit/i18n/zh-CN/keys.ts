export const keys = {
  title: '键盘操作',
  hint: '输入文字时快捷键不起作用。',
  general: '通用',
  help: '显示或关闭本页说明',
  go: '前往',
  search: '搜索或命令',
  then: '再按',
} as const
