import { useTranslation } from 'react-i18next'
import { useQuery } from '#client/hooks.ts'
import type { VmId } from '#contract/ids.ts'
import { Age } from '#kit/Age.tsx'
import { CopyButton } from '#kit/CopyButton.tsx'
import { Failed, Skeleton } from '#kit/states.tsx'

/** What the host has on record of the machine: libvirt's XML as it is now. */
export function VmDefinition({ vmId }: { readonly vmId: VmId }) {
  const { t } = useTranslation('vms')
  const answer = useQuery(vmId, (rpc, o) => rpc.vms.describe({ vmId }, o))
  if (answer.phase === 'failed' && answer.failure) return <Failed failure={answer.failure} onRetry={answer.reload} />
  if (!answer.value) return <Skeleton />
  const { xml, at } = answer.value
  return (
    <div className="y-definition">
      <div className="y-row">
        <span className="y-second y-grow">
          {t('xmlHint')} · <Age at={at} />
        </span>
        <CopyButton text={xml} isSmall />
      </div>
      <pre className="y-xml" tabIndex={0}>
        {xml}
      </pre>
    </div>
  )
}
