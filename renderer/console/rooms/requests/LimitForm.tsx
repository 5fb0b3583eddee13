import { Button, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import type { Department, Quota } from '#contract/tenants.ts'
import { rpc } from '#client/index.ts'
import { useAct } from '#client/hooks.ts'
import { word } from '#kit/i18n/index.ts'
import { Failed } from '#kit/states.tsx'
import { formatAmount, quotaLines, type QuotaLine } from './size.ts'

const GIB = 1024 ** 3
const nothing = { vcpus: 0, memoryBytes: 0, storageBytes: 0 }

type Limits = Readonly<Record<QuotaLine['pool'], number | null>>

const limitsOf = (quota: Quota | undefined): Limits => ({
  cpu: quota ? quota.limit.vcpus : null,
  memory: quota ? quota.limit.memoryBytes / GIB : null,
  storage: quota ? quota.limit.storageBytes / GIB : null,
})

/** One limit, and whether it lies below what is in use. */
function LimitField(props: {
  readonly pool: QuotaLine['pool']
  readonly used: number
  readonly value: number | null
  readonly onChange: (value: number | null) => void
}) {
  const { t } = useTranslation('requests')
  const { pool, used, value } = props
  const asked = value === null ? null : pool === 'cpu' ? value : value * GIB
  return (
    <label>
      <span>{word('pool', pool)}</span>
      <InputNumber
        min={0}
        max={pool === 'cpu' ? 100_000 : 10_000_000}
        precision={0}
        value={value}
        suffix={pool === 'cpu' ? t('unitCores') : 'GB'}
        onChange={props.onChange}
      />
      {asked !== null && asked < used && (
        <span className="y-warning">{t('quotas.belowUse', { used: formatAmount(pool, used) })}</span>
      )}
    </label>
  )
}

/** What a department may hold on a platform, in cores and GB. */
export function LimitForm(props: {
  readonly department: Department
  readonly platform: Platform
  readonly quota: Quota | undefined
  readonly onChanged: () => void
  readonly onDone: () => void
  readonly onCancel: () => void
}) {
  const { t } = useTranslation(['requests', 'common'])
  const { department, platform, quota } = props
  const now = quota?.version ?? null
  const [limits, setLimits] = useState(limitsOf(quota))
  const [version, setVersion] = useState(now)
  const save = useAct((limit: Quota['limit']) => {
    const { departmentId } = department
    const { platformId } = platform
    return rpc.tenants.setQuota({ departmentId, platformId, limit, version }).finally(props.onChanged)
  })
  // Who was told that somebody else had set it goes on from what is there now.
  if (save.failure?.code === 'store/changed-meanwhile' && version !== now) {
    setVersion(now)
    setLimits(limitsOf(quota))
  }
  const { cpu, memory, storage } = limits
  const isReady = cpu !== null && memory !== null && storage !== null
  const send = async () => {
    if (!isReady) return
    const bytes = (gb: number): number => Math.round(gb * GIB)
    const made = await save.run({ vcpus: cpu, memoryBytes: bytes(memory), storageBytes: bytes(storage) })
    if (made) props.onDone()
  }
  return (
    <form
      className="requests-limits"
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
    >
      {quotaLines(quota?.limit ?? nothing, quota?.used ?? nothing).map(({ pool, used }) => (
        <LimitField
          key={pool}
          pool={pool}
          used={used}
          value={limits[pool]}
          onChange={next => setLimits({ ...limits, [pool]: next })}
        />
      ))}
      {save.failure && <Failed failure={save.failure} />}
      <div className="y-row">
        <Button type="primary" htmlType="submit" disabled={!isReady} loading={save.isRunning}>
          {t('quotas.save')}
        </Button>
        <Button onClick={props.onCancel}>{t('common:cancel')}</Button>
      </div>
    </form>
  )
}
