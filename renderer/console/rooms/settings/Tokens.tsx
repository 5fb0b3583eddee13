import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken } from '#contract/identity.ts'
import { rpc } from '#client/index.ts'
import { useAct, useQuery } from '#client/hooks.ts'
import { Age, Instant } from '#kit/Age.tsx'
import { word } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { Card } from '#kit/Page.tsx'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { IssueToken } from './IssueToken.tsx'
import { Secret } from './PasswordField.tsx'

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
        <IssueToken
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
