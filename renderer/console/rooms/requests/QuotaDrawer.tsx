import { Button, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import type { Application, Department, Quota } from '#contract/tenants.ts'
import { rpc } from '#client/index.ts'
import { useAct, useMay } from '#client/hooks.ts'
import { Drawer, Section } from '#kit/Drawer.tsx'
import { useParam } from '#kit/router.ts'
import { Failed } from '#kit/states.tsx'
import { word } from '#kit/i18n/index.ts'
import { NameForm } from './NameForm.tsx'
import { QuotaBars, quotaOn } from './QuotaCards.tsx'
import { formatAmount, quotaLines, type QuotaLine } from './size.ts'

const GIB = 1024 ** 3
const nothing = { vcpus: 0, memoryBytes: 0, storageBytes: 0 }
const levels = [1, 2, 3, 4, 5]

type Limits = Readonly<Record<QuotaLine['pool'], number | null>>

function LimitForm(props: {
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
      {quotaLines(have, quota?.used ?? nothing).map(({ pool, used }) => {
        const value = limits[pool]
        const asked = value === null ? null : pool === 'cpu' ? value : value * GIB
        return (
          <label key={pool}>
            <span>{word('pool', pool)}</span>
            <InputNumber
              min={0}
              max={pool === 'cpu' ? 100_000 : 10_000_000}
              precision={0}
              value={value}
              suffix={pool === 'cpu' ? t('unitCores') : 'GB'}
              onChange={next => setLimits({ ...limits, [pool]: next })}
            />
            {asked !== null && asked < used && (
              <span className="y-warning">{t('quotas.belowUse', { used: formatAmount(pool, used) })}</span>
            )}
          </label>
        )
      })}
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

function Applications(props: {
  readonly department: Department
  readonly applications: readonly Application[]
  readonly onChanged: () => void
}) {
  const { t } = useTranslation('requests')
  const mayCreate = useMay(['operator', 'approver', 'applicant'])
  const [isCreating, setCreating] = useState(false)
  const [level, setLevel] = useState<number | null>(null)
  const { departmentId } = props.department
  return (
    <Section title={t('quotas.applications')}>
      {props.applications.length === 0 && <p className="y-second">{t('applicationNone')}</p>}
      <ul className="requests-applications">
        {props.applications.map(one => (
          <li key={one.applicationId}>
            <span className="y-cut">{one.name}</span>
            <span className="y-second">{t('level', { level: one.level })}</span>
          </li>
        ))}
      </ul>
      {mayCreate && !isCreating && <Button onClick={() => setCreating(true)}>{t('quotas.newApplication')}</Button>}
      {isCreating && (
        <NameForm
          label={t('applicationName')}
          verb={t('applicationCreate')}
          isReady={level !== null}
          run={name => rpc.tenants.createApplication({ departmentId, name, level: level ?? 2 })}
          onDone={() => {
            setCreating(false)
            props.onChanged()
          }}
          onCancel={() => setCreating(false)}
        >
          <Select
            aria-label={t('applicationLevel')}
            placeholder={t('applicationLevel')}
            value={level}
            options={levels.map(value => ({ value, label: t('level', { level: value }) }))}
            onChange={setLevel}
          />
        </NameForm>
      )}
    </Section>
  )
}

/** One department: its limits on each platform, to be set by an approver, and its applications. */
export function QuotaDrawer(props: {
  readonly department: Department
  readonly platforms: readonly Platform[]
  readonly applications: readonly Application[]
  readonly onChanged: () => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation(['requests', 'common'])
  const { department, platforms } = props
  const mayWrite = useMay(['approver'])
  const [asked] = useParam('platform')
  const [editing, setEditing] = useState<string | null>(mayWrite ? asked : null)
  return (
    <Drawer title={department.name} label={department.name} onClose={props.onClose}>
      {platforms.map(platform => {
        const quota = quotaOn(department, platform)
        const isEditing = editing === platform.platformId
        return (
          <Section
            key={platform.platformId}
            title={`${platform.name}（${t('platformCarries', { levels: platform.levels.join(t('common:separator')) })}）`}
            extra={
              mayWrite &&
              !isEditing && (
                <Button size="small" onClick={() => setEditing(platform.platformId)}>
                  {t(quota ? 'quotas.edit' : 'quotaSet')}
                </Button>
              )
            }
          >
            {isEditing ? (
              <LimitForm
                department={department}
                platform={platform}
                quota={quota}
                onDone={() => {
                  setEditing(null)
                  props.onChanged()
                }}
                onCancel={() => setEditing(null)}
              />
            ) : quota ? (
              <QuotaBars quota={quota} />
            ) : (
              <p className="y-second">{t('quotas.none')}</p>
            )}
          </Section>
        )
      })}
      {!mayWrite && <p className="y-second requests-note">{t('quotas.onlyApprover')}</p>}
      <Applications department={department} applications={props.applications} onChanged={props.onChanged} />
    </Drawer>
  )
}
