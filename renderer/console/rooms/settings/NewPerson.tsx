import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LoginName } from '#contract/identity.ts'
import type { DepartmentId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'
import { rpc } from '#client/index.ts'
import { useAct } from '#client/hooks.ts'
import { Card } from '#kit/Page.tsx'
import { Failed } from '#kit/states.tsx'
import { PasswordField, Secret } from './PasswordField.tsx'
import { needsDepartment } from './role-choice.ts'
import { RoleFields } from './RoleFields.tsx'

type Draft = {
  readonly name: string
  readonly displayName: string
  readonly password: string
  readonly roles: readonly Role[]
  readonly departmentId: DepartmentId | null
}
const blank: Draft = { name: '', displayName: '', password: '', roles: [], departmentId: null }

const isComplete = ({ name, displayName, password, roles, departmentId }: Draft): boolean =>
  LoginName.safeParse(name).success &&
  displayName.trim() !== '' &&
  password !== '' &&
  roles.length > 0 &&
  (!needsDepartment(roles) || departmentId !== null)

/** What people call them, and what they sign in with. */
function NameFields({ draft, change }: { readonly draft: Draft; readonly change: (changes: Partial<Draft>) => void }) {
  const { t } = useTranslation('settings')
  const isNameWrong = draft.name !== '' && !LoginName.safeParse(draft.name).success
  return (
    <div className="settings-two">
      <Form.Item label={t('people.displayName')} htmlFor="displayName">
        <Input
          id="displayName"
          autoFocus
          maxLength={100}
          value={draft.displayName}
          onChange={event => change({ displayName: event.target.value })}
        />
      </Form.Item>
      <Form.Item
        label={t('people.name')}
        htmlFor="loginName"
        extra={t('people.nameHint')}
        validateStatus={isNameWrong ? 'error' : ''}
      >
        <Input
          id="loginName"
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
          value={draft.name}
          onChange={event => change({ name: event.target.value })}
        />
      </Form.Item>
    </div>
  )
}

/** Somebody new: how they sign in, what they may do, and the password that is handed to them. */
export function NewPerson(props: {
  readonly onMade: () => void
  readonly onHandedOver: (personId: string) => void
  readonly onClose: () => void
}) {
  const { t } = useTranslation(['settings', 'common'])
  const [draft, setDraft] = useState(blank)
  const [made, setMade] = useState<{ readonly personId: string; readonly name: string } | null>(null)
  const create = useAct((input: Parameters<typeof rpc.identity.create>[0]) => rpc.identity.create(input))
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes })
  const send = async () => {
    if (!isComplete(draft)) return
    const person = await create.run({ ...draft, displayName: draft.displayName.trim(), roles: [...draft.roles] })
    if (!person) return
    setMade({ personId: person.personId, name: person.displayName })
    props.onMade()
  }
  if (made) {
    return (
      <Card>
        <Secret
          says={t('people.created', { name: made.name })}
          secret={draft.password}
          onDone={() => props.onHandedOver(made.personId)}
        />
      </Card>
    )
  }
  return (
    <Card title={t('people.create')}>
      <Form layout="vertical" className="settings-form" onFinish={() => void send()}>
        <NameFields draft={draft} change={change} />
        <PasswordField
          label={t('people.password')}
          value={draft.password}
          onChange={password => change({ password })}
        />
        <RoleFields roles={draft.roles} departmentId={draft.departmentId} onChange={change} />
        {create.failure && <Failed failure={create.failure} />}
        <div className="y-row">
          <Button type="primary" htmlType="submit" disabled={!isComplete(draft)} loading={create.isRunning}>
            {draft.displayName.trim() === ''
              ? t('people.create')
              : t('people.createGo', { name: draft.displayName.trim() })}
          </Button>
          <Button onClick={props.onClose}>{t('common:cancel')}</Button>
        </div>
      </Form>
    </Card>
  )
}
