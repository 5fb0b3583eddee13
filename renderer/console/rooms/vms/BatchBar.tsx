import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Vm, VmAction } from '#contract/vms.ts'
import { BatchDialog } from './BatchDialog.tsx'
import { useActs } from './use-acts.ts'
import { vmActions } from './vm-acts.ts'

/** Actions on the selected machines, each with a count of those that it suits. */
export function BatchBar({ vms, onClear }: { readonly vms: readonly Vm[]; readonly onClear: () => void }) {
  const { t } = useTranslation('vms')
  const actsOf = useActs()
  const [chosen, setChosen] = useState<{ readonly action: VmAction; readonly vms: readonly Vm[] } | null>(null)
  return (
    <>
      <strong>{t('selected', { n: vms.length })}</strong>
      {vmActions.map(action => {
        const n = vms.filter(vm => actsOf(vm).includes(action)).length
        if (n === 0) return null
        return (
          <Button
            key={action}
            size="small"
            danger={action === 'force-off'}
            title={n < vms.length ? t('notAllowed', { n: vms.length - n }) : undefined}
            onClick={() => setChosen({ action, vms })}
          >
            {t('batchAct', { action: t(`act.${action}`), n })}
          </Button>
        )
      })}
      <Button size="small" type="link" onClick={onClear}>
        {t('clear')}
      </Button>
      {chosen && (
        <BatchDialog
          {...chosen}
          onClose={isWhole => {
            setChosen(null)
            if (isWhole) onClear()
          }}
        />
      )}
    </>
  )
}
