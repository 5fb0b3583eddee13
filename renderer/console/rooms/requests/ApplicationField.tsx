import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DepartmentId } from '#contract/ids.ts'
import type { Application } from '#contract/tenants.ts'
import { NewApplication } from './NewApplication.tsx'

/** Which application the machine is for, with its level; one that is not registered yet is registered here. */
export function ApplicationField(props: {
  readonly departmentId: string
  readonly applications: readonly Application[]
  readonly value: string | null
  readonly onChange: (applicationId: string) => void
  /** A new one is there: ask for the list again. */
  readonly onMade: () => void
}) {
  const { t } = useTranslation('requests')
  const [isCreating, setCreating] = useState(false)
  const own = props.applications.filter(one => one.departmentId === props.departmentId)
  return (
    <Form.Item label={t('application')} help={own.length === 0 ? t('applicationNone') : undefined}>
      <div className="y-row">
        <Select
          className="y-grow"
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('application')}
          placeholder={t('applicationPick')}
          value={props.value}
          options={own.map(one => ({
            value: one.applicationId,
            label: `${one.name}（${t('level', { level: one.level })}）`,
          }))}
          onChange={props.onChange}
        />
        {!isCreating && <Button onClick={() => setCreating(true)}>{t('applicationNew')}</Button>}
      </div>
      {isCreating && (
        <div className="requests-inline">
          <NewApplication
            departmentId={props.departmentId as DepartmentId}
            onMade={applicationId => {
              setCreating(false)
              props.onMade()
              props.onChange(applicationId)
            }}
            onCancel={() => setCreating(false)}
          />
          <p className="y-second">{t('applicationLevelHint')}</p>
        </div>
      )}
    </Form.Item>
  )
}
