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

/** Departments with their quotas, the platforms, and the applications. */
function useTenants() {
  const departments = useQuery('departments', r => r.tenants.departments({}))
  const platforms = useQuery('platforms', r => r.site.platforms({}))
  const applications = useQuery('applications', r => r.tenants.applications({}))
  const failure = departments.failure ?? platforms.failure ?? applications.failure
  const reload = () => {
    departments.reload()
    applications.reload()
  }
  return { departments, platforms, applications, failure, reload }
}

function NewDepartment(props: { readonly onMade: (departmentId: string) => void; readonly onCancel: () => void }) {
  const { t } = useTranslation('requests')
  return (
    <NameForm
      label={t('quotas.departmentName')}
      verb={t('quotas.add')}
      run={name => rpc.tenants.createDepartment({ name })}
      onDone={made => props.onMade(made.departmentId)}
      onCancel={props.onCancel}
    />
  )
}

/** Departments × platforms: what each may hold and holds; the limits are set in the drawer. */
export function Quotas() {
  const { t } = useTranslation('requests')
  const { departments, platforms, applications, failure, reload } = useTenants()
  const [openKey, setOpen] = useParam('department')
  const [isCreating, setCreating] = useState(false)
  const mayCreate = useMay(['operator', 'approver'])
  const columns = useMemo(
    () => quotaColumns(platforms.value ?? none, applications.value ?? none),
    [platforms.value, applications.value],
  )
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
            <NewDepartment
              onMade={departmentId => {
                setCreating(false)
                reload()
                setOpen(departmentId)
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
