import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '#contract/audit.ts'
import { formatCount, formatExact, formatStamp } from '#kit/format/index.ts'
import { PickList } from '#kit/pick-list/PickList.tsx'
import { actionName, factLines, subjectKindName, type NameOf } from './facts.ts'
import { isWhole, type Audit } from './use-audit.ts'

/** Height of an entry, px. */
export const ROW_PX = 36
const AT_MOST_FACTS = 4

export const keyOf = (entry: AuditEntry): string => String(entry.seq)

/** The ground that was given; where none was, what was done in a few facts. */
function Ground({ entry, nameOf }: { readonly entry: AuditEntry; readonly nameOf: NameOf }) {
  const { t } = useTranslation('audit')
  if (entry.reason !== null) return entry.reason
  const facts = factLines(entry.data, nameOf).slice(0, AT_MOST_FACTS)
  return <span>{facts.map(({ label, value }) => t('fact_', { label, value })).join(t('comma'))}</span>
}

function Row({ entry, nameOf }: { readonly entry: AuditEntry; readonly nameOf: NameOf }) {
  return (
    <div className="audit-row">
      <span className="audit-seq">{formatCount(entry.seq)}</span>
      <time title={formatExact(entry.at)}>{formatStamp(entry.at)}</time>
      <span className="y-cut">{entry.actorName}</span>
      <span className="y-cut">{actionName(entry.action)}</span>
      <span className="y-cut">
        <span className="y-second">{subjectKindName(entry.subjectKind)}</span> {entry.subjectName}
      </span>
      <span className="y-cut y-second">
        <Ground entry={entry} nameOf={nameOf} />
      </span>
    </div>
  )
}

function Heads() {
  const { t } = useTranslation('audit')
  return (
    <div className="audit-row audit-head-row" aria-hidden>
      {(['seq', 'at', 'actor', 'action', 'subject', 'reason'] as const).map(column => (
        <span key={column} className={column === 'seq' ? 'audit-seq' : undefined}>
          {t(`columns.${column}`)}
        </span>
      ))}
    </div>
  )
}

function More({ audit }: { readonly audit: Audit }) {
  const { t } = useTranslation('audit')
  return (
    <div className="audit-more">
      <Button loading={audit.isLoading} onClick={audit.more}>
        {t('more')}
      </Button>
    </div>
  )
}

/** The entries, newest first; moving along them opens. */
export function AuditList(props: {
  readonly audit: Audit
  readonly nameOf: NameOf
  readonly openKey: string | null
  readonly onOpen: (key: string) => void
  readonly empty: ReactNode
}) {
  const { t } = useTranslation('audit')
  const { audit } = props
  return (
    <section className="audit-list" aria-label={t('title')}>
      <Heads />
      <PickList
        id="audit"
        label={t('title')}
        rows={audit.entries}
        keyOf={keyOf}
        itemPx={ROW_PX}
        openKey={props.openKey}
        onOpen={props.onOpen}
        item={entry => <Row entry={entry} nameOf={props.nameOf} />}
        empty={props.empty}
        foot={!isWhole(audit) && <More audit={audit} />}
      />
    </section>
  )
}
