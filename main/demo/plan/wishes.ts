import { departments, type PlatformCode } from './city.ts'
import type { HostPlan } from './centre.ts'

const GIB = 1024 ** 3
const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000

export type QuotaSeed = {
  readonly department: string
  readonly platform: PlatformCode
  readonly vcpus: number
  readonly memoryBytes: number
  readonly storageBytes: number
}

/** A department's wish for a machine, as a person would enter it. */
export type RequestSeed = {
  readonly department: string
  readonly application: string
  readonly platform: PlatformCode
  readonly level: number
  readonly purpose: string
  readonly vmName: string
  readonly arch: 'x86_64' | 'aarch64'
  readonly vcpus: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly network: string
  /** Days in Asia/Shanghai, `YYYY-MM-DD`; both are included. */
  readonly from: string
  readonly until: string | null
}

/** What each department may hold where it has applications: room for some machines, little for small ones. */
export const quotaSeeds: readonly QuotaSeed[] = departments.flatMap(({ code, applications }) =>
  [...new Set(applications.map(({ platform }) => platform))].map(platform => {
    const count = applications.filter(application => application.platform === platform).length
    return {
      department: code,
      platform,
      vcpus: 16 + 16 * count,
      memoryBytes: (32 + 32 * count) * GIB,
      storageBytes: (1_000 + 1_000 * count) * GIB,
    }
  }),
)

const dayOf = (at: number): string => new Date(at + SHANGHAI_MS).toISOString().slice(0, 10)

type Wish = readonly [
  application: string,
  vmName: string,
  purpose: string,
  vcpus: number,
  memoryGiB: number,
  diskGiB: number,
  days: number | null,
]

/** Among them one that asks for more than its department's quota and one that no single host can carry. */
const wishes: readonly Wish[] = [
  ['zkbm', 'jyj-zkbm-web-91', '招考报名高峰期扩容，报名开始前三天上线，结束后收回', 8, 16, 80, 14],
  ['wzq', 'xxzx-wzq-web-91', '政府网站群改版并行运行', 4, 8, 60, 60],
  ['qlyg', 'spj-qlyg-app-91', '行政权力网上公开透明运行系统新增接口服务', 4, 16, 100, null],
  ['hytz', 'zfb-hytz-app-91', '政府会议通知系统国产化替换验证', 4, 8, 60, 90],
  ['dlxx', 'zgj-dlxx-db-91', '地理信息共享数据库扩容', 64, 256, 2_000, null],
  ['jsxy', 'zjj-jsxy-app-91', '建设领域诚信平台年度评价计算', 24, 64, 400, 30],
  ['xxgk', 'zfb-xxgk-web-91', '政府信息公开新版上线', 2, 4, 40, null],
]

/** The application whose machine is to run on ARM. */
const onArm = 'hytz'

/**
 * Requests that wait for a decision when the centre is opened.
 * @param now  ms since 1970; terms begin on that day
 */
export function requestSeeds(hosts: readonly HostPlan[], now: number): readonly RequestSeed[] {
  const owned = departments.flatMap(department =>
    department.applications.map(application => ({ department, application })),
  )
  const hasArm = hosts.some(({ model }) => model.arch === 'aarch64')
  return wishes.flatMap(([code, vmName, purpose, vcpus, memoryGiB, diskGiB, days]) => {
    const found = owned.find(({ application }) => application.code === code)
    const host = hosts.find(({ platform }) => platform === found?.application.platform)
    if (!found || !host) return []
    const { platform, level } = found.application
    return {
      department: found.department.code,
      application: code,
      platform,
      level,
      purpose,
      vmName,
      arch: code === onArm && hasArm ? 'aarch64' : 'x86_64',
      vcpus,
      memoryBytes: memoryGiB * GIB,
      diskBytes: diskGiB * GIB,
      network: host.networks[level >= 3 ? 1 : 0]?.name ?? 'manage',
      from: dayOf(now),
      until: days === null ? null : dayOf(now + days * DAY_MS),
    }
  })
}
