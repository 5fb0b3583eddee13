import type { Platform } from '#contract/site.ts'
import type { Application, Department } from '#contract/tenants.ts'
import { Meter } from '#kit/Bar.tsx'
import type { Column } from '#kit/grid/column.ts'
import { text, word } from '#kit/i18n/index.ts'
import '#console/machine.css'
import { quotaOn } from './QuotaCards.tsx'
import { quotaLines, usedText, type QuotaLine } from './size.ts'

type Pool = QuotaLine['pool']
/** Widths of a column and of the figures in it, so that the bars of a column stand below each other. */
const widths: Readonly<Record<Pool, { readonly column: number; readonly figures: number }>> = {
  cpu: { column: 124, figures: 64 },
  memory: { column: 140, figures: 84 },
  storage: { column: 176, figures: 116 },
}
const pools = ['cpu', 'memory', 'storage'] as const

const lineOf = (department: Department, platform: Platform, pool: Pool): QuotaLine | undefined => {
  const quota = quotaOn(department, platform)
  return quota && quotaLines(quota.limit, quota.used).find(line => line.pool === pool)
}

function QuotaCell({ line }: { readonly line: QuotaLine | undefined }) {
  if (!line) return <span className="y-faint">{text('units:none')}</span>
  const { pool, used, limit } = line
  const figures = usedText(pool, used, limit)
  return (
    <>
      <span className="y-meter">
        <Meter used={used} of={limit} label={figures} />
      </span>
      <span className={used > limit ? 'y-figure y-critical' : 'y-figure'} style={{ minWidth: widths[pool].figures }}>
        {figures}
      </span>
    </>
  )
}

/** Columns of the departments: who they are, and on each platform how full each pool of their quota is. */
export function quotaColumns(
  platforms: readonly Platform[],
  applications: readonly Application[],
): readonly Column<Department>[] {
  const namesOf = ({ departmentId }: Department): string =>
    applications
      .filter(one => one.departmentId === departmentId)
      .map(one => one.name)
      .join(text('common:separator'))
  return [
    {
      id: 'name',
      title: text('requests:quotas.department'),
      width: 168,
      grow: 1,
      value: department => department.name,
      cell: department => <strong className="y-cut">{department.name}</strong>,
    },
    {
      id: 'applications',
      title: text('requests:quotas.applications'),
      width: 96,
      grow: 1,
      value: department => namesOf(department) || null,
      cell: department => (
        <span className="y-cut y-second" title={namesOf(department)}>
          {namesOf(department)}
        </span>
      ),
    },
    ...platforms.flatMap(platform =>
      pools.map((pool): Column<Department> => ({
        id: `${platform.platformId} ${pool}`,
        title: text('requests:quotas.column', { platform: platform.name, pool: word('pool', pool) }),
        width: widths[pool].column,
        align: 'right',
        value: department => {
          const line = lineOf(department, platform, pool)
          return line && line.limit > 0 ? line.used / line.limit : null
        },
        text: department => {
          const line = lineOf(department, platform, pool)
          return line ? usedText(pool, line.used, line.limit) : text('requests:quotas.none')
        },
        cell: department => <QuotaCell line={lineOf(department, platform, pool)} />,
      })),
    ),
  ]
}
