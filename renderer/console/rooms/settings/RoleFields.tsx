import { Checkbox, Form, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DepartmentId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'
import { useQuery } from '#client/hooks.ts'
import { word } from '#kit/i18n/index.ts'
import { needsDepartment, roleChoices, toggleRole } from './role-choice.ts'

/** What somebody may do: roles that exclude each other cannot be ticked together, and say why. */
export function RoleFields(props: {
  readonly roles: readonly Role[]
  readonly departmentId: DepartmentId | null
  readonly isFixed?: boolean
  readonly onChange: (changes: { roles?: readonly Role[]; departmentId?: DepartmentId | null }) => void
}) {
  const { t } = useTranslation('settings')
  const { roles, departmentId, isFixed = false } = props
  const departments = useQuery('departments', rpc => rpc.tenants.departments({})).value
  return (
    <>
      <Form.Item label={t('people.roles')} help={roles.length === 0 ? t('people.noRole') : undefined}>
        <div className="settings-roles">
          {roleChoices(roles).map(({ role, isChosen, heldInstead }) => (
            <Checkbox
              key={role}
              checked={isChosen}
              disabled={isFixed || (heldInstead !== null && !isChosen)}
              onChange={() => {
                const next = toggleRole(roles, role)
                props.onChange({ roles: next, ...(needsDepartment(next) ? {} : { departmentId: null }) })
              }}
            >
              <span>{word('role', role)}</span>
              <span className="y-second">
                {heldInstead
                  ? t('people.conflict', { held: word('role', heldInstead), role: word('role', role) })
                  : t(`people.roleHint.${role}`)}
              </span>
            </Checkbox>
          ))}
        </div>
      </Form.Item>
      <p className="settings-separation">
        <strong>{t('people.separation')}</strong> {t('people.separationHint')}
      </p>
      {needsDepartment(roles) && (
        <Form.Item label={t('people.department')} extra={t('people.departmentHint')}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('people.department')}
            disabled={isFixed}
            status={departmentId === null ? 'warning' : ''}
            value={departmentId}
            options={(departments ?? []).map(one => ({ value: one.departmentId, label: one.name }))}
            onChange={next => props.onChange({ departmentId: next })}
          />
        </Form.Item>
      )}
    </>
  )
}
