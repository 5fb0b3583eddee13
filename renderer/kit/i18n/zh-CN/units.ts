/** Units and the words of times. A thin space (U+2009) stands between a number and its unit. */
export const units = {
  cores: '{{n}} 核',
  coresOf: '{{used}} / {{of}} 核',
  hosts: '{{n}} 台',
  times: '{{n}} 次',
  none: '—',
  day: '{{n}} 天',
  hour: '{{n}} 小时',
  minute: '{{n}} 分',
  second: '{{n}} 秒',
  millisecond: '{{n}} 毫秒',
  justNow: '刚刚',
  ago: '{{duration}}前',
  never: '从未',
  exact: '{{at}}（北京时间）',
  unknownSince: '未知，自 {{at}}',
  unknown: '未知',
} as const
