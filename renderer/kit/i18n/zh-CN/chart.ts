export const chart = {
  table: '表格',
  chart: '图形',
  export: '导出 CSV',
  time: '时间',
  noData: '这段时间没有数据',
  gap: '无数据',
} as const
