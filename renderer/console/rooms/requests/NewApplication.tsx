import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApplicationId, DepartmentId } from '#contract/ids.ts'
import { rpc } from '#client/index.ts'
import { NameForm } from './NameForm.tsx'

const levels = [1, 2, 3, 4, 5]

/** Registers an application of a department, with its level of protection. */
export function NewApplication(props: {
  readonly departmentId: DepartmentId
  readonly onMade: (applicationId: ApplicationId) => void
  readonly onCancel: () => void
}) {
  const { t } = useTranslation('requests')
  const { departmentId } = props
  const [level, setLevel] = useState<number | null>(null)
  return (
    <NameForm
      label={t('applicationName')}
      verb={t('applicationCreate')}
      isReady={level !== null}
      run={name => rpc.tenants.createApplication({ departmentId, name, level: level ?? 2 })}
      onDone={made => props.onMade(made.applicationId)}
      onCancel={props.onCancel}
    >
      <Select
        aria-label={t('applicationLevel')}
        placeholder={t('applicationLevel')}
        value={level}
        options={levels.map(value => ({ value, label: t('level', { level: value }) }))}
        onChange={setLevel}
      />
    </NameForm>
  )
}
