import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Department } from '#contract/tenants.ts'
import { useMay, useQuery } from '#client/hooks.ts'
import { Grid } from '#kit/grid/Grid.tsx'
import { useParam } from '#kit/router.ts'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { NameForm } from './NameForm.tsx'
import { quotaColumns } from './quota-columns.tsx'
import { QuotaDrawer } from './QuotaDrawer.tsx'
import { rpc } from '#client/index.ts'

const keyOf = (department: Department): string => department.departmentId
const none: readonly never[] = []

/** Departments × platforms: what each may hold and holds; the limits are set in the drawer. */
export function Quotas() {
  const { t } = useTranslation('requests')
  const departments = useQuery('departments', r => r.tenants.departments({}))
  const platforms = useQuery('platforms', r => r.site.platforms({}))
  const applications = useQuery('applications', r => r.tenants.applications({}))
  const [openKey, setOpen] = useParam('department')
  const [isCreating, setCreating] = useState(false)
  const mayCreate = useMay(['operator', 'approver'])
  const columns = useMemo(
    () => quotaColumns(platforms.value ?? none, applications.value ?? none),
    [platforms.value, applications.value],
  )
  const failure = departments.failure ?? platforms.failure ?? applications.failure
  const reload = () => {
    departments.reload()
    applications.reload()
  }
  if (failure && !departments.value) return <Failed failure={failure} onRetry={reload} />
  if (!departments.value || !platforms.value || !applications.value) return <Skeleton rows={12} height={32} />
  const open = departments.value.find(one => one.departmentId === openKey)
  const create = mayCreate && (
    <Button icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t('quotas.newDepartment')}
    </Button>
  )
  return (
    <div className="y-pick-desk">
      <Grid
        id="quotas"
        label={t('tabQuotas')}
        exportName={t('tabQuotas')}
        rows={departments.value}
        columns={columns}
        keyOf={keyOf}
        sorting={{ columnId: 'name', isDescending: false }}
        openKey={openKey}
        onOpen={department => setOpen(department.departmentId)}
        tools={
          isCreating ? (
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
            <span>{create}</span>
          )
        }
        empty={<Empty title={t('quotas.empty')} hint={t('quotas.emptyHint')} action={create} />}
      />
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
