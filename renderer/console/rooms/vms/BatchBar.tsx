import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct, useLive } from '#client/hooks.ts'
import { call, jobsFeed, rpc } from '#client/index.ts'
import { Failure } from '#client/failure.ts'
import type { Vm, VmAction } from '#contract/vms.ts'
import { sentenceOf } from '#kit/fault.ts'
import { ReasonDialog } from '#kit/ReasonForm.tsx'
import { actsFor, vmActions } from './vm-acts.ts'

const NAMED = 6

type Missed = { readonly vm: Vm; readonly failure: Failure }

/** Asks for one action on many machines, one after the other; gives back those that were refused, with the reason. */
async function actOnAll(vms: readonly Vm[], action: VmAction, reason: string): Promise<readonly Missed[]> {
  const missed: Missed[] = []
  for (const vm of vms) {
    await call(() => rpc.vms.act({ vmId: vm.vmId, action, reason })).catch((failure: unknown) => {
      if (!(failure instanceof Failure)) throw failure
      missed.push({ vm, failure })
    })
  }
  return missed
}

/** Actions on the selected machines, with a count of those that each does not suit. */
export function BatchBar({ vms, onClear }: { readonly vms: readonly Vm[]; readonly onClear: () => void }) {
  const { t } = useTranslation('vms')
  const [action, setAction] = useState<VmAction | null>(null)
  const [missed, setMissed] = useState<readonly Missed[]>([])
  const jobs = useLive(jobsFeed).value.rows
  const fitting = (one: VmAction) => vms.filter(vm => actsFor(vm, jobs.get(vm.jobId ?? '')?.kind).includes(one))
  const batch = useAct(async (reason: string) => {
    if (action === null) return
    const refused = await actOnAll(fitting(action), action, reason)
    setMissed(refused)
    setAction(null)
    if (refused.length === 0) onClear()
  })
  const chosen = action === null ? [] : fitting(action)
  const names = chosen.slice(0, NAMED).map(vm => vm.name)
  if (chosen.length > NAMED) names.push(t('batchMore', { n: chosen.length }))
  return (
    <>
      <strong>{t('selected', { n: vms.length })}</strong>
      {vmActions.map(one => {
        const n = fitting(one).length
        if (n === 0) return null
        return (
          <Button key={one} size="small" danger={one === 'force-off'} onClick={() => setAction(one)}>
            {t(`act.${one}`)} {n}
            {n < vms.length && <span className="y-second">{t('notAllowed', { n: vms.length - n })}</span>}
          </Button>
        )
      })}
      <Button size="small" type="link" onClick={onClear}>
        {t('clear')}
      </Button>
      {missed.length > 0 && (
        <span className="y-critical" role="alert">
          {t('batchFailed', { n: missed.length })}
          {missed.slice(0, 3).map(({ vm, failure }) => (
            <span key={vm.vmId}>
              {vm.name} {sentenceOf(failure).says}
            </span>
          ))}
        </span>
      )}
      {action !== null && (
        <ReasonDialog
          title={t('batchTitle', { action: t(`act.${action}`), n: chosen.length })}
          explains={t('batchExplains', { names: names.join('、') })}
          verb={t('batchTitle', { action: t(`act.${action}`), n: chosen.length })}
          isDangerous={action === 'force-off'}
          suggestions={t(`reasons.${action}`, { returnObjects: true })}
          isRunning={batch.isRunning}
          failure={batch.failure}
          onSubmit={reason => void batch.run(reason)}
          onCancel={() => setAction(null)}
        />
      )}
    </>
  )
}
