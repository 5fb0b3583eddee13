import type { RhythmName } from '#demo/load/rhythm.ts'

export type PlatformCode = 'internet' | 'gov-extranet'

export type PlatformSeed = {
  readonly code: PlatformCode
  readonly name: string
  /** Protection levels (等保) that it carries. */
  readonly levels: readonly number[]
}

export const platforms: readonly PlatformSeed[] = [
  { code: 'internet', name: '互联网区', levels: [2] },
  { code: 'gov-extranet', name: '政务外网区', levels: [2, 3] },
]

export type ApplicationSeed = {
  /** Short form for machine names, unique. */
  readonly code: string
  readonly name: string
  readonly level: number
  readonly platform: PlatformCode
  readonly rhythm: RhythmName
}

export type DepartmentSeed = {
  readonly code: string
  readonly name: string
  readonly applications: readonly ApplicationSeed[]
}

const internet = (code: string, name: string, rhythm: RhythmName): ApplicationSeed =>
  ({ code, name, level: 2, platform: 'internet', rhythm }) as const
const inner = (code: string, name: string, level: 2 | 3, rhythm: RhythmName): ApplicationSeed =>
  ({ code, name, level, platform: 'gov-extranet', rhythm }) as const

/** The city's departments and what they run: applications only, never people. */
export const departments: readonly DepartmentSeed[] = [
  {
    code: 'xxzx',
    name: '市信息中心',
    applications: [
      internet('wzq', '市政府网站群', 'public'),
      internet('ydzw', '政务服务移动平台', 'public'),
      inner('jkgl', '运行监控管理', 2, 'steady'),
      inner('sjjh', '数据交换平台', 3, 'batch'),
    ],
  },
  {
    code: 'zfb',
    name: '市政府办公室',
    applications: [
      internet('xxgk', '政府信息公开', 'public'),
      inner('hytz', '政府会议通知', 3, 'meeting'),
      inner('gwjh', '公文交换', 3, 'office'),
    ],
  },
  {
    code: 'jyj',
    name: '市教育局',
    applications: [internet('zkbm', '招考报名', 'registration'), inner('xjgl', '学籍管理', 3, 'office')],
  },
  {
    code: 'zjj',
    name: '市住房和城乡建设局',
    applications: [
      internet('jsxy', '建设领域信息公开与诚信平台', 'public'),
      inner('gcsp', '工程建设审批', 3, 'office'),
    ],
  },
  {
    code: 'spj',
    name: '市行政审批局',
    applications: [internet('wsbs', '网上办事大厅', 'public'), inner('qlyg', '行政权力网上公开透明运行', 3, 'office')],
  },
  {
    code: 'rsj',
    name: '市人力资源和社会保障局',
    applications: [internet('rsks', '人事考试报名', 'registration'), inner('sbyw', '社保业务查询', 3, 'office')],
  },
  {
    code: 'scj',
    name: '市市场监督管理局',
    applications: [internet('qyxy', '企业信用公示', 'public'), inner('djxk', '登记许可', 3, 'office')],
  },
  {
    code: 'jtj',
    name: '市交通运输局',
    applications: [internet('cxxx', '公交出行信息', 'public'), inner('yzgl', '运政管理', 2, 'office')],
  },
  {
    code: 'hbj',
    name: '市生态环境局',
    applications: [internet('kqzl', '空气质量发布', 'steady'), inner('wryj', '污染源监测', 2, 'steady')],
  },
  {
    code: 'zgj',
    name: '市自然资源和规划局',
    applications: [internet('ghgs', '规划公示', 'public'), inner('dlxx', '地理信息共享', 3, 'office')],
  },
  {
    code: 'czj',
    name: '市财政局',
    applications: [internet('cggs', '采购公示', 'public'), inner('ysgl', '预算管理', 3, 'office')],
  },
  {
    code: 'mzj',
    name: '市民政局',
    applications: [internet('djyy', '登记预约', 'public'), inner('shjz', '社会救助', 3, 'office')],
  },
  { code: 'tjj', name: '市统计局', applications: [inner('tjzb', '统计直报', 2, 'batch')] },
  { code: 'yjj', name: '市应急管理局', applications: [inner('yjzh', '应急指挥', 3, 'steady')] },
  { code: 'daj', name: '市档案馆', applications: [inner('dzda', '电子档案', 2, 'office')] },
  { code: 'wlj', name: '市文化广电和旅游局', applications: [internet('wlxx', '文旅信息', 'public')] },
]

export type Tier = {
  readonly code: string
  readonly name: string
  /** Memory compared with the host's average machine. */
  readonly size: number
  readonly data: 'none' | 'data'
  /** Rhythm of its own, whatever the application does. */
  readonly rhythm?: RhythmName
}

/** The parts an application is cut into, most common first. */
export const tiers: readonly Tier[] = [
  { code: 'web', name: 'Web 服务器', size: 0.6, data: 'none' },
  { code: 'app', name: '应用服务器', size: 1.1, data: 'none' },
  { code: 'db', name: '数据库', size: 1.9, data: 'data' },
  { code: 'web', name: 'Web 服务器', size: 0.6, data: 'none' },
  { code: 'cache', name: '缓存', size: 0.8, data: 'none' },
  { code: 'file', name: '文件存储', size: 0.7, data: 'data', rhythm: 'batch' },
  { code: 'test', name: '测试环境', size: 0.7, data: 'none', rhythm: 'idle' },
]
