import { Button, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct, useRow } from '#client/hooks.ts'
import { call, jobsFeed, rpc, vmsFeed } from '#client/index.ts'
import { Failure } from '#client/failure.ts'
import type { Vm, VmAction } from '#contract/vms.ts'
import { sentenceOf } from '#kit/fault.ts'
import { text } from '#kit/i18n/index.ts'
import { ReasonForm } from '#kit/ReasonForm.tsx'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { JobGlyph } from '#console/job-state.tsx'
import { VmStateGlyph } from '#console/machine-state.tsx'
import { useActs } from './use-acts.ts'
import './batch.css'

/** What became of one machine: its job, or why there is none. */
type Outcome = { readonly jobId: string } | { readonly failure: Failure }

function Result({ outcome }: { readonly outcome: Outcome | undefined }) {
  const { t } = useTranslation('vms')
  const job = useRow(jobsFeed, outcome && 'jobId' in outcome ? outcome.jobId : null)
  if (outcome === undefined) return <span className="y-faint">{t('batchWaits')}</span>
  if ('failure' in outcome) return <StateGlyph shape="cross" tone="critical" label={sentenceOf(outcome.failure).says} />
  return (
    <a href={hrefOf('jobs', { open: outcome.jobId })}>
      <JobGlyph state={job?.state ?? 'queued'} />
    </a>
  )
}

/** Why an action does not suit a machine that is left out. */
const unfitText = (vm: Vm): string =>
  text(vm.jobId !== null ? 'vms:unfitBusy' : vm.isKnown ? 'vms:unfit' : 'vms:unfitAway')

function Item(props: { readonly vm: Vm; readonly isUnfit?: boolean; readonly children: ReactNode }) {
  const vm = useRow(vmsFeed, props.vm.vmId) ?? props.vm
  const isUnfit = props.isUnfit ?? false
  return (
    <li data-unfit={isUnfit || undefined}>
      <VmStateGlyph vm={vm} isBare />
      <span className={isUnfit ? 'y-cut y-second' : 'y-cut'}>
        <strong>{vm.name}</strong> <span className="y-second">{vm.title}</span>
      </span>
      {props.children}
    </li>
  )
}

/** The machines that an action suits and those it does not, and what becomes of each while they are asked for. */
function useBatch(action: VmAction, given: readonly Vm[]) {
  const [vms] = useState(() => given.toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN', { numeric: true })))
  const actsOf = useActs()
  const [fit] = useState(() => vms.filter(vm => actsOf(vm).includes(action)))
  const unfit = vms.filter(vm => !fit.includes(vm))
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map())
  const batch = useAct(async (reason: string) => {
    for (const vm of fit) {
      const outcome = await call(() => rpc.vms.act({ vmId: vm.vmId, action, reason })).catch((failure: unknown) => {
        if (failure instanceof Failure) return { failure }
        throw failure
      })
      setOutcomes(have => new Map(have).set(vm.vmId, outcome))
    }
  })
  const isBegun = batch.isRunning || outcomes.size > 0
  const accepted = [...outcomes.values()].filter(outcome => 'jobId' in outcome).length
  return { fit, unfit, outcomes, accepted, batch, isBegun }
}

/**
 * One action on many machines: which it will be and which not, the reason, then what became of each. They are asked for
 * one after the other; closing the dialog ends nothing.
 */
export function BatchDialog(props: {
  readonly action: VmAction
  readonly vms: readonly Vm[]
  /** Whether every machine that the action suits was accepted. */
  readonly onClose: (isWhole: boolean) => void
}) {
  const { action } = props
  const { t } = useTranslation(['vms', 'common'])
  const { fit, unfit, outcomes, accepted, batch, isBegun } = useBatch(action, props.vms)
  const title = t('batchTitle', { action: t(`act.${action}`), n: fit.length })
  const close = () => props.onClose(accepted === fit.length)
  return (
    <Modal open title={title} footer={null} width={640} destroyOnHidden maskClosable={false} onCancel={close}>
      <p className="y-second">{t(`batchExplains.${action}`)}</p>
      <ul className="y-batch" tabIndex={0} aria-label={title}>
        {fit.map(vm => (
          <Item key={vm.vmId} vm={vm}>
            <span className="y-second">{vm.hostName}</span>
            {isBegun && <Result outcome={outcomes.get(vm.vmId)} />}
          </Item>
        ))}
        {unfit.map(vm => (
          <Item key={vm.vmId} vm={vm} isUnfit>
            <span className="y-second">{unfitText(vm)}</span>
          </Item>
        ))}
      </ul>
      {isBegun ? (
        <footer className="y-row">
          <span className="y-grow" role="status">
            {t('batchAccepted', { n: accepted, all: fit.length })}
            {outcomes.size > accepted && (
              <span className="y-critical"> {t('batchRefused', { n: outcomes.size - accepted })}</span>
            )}
          </span>
          <Button autoFocus onClick={close}>
            {t('common:close')}
          </Button>
        </footer>
      ) : (
        <ReasonForm
          verb={title}
          isDangerous={action === 'force-off'}
          suggestions={t(`reasons.${action}`, { returnObjects: true })}
          isRunning={batch.isRunning}
          failure={batch.failure}
          onSubmit={reason => void batch.run(reason)}
          onCancel={close}
        />
      )}
    </Modal>
  )
}
