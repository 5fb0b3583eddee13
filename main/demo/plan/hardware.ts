/** One server model: what the simulated host tells about itself and how much power it draws. */
export type ServerModel = {
  readonly vendor: string
  readonly product: string
  /** Short form for host names. */
  readonly code: string
  readonly origin: 'reused' | 'new'
  readonly arch: 'x86_64' | 'aarch64'
  /** As the processor calls itself. */
  readonly processor: string
  /** CPU model and vendor in libvirt's names. */
  readonly cpuModel: string
  readonly cpuVendor: string
  /** libvirt's feature names beyond the model. */
  readonly features: readonly string[]
  readonly mhz: number
  readonly sockets: number
  readonly coresPerSocket: number
  readonly threadsPerCore: number
  readonly memoryGiB: number
  readonly storageGiB: number
  /** How many machines it carries when it is well used. */
  readonly machines: number
  /** Watts at idle, 10 %, … 100 % load. */
  readonly watts: readonly number[]
  /** False: the board is older than DCMI and answers no power question. */
  readonly hasPowerMeter: boolean
}

const older = [
  'ds',
  'acpi',
  'ss',
  'ht',
  'tm',
  'pbe',
  'dtes64',
  'monitor',
  'ds_cpl',
  'vmx',
  'est',
  'tm2',
  'xtpr',
  'pdcm',
]
const newer = [...older, 'smx', 'pcid', 'dca', 'osxsave', 'arat', 'ssbd', 'stibp', 'pdpe1gb', 'invtsc']
const xeon = { arch: 'x86_64', cpuVendor: 'Intel', sockets: 2, hasPowerMeter: true } as const

const dl380g5: ServerModel = {
  ...xeon,
  vendor: 'HP',
  product: 'ProLiant DL380 G5',
  code: 'dl380',
  origin: 'reused',
  processor: 'Intel(R) Xeon(R) CPU            5160  @ 3.00GHz',
  cpuModel: 'Conroe',
  features: [...older, 'dca', 'lahf_lm'],
  mhz: 3000,
  coresPerSocket: 2,
  threadsPerCore: 1,
  memoryGiB: 32,
  storageGiB: 1_100,
  machines: 9,
  watts: [172, 177, 182, 187, 195, 205, 218, 229, 242, 252, 258],
  hasPowerMeter: false,
}

const r710: ServerModel = {
  ...xeon,
  vendor: 'Dell Inc.',
  product: 'PowerEdge R710',
  code: 'r710',
  origin: 'reused',
  processor: 'Intel(R) Xeon(R) CPU           X5570  @ 2.93GHz',
  cpuModel: 'Nehalem',
  features: [...older, 'dca', 'rdtscp', 'invtsc'],
  mhz: 2933,
  coresPerSocket: 4,
  threadsPerCore: 2,
  memoryGiB: 96,
  storageGiB: 3_600,
  machines: 22,
  watts: [75.6, 105, 119, 129, 140, 151, 164, 180, 198, 218, 237],
}

const x3650m3: ServerModel = {
  ...xeon,
  vendor: 'IBM',
  product: 'System x3650 M3',
  code: 'x3650',
  origin: 'reused',
  processor: 'Intel(R) Xeon(R) CPU           X5670  @ 2.93GHz',
  cpuModel: 'Westmere',
  features: [...older, 'smx', 'pcid', 'dca', 'pdpe1gb', 'rdtscp', 'arat', 'invtsc'],
  mhz: 2933,
  coresPerSocket: 6,
  threadsPerCore: 2,
  memoryGiB: 144,
  storageGiB: 4_800,
  machines: 26,
  watts: [66.3, 106, 119, 130, 141, 154, 170, 187, 205, 222, 238],
}

const rh2288v2: ServerModel = {
  ...xeon,
  vendor: 'Huawei Technologies Co., Ltd.',
  product: 'Tecal RH2288 V2-8S',
  code: 'rh2288',
  origin: 'new',
  processor: 'Intel(R) Xeon(R) CPU E5-2660 0 @ 2.20GHz',
  cpuModel: 'SandyBridge',
  features: newer,
  mhz: 2200,
  coresPerSocket: 8,
  threadsPerCore: 2,
  memoryGiB: 256,
  storageGiB: 9_600,
  machines: 28,
  watts: [52.3, 76.8, 86.4, 96.1, 104, 116, 136, 157, 185, 219, 240],
}

const nf5280m5: ServerModel = {
  ...xeon,
  vendor: 'Inspur',
  product: 'NF5280M5',
  code: 'nf5280',
  origin: 'new',
  processor: 'Intel(R) Xeon(R) Silver 4214 CPU @ 2.20GHz',
  cpuModel: 'Cascadelake-Server',
  features: [...newer, 'tsc_adjust', 'cmt', 'pku', 'md-clear', 'xsaves', 'mbm_total', 'mbm_local'],
  mhz: 2200,
  coresPerSocket: 12,
  threadsPerCore: 2,
  memoryGiB: 384,
  storageGiB: 19_200,
  machines: 30,
  watts: [112, 138, 150, 161, 175, 184, 198, 212, 242, 261, 289],
}

const i620g30: ServerModel = {
  ...xeon,
  vendor: 'Sugon',
  product: 'I620-G30',
  code: 'i620',
  origin: 'new',
  processor: 'Intel(R) Xeon(R) Gold 6140 CPU @ 2.30GHz',
  cpuModel: 'Skylake-Server',
  features: [...newer, 'tsc_adjust', 'cmt', 'pku', 'md-clear', 'xsaves', 'mbm_total', 'mbm_local'],
  mhz: 2300,
  coresPerSocket: 18,
  threadsPerCore: 2,
  memoryGiB: 384,
  storageGiB: 16_000,
  machines: 30,
  watts: [52.4, 113, 128, 142, 156, 173, 194, 228, 279, 318, 343],
}

/** No published power result of it is known; the curve is an estimate for a two-socket machine of its class. */
const taishan200: ServerModel = {
  vendor: 'Huawei',
  product: 'TaiShan 200 (Model 2280)',
  code: 'taishan',
  origin: 'new',
  arch: 'aarch64',
  processor: 'Kunpeng 920-4826',
  cpuModel: 'Kunpeng-920',
  cpuVendor: 'HiSilicon',
  features: [],
  mhz: 2600,
  sockets: 2,
  coresPerSocket: 48,
  threadsPerCore: 1,
  memoryGiB: 512,
  storageGiB: 24_000,
  machines: 29,
  watts: [118, 152, 168, 184, 201, 219, 240, 265, 294, 322, 348],
  hasPowerMeter: true,
}

/** What stands in the racks of each platform, in this order; longer than eight hosts, the rows repeat. */
export const serverRows: Readonly<Record<'internet' | 'gov-extranet', readonly ServerModel[]>> = {
  internet: [r710, rh2288v2, x3650m3, nf5280m5],
  'gov-extranet': [i620g30, dl380g5, taishan200, x3650m3],
}

export const threadsOf = (model: ServerModel): number => model.sockets * model.coresPerSocket * model.threadsPerCore
