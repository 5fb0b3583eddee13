import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken } from '#contract/identity.ts'
import type { DepartmentId } from '#contract/ids.ts'
import { allRoles, type Role } from '#contract/roles.ts'
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
  const departments = useQuery('departments', r => r.tenants.departments({})).value
  const [label, setLabel] = useState('')
  const [role, setRole] = useState<Role>('leader')
  const [departmentId, setDepartment] = useState<DepartmentId | null>(null)
  const [days, setDays] = useState<number | null>(USUAL_DAYS)
  const issue = useAct((input: Parameters<typeof rpc.identity.issueToken>[0]) => rpc.identity.issueToken(input))
  const isOfDepartment = role === 'applicant'
  const isReady = label.trim() !== '' && days !== null && (!isOfDepartment || departmentId !== null)
  const send = async () => {
    if (!isReady) return
    const made = await issue.run({
      label: label.trim(),
      role,
      departmentId: isOfDepartment ? departmentId : null,
      expiresInDays: days,
    })
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
        <Form.Item label={t('tokens.role')} extra={t(`people.roleHint.${role}`)}>
          <Select
            aria-label={t('tokens.role')}
            value={role}
            options={allRoles.map(one => ({ value: one, label: word('role', one) }))}
            onChange={setRole}
          />
        </Form.Item>
        {isOfDepartment && (
          <Form.Item label={t('tokens.department')}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              aria-label={t('tokens.department')}
              value={departmentId}
              options={(departments ?? []).map(one => ({ value: one.departmentId, label: one.name }))}
              onChange={setDepartment}
            />
          </Form.Item>
        )}
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
          <td colSpan={6}>
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

/** Bearer tokens for scripts: issued with one role and an end, shown once, revoked at any time. */
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
              {(['label', 'role', 'created', 'expires', 'lastUsed'] as const).map(key => (
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
