import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import type { Application, Department } from '#contract/tenants.ts'
import { useMay, useQuery } from '#client/hooks.ts'
import { useParam } from '#kit/router.ts'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { NameForm } from './NameForm.tsx'
import { QuotaBars, quotaOn } from './QuotaCards.tsx'
import { QuotaDrawer } from './QuotaDrawer.tsx'
import { rpc } from '#client/index.ts'

type TableProps = {
  readonly departments: readonly Department[]
  readonly platforms: readonly Platform[]
  readonly applications: readonly Application[]
  readonly openKey: string | null
  readonly onOpen: (departmentId: string) => void
}

function QuotaTable({ departments, platforms, applications, openKey, onOpen }: TableProps) {
  const { t } = useTranslation('requests')
  const countOf = (department: Department): number =>
    applications.filter(one => one.departmentId === department.departmentId).length
  return (
    <div className="requests-quotas">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('quotas.department')}</th>
            {platforms.map(platform => (
              <th key={platform.platformId} scope="col">
                {platform.name} <span className="y-second">{carries(platform)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {departments.map(department => (
            <tr
              key={department.departmentId}
              data-open={department.departmentId === openKey || undefined}
              onClick={() => onOpen(department.departmentId)}
            >
              <th scope="row">
                <button type="button" onClick={() => onOpen(department.departmentId)}>
                  {department.name}
                </button>
                <p className="y-second">{t('quotas.applicationCount', { n: countOf(department) })}</p>
              </th>
              {platforms.map(platform => {
                const quota = quotaOn(department, platform)
                return (
                  <td key={platform.platformId}>
                    {quota ? <QuotaBars quota={quota} /> : <span className="y-faint">{t('quotas.none')}</span>}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )

  function carries(platform: Platform): string {
    return t('platformCarries', { levels: platform.levels.join(t('separator', { ns: 'common' })) })
  }
}

/** Departments × platforms: what each may hold and holds; the limits are set in the drawer. */
export function Quotas() {
  const { t } = useTranslation('requests')
  const departments = useQuery('departments', r => r.tenants.departments({}))
  const platforms = useQuery('platforms', r => r.site.platforms({}))
  const applications = useQuery('applications', r => r.tenants.applications({}))
  const [openKey, setOpen] = useParam('department')
  const [isCreating, setCreating] = useState(false)
  const mayCreate = useMay(['operator', 'approver'])
  const failure = departments.failure ?? platforms.failure ?? applications.failure
  const reload = () => {
    departments.reload()
    applications.reload()
  }
  if (failure && !departments.value) return <Failed failure={failure} onRetry={reload} />
  if (!departments.value || !platforms.value || !applications.value) return <Skeleton rows={8} height={72} />
  const open = departments.value.find(one => one.departmentId === openKey)
  const create = mayCreate && (
    <Button icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t('quotas.newDepartment')}
    </Button>
  )
  return (
    <div className="y-pick-desk">
      <div className="requests-quota-main">
        <div className="y-row y-pick-tools requests-tools">
          <span className="y-second y-grow">
            {t('quotas.facts', { departments: departments.value.length, platforms: platforms.value.length })}
          </span>
          {isCreating ? (
            <NameForm
              label={t('quotas.departmentName')}
              verb={t('quotas.add')}
              run={name => rpc.tenants.createDepartment({ name })}
              onDone={made => {
                setCreating(false)
                reload()
                setOpen(made.departmentId)
              }}
              onCancel={() => setCreating(false)}
            />
          ) : (
            create
          )}
        </div>
        {departments.value.length === 0 ? (
          <Empty title={t('quotas.empty')} hint={t('quotas.emptyHint')} action={create} />
        ) : (
          <QuotaTable
            departments={departments.value}
            platforms={platforms.value}
            applications={applications.value}
            openKey={openKey}
            onOpen={setOpen}
          />
        )}
      </div>
      {open && (
        <QuotaDrawer
          key={open.departmentId}
          department={open}
          platforms={platforms.value}
          applications={applications.value.filter(one => one.departmentId === open.departmentId)}
          onChanged={reload}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  )
}
