import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import type { Application, Department } from '#contract/tenants.ts'
import { useMay } from '#client/hooks.ts'
import { Drawer, Section } from '#kit/Drawer.tsx'
import { useParam } from '#kit/router.ts'
import { LimitForm } from './LimitForm.tsx'
import { NewApplication } from './NewApplication.tsx'
import { QuotaBars, quotaOn } from './QuotaCards.tsx'
import './quotas.css'

function Applications(props: {
  readonly department: Department
  readonly applications: readonly Application[]
  readonly onChanged: () => void
}) {
  const { t } = useTranslation('requests')
  const mayCreate = useMay(['operator', 'approver', 'applicant'])
  const [isCreating, setCreating] = useState(false)
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
        <NewApplication
          departmentId={departmentId}
          onMade={() => {
            setCreating(false)
            props.onChanged()
          }}
          onCancel={() => setCreating(false)}
        />
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
                onChanged={props.onChanged}
                onDone={() => setEditing(null)}
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
