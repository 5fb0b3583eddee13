import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken } from '#contract/identity.ts'
import type { PersonId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'
import { rpc } from '#client/index.ts'
import { useAct, useQuery } from '#client/hooks.ts'
import { Age, Instant } from '#kit/Age.tsx'
import { word } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { Card } from '#kit/Page.tsx'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { Secret } from './PasswordField.tsx'

const USUAL_DAYS = 90

function Issue(props: { readonly onIssued: (token: string) => void; readonly onCancel: () => void }) {
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
        <Form.Item label={t('tokens.holder')} extra={t('tokens.holderHint')}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('tokens.holder')}
            value={personId}
            options={people
              .filter(person => person.isActive)
              .map(person => ({ value: person.personId, label: `${person.displayName} (${person.name})` }))}
            onChange={setPerson}
          />
        </Form.Item>
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

function TokenRow({ token, onRevoked }: { readonly token: ApiToken; readonly onRevoked: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const [isAsking, setAsking] = useState(false)
  const isOver = useFromNow(now => token.expiresAt < now)
  const revoke = useAct(() => rpc.identity.revokeToken({ tokenId: token.tokenId }))
  return (
    <>
      <tr>
        <th scope="row">{token.label}</th>
        <td>{token.personName}</td>
        <td>{word('role', token.role)}</td>
        <td>
          <Instant at={token.createdAt} />
        </td>
        <td className={isOver ? 'y-warning' : undefined}>
          {isOver ? t('tokens.expired') : <Instant at={token.expiresAt} />}
        </td>
        <td>{token.lastUsedAt === null ? t('tokens.neverUsed') : <Age at={token.lastUsedAt} />}</td>
        <td>
          {!isAsking && (
            <Button size="small" type="text" danger onClick={() => setAsking(true)}>
              {t('tokens.revoke')}
            </Button>
          )}
        </td>
      </tr>
      {isAsking && (
        <tr>
          <td colSpan={7}>
            <div className="y-row">
              <span className="y-grow">{t('tokens.revokeHint')}</span>
              <Button
                danger
                type="primary"
                loading={revoke.isRunning}
                onClick={() => void revoke.run(undefined).then(done => done && onRevoked())}
              >
                {t('tokens.revokeGo', { label: token.label })}
              </Button>
              <Button onClick={() => setAsking(false)}>{t('common:cancel')}</Button>
            </div>
            {revoke.failure && <Failed failure={revoke.failure} />}
          </td>
        </tr>
      )}
    </>
  )
}

/** Bearer tokens for scripts: each acts as its holder in one role until its end; shown once, revoked at any time. */
export function Tokens() {
  const { t } = useTranslation('settings')
  const tokens = useQuery('tokens', r => r.identity.listTokens({}))
  const [isIssuing, setIssuing] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <Card
      title={t('tokens.title')}
      extra={
        !isIssuing &&
        secret === null && (
          <Button type="primary" onClick={() => setIssuing(true)}>
            {t('tokens.issue')}
          </Button>
        )
      }
    >
      <p className="y-second settings-gap">{t('tokens.hint')}</p>
      {secret !== null && <Secret says={t('tokens.secret')} secret={secret} onDone={() => setSecret(null)} />}
      {isIssuing && (
        <Issue
          onIssued={token => {
            setIssuing(false)
            setSecret(token)
            tokens.reload()
          }}
          onCancel={() => setIssuing(false)}
        />
      )}
      {tokens.failure && <Failed failure={tokens.failure} onRetry={tokens.reload} />}
      {!tokens.value && !tokens.failure && <Skeleton rows={3} />}
      {tokens.value?.length === 0 && !isIssuing && <Empty title={t('tokens.empty')} />}
      {tokens.value && tokens.value.length > 0 && (
        <table className="settings-table">
          <thead>
            <tr>
              {(['label', 'holder', 'role', 'created', 'expires', 'lastUsed'] as const).map(key => (
                <th key={key} scope="col">
                  {t(`tokens.${key}`)}
                </th>
              ))}
              <th scope="col">
                <span className="y-hidden">{t('tokens.revoke')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.value.map(token => (
              <TokenRow key={token.tokenId} token={token} onRevoked={tokens.reload} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
