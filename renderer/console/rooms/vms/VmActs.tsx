import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct, useMay } from '#client/hooks.ts'
import { rpc } from '#client/index.ts'
import type { Vm, VmAction } from '#contract/vms.ts'
import { ReasonForm } from '#kit/ReasonForm.tsx'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { useActs } from './use-acts.ts'

/** Buttons for what a machine can be told now; the reason is asked for in their place. */
export function VmActs({ vm }: { readonly vm: Vm }) {
  const { t } = useTranslation('vms')
  const mayAct = useMay(['operator'])
  const [action, setAction] = useState<VmAction | null>(null)
  const act = useAct((input: { action: VmAction; reason: string }) => rpc.vms.act({ vmId: vm.vmId, ...input }))
  const actsOf = useActs()
  const offered = mayAct ? actsOf(vm) : []
  if (action === null || !offered.includes(action)) {
    return (
      <>
        {vm.jobId !== null && (
          <span className="y-row">
            <StateGlyph shape="busy" tone="notice" label={t('busy')} />
            <a href={hrefOf('jobs', { open: vm.jobId })}>{t('viewJob')}</a>
          </span>
        )}
        {mayAct && !vm.isKnown && vm.jobId === null && <span className="y-second">{t('hostAway')}</span>}
        {offered.map(one => (
          <Button key={one} danger={one === 'force-off'} onClick={() => setAction(one)}>
            {t(`act.${one}`)}
          </Button>
        ))}
      </>
    )
  }
  return (
    <ReasonForm
      key={action}
      verb={t(`act.${action}`)}
      explains={t(`explains.${action}`, { vm: vm.name, host: vm.hostName })}
      isDangerous={action === 'force-off'}
      suggestions={t(`reasons.${action}`, { returnObjects: true })}
      isRunning={act.isRunning}
      failure={act.failure}
      onSubmit={reason => void act.run({ action, reason }).then(done => done && setAction(null))}
      onCancel={() => {
        act.clear()
        setAction(null)
      }}
    />
  )
}
