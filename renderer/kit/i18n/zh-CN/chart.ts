export const chart = {
  table: '表格',
  chart: '图形',
  export: '导出 CSV',
  time: '时间',
  noData: '这段时间没有数据',
  gap: '无数据',
  span: '时间范围',
  hour: '1 小时',
  day: '24 小时',
  week: '7 天',
  last: { hour: '近 1 小时', day: '近 24 小时', week: '近 7 天' },
} as const
