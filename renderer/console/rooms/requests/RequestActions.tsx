import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Request } from '#contract/requests.ts'
import { rpc } from '#client/index.ts'
import { useAct, useMay, useMe } from '#client/hooks.ts'
import { hrefOf } from '#kit/router.ts'
import { ReasonForm } from '#kit/ReasonForm.tsx'

/** What the asking side may do with a request: complete it, take it back, ask for another like it. */
export function RequestActions({ request }: { readonly request: Request }) {
  const { t } = useTranslation('requests')
  const me = useMe()
  const mayAsk = useMay(['operator', 'approver', 'applicant'])
  const isOurs = me.departmentId === null || me.departmentId === request.departmentId
  const [isWithdrawing, setWithdrawing] = useState(false)
  const { requestId, version, state } = request
  const withdraw = useAct((reason: string) => rpc.requests.withdraw({ requestId, version, reason }))
  if (!mayAsk || !isOurs) return null
  const isAsking = me.departmentId !== null || request.enteredBy === me.personId
  const mayWithdraw = isAsking && (state === 'submitted' || state === 'returned' || state === 'failed')
  return (
    <div className="requests-actions">
      {isWithdrawing ? (
        <ReasonForm
          verb={t('withdraw')}
          explains={t('withdrawHint')}
          isDangerous
          isRunning={withdraw.isRunning}
          failure={withdraw.failure}
          onSubmit={reason => void withdraw.run(reason).then(after => after && setWithdrawing(false))}
          onCancel={() => setWithdrawing(false)}
        />
      ) : (
        <div className="y-row">
          {state === 'returned' && (
            <Button type="primary" href={hrefOf('requests', { view: 'edit', of: requestId })}>
              {t('resubmitOpen')}
            </Button>
          )}
          <Button href={hrefOf('requests', { view: 'new', of: requestId })}>{t('again')}</Button>
          {mayWithdraw && (
            <Button danger type="text" onClick={() => setWithdrawing(true)}>
              {t('withdraw')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
