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
  readonly onDone: () => void
  readonly onCancel: () => void
}) {
  const { t } = useTranslation(['requests', 'common'])
  const { department, platform, quota } = props
  const have = quota?.limit ?? nothing
  const [limits, setLimits] = useState<Limits>({
    cpu: quota ? have.vcpus : null,
    memory: quota ? have.memoryBytes / GIB : null,
    storage: quota ? have.storageBytes / GIB : null,
  })
  const save = useAct((limit: Quota['limit']) =>
    rpc.tenants.setQuota({ departmentId: department.departmentId, platformId: platform.platformId, limit }),
  )
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
      {quotaLines(have, quota?.used ?? nothing).map(({ pool, used }) => (
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
