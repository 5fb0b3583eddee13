import { SafetyCertificateOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMay } from '#client/hooks.ts'
import { CopyButton } from '#kit/CopyButton.tsx'
import { useHotkeys } from '#kit/hotkeys.ts'
import { Page } from '#kit/Page.tsx'
import { useParam } from '#kit/router.ts'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { AuditList, keyOf, ROW_PX } from './AuditList.tsx'
import { AuditTools } from './AuditTools.tsx'
import { everything, useChoices, useQuestion } from './choices.ts'
import { EntryDrawer } from './EntryDrawer.tsx'
import { useAudit, type Audit } from './use-audit.ts'
import { useNames } from './use-names.ts'
import { VerifyPanel } from './VerifyPanel.tsx'
import './audit.css'

function Actions({ audit, onVerify }: { readonly audit: Audit; readonly onVerify: (() => void) | null }) {
  const { t } = useTranslation(['audit', 'common'])
  return (
    <>
      {audit.head !== '' && <CopyButton text={audit.head} label={t('copyHead')} />}
      <Button onClick={audit.reload} loading={audit.isLoading && !audit.isFirst}>
        {t('common:refresh')}
      </Button>
      {onVerify && (
        <Button type="primary" icon={<SafetyCertificateOutlined aria-hidden />} onClick={onVerify}>
          {t('proofOpen')}
        </Button>
      )}
    </>
  )
}

/** No entry yet, or none that fits what is looked for. */
function Nothing({ onClear }: { readonly onClear: (() => void) | null }) {
  const { t } = useTranslation('audit')
  if (onClear === null) return <Empty title={t('empty')} hint={t('emptyHint')} />
  return <Empty title={t('nothingFits')} action={<Button onClick={onClear}>{t('clear')}</Button>} />
}

/** Which entry stands open, and the keys that move along the list. */
function useOpenEntry({ entries }: Audit) {
  const { t } = useTranslation('audit')
  const [openKey, setOpen] = useParam('open')
  const at = entries.findIndex(entry => keyOf(entry) === openKey)
  const step = (by: 1 | -1) => {
    const next = entries[Math.min(Math.max(at + by, 0), entries.length - 1)]
    if (next) setOpen(keyOf(next))
  }
  useHotkeys(t('keys'), [
    { keys: 'j', label: t('keyNext'), run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
  ])
  return { open: entries[at], openKey, setOpen }
}

/** 审计: who did what and when, and the proof that nothing of it was changed. */
export function AuditPage() {
  const { t } = useTranslation('audit')
  const { choices, choose } = useChoices()
  const question = useQuestion(choices)
  const audit = useAudit(question)
  const [panel, setPanel] = useParam('panel')
  const mayVerify = useMay(['auditor', 'security-administrator'])
  const nameOf = useNames()
  const verify = mayVerify ? () => setPanel('verify') : null
  useHotkeys(t('keys'), verify ? [{ keys: 'v', label: t('keyVerify'), run: verify }] : [])
  const { open, openKey, setOpen } = useOpenEntry(audit)
  const isNarrowed = question.search !== '' || choices.action !== null || choices.span !== 'all'
  const drawer =
    panel === 'verify' && mayVerify ? (
      <VerifyPanel span={question.span} onClose={() => setPanel(null)} />
    ) : open ? (
      <EntryDrawer key={open.seq} entry={open} nameOf={nameOf} onClose={() => setOpen(null)} />
    ) : null
  return (
    <Page
      title={t('title')}
      facts={audit.head && <span className="audit-head">{t('headFacts', { hash: audit.head.slice(0, 12) })}</span>}
      isFilled
      drawer={drawer}
      actions={<Actions audit={audit} onVerify={verify} />}
    >
      <AuditTools choices={choices} choose={choose} audit={audit} />
      {audit.failure && <Failed failure={audit.failure} onRetry={audit.reload} />}
      {audit.isFirst ? (
        !audit.failure && <Skeleton rows={14} height={ROW_PX} />
      ) : (
        <AuditList
          audit={audit}
          nameOf={nameOf}
          openKey={openKey}
          onOpen={key => {
            if (panel !== null) setPanel(null)
            setOpen(key)
          }}
          empty={<Nothing onClear={isNarrowed ? () => choose(everything) : null} />}
        />
      )}
    </Page>
  )
}
