import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '#contract/identity.ts'
import type { PersonId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'
import { rpc } from '#client/index.ts'
import { useAct, useQuery } from '#client/hooks.ts'
import { word } from '#kit/i18n/index.ts'
import { Failed } from '#kit/states.tsx'

const USUAL_DAYS = 90

function HolderField(props: {
  readonly people: readonly Person[]
  readonly value: PersonId | null
  readonly onChange: (personId: PersonId) => void
}) {
  const { t } = useTranslation('settings')
  return (
    <Form.Item label={t('tokens.holder')} extra={t('tokens.holderHint')}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('tokens.holder')}
        value={props.value}
        options={props.people
          .filter(person => person.isActive)
          .map(person => ({ value: person.personId, label: `${person.displayName} (${person.name})` }))}
        onChange={props.onChange}
      />
    </Form.Item>
  )
}

/** Makes a token: what it is for, whose it is, in which role, for how long. */
export function IssueToken(props: { readonly onIssued: (token: string) => void; readonly onCancel: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const people = useQuery('people', r => r.identity.list({})).value ?? []
  const [label, setLabel] = useState('')
  const [personId, setPerson] = useState<PersonId | null>(null)
  const [chosen, setRole] = useState<Role | null>(null)
  const [days, setDays] = useState<number | null>(USUAL_DAYS)
  const issue = useAct((input: Parameters<typeof rpc.identity.issueToken>[0]) => rpc.identity.issueToken(input))
  const roles = people.find(person => person.personId === personId)?.roles ?? []
  const role = roles.find(one => one === chosen) ?? (roles.length === 1 ? roles[0] : undefined)
  const isReady = label.trim() !== '' && days !== null && personId !== null && role !== undefined
  const send = async () => {
    if (!isReady) return
    const made = await issue.run({ label: label.trim(), personId, role, expiresInDays: days })
    if (made) props.onIssued(made.token)
  }
  return (
    <Form layout="vertical" className="settings-form" onFinish={() => void send()}>
      <div className="settings-two">
        <Form.Item label={t('tokens.label')} htmlFor="tokenLabel">
          <Input
            id="tokenLabel"
            autoFocus
            maxLength={100}
            placeholder={t('tokens.labelHint')}
            value={label}
            onChange={event => setLabel(event.target.value)}
          />
        </Form.Item>
        <Form.Item label={t('tokens.days')} htmlFor="tokenDays">
          <InputNumber id="tokenDays" min={1} max={366} precision={0} value={days} onChange={setDays} />
        </Form.Item>
        <HolderField people={people} value={personId} onChange={setPerson} />
        <Form.Item label={t('tokens.role')} extra={role && t(`people.roleHint.${role}`)}>
          <Select
            aria-label={t('tokens.role')}
            disabled={personId === null}
            value={role ?? null}
            options={roles.map(one => ({ value: one, label: word('role', one) }))}
            onChange={setRole}
          />
        </Form.Item>
      </div>
      {issue.failure && <Failed failure={issue.failure} />}
      <div className="y-row">
        <Button type="primary" htmlType="submit" disabled={!isReady} loading={issue.isRunning}>
          {t('tokens.issueGo')}
        </Button>
        <Button onClick={props.onCancel}>{t('common:cancel')}</Button>
      </div>
    </Form>
  )
}
