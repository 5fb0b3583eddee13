import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DepartmentId } from '#contract/ids.ts'
import type { Application } from '#contract/tenants.ts'
import { rpc } from '#client/index.ts'
import { NameForm } from './NameForm.tsx'

const levels = [1, 2, 3, 4, 5]

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
  const [level, setLevel] = useState<number | null>(null)
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
          <NameForm
            label={t('applicationName')}
            verb={t('applicationCreate')}
            isReady={level !== null}
            run={name =>
              rpc.tenants.createApplication({
                departmentId: props.departmentId as DepartmentId,
                name,
                level: level ?? 2,
              })
            }
            onDone={made => {
              setCreating(false)
              props.onMade()
              props.onChange(made.applicationId)
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
          <p className="y-second">{t('applicationLevelHint')}</p>
        </div>
      )}
    </Form.Item>
  )
}
