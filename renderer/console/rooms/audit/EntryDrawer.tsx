import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '#contract/audit.ts'
import { Drawer, Facts, Section } from '#kit/Drawer.tsx'
import { formatExact } from '#kit/format/index.ts'
import { actionName, factLines, subjectKindName, type NameOf } from './facts.ts'

/** What the first entry points back to. */
const isOrigin = (hash: string): boolean => /^0+$/.test(hash)

/** One entry: who did what to what and why, its facts in words, and its place in the chain. */
export function EntryDrawer(props: {
  readonly entry: AuditEntry
  readonly nameOf: NameOf
  readonly onClose: () => void
}) {
  const { t } = useTranslation('audit')
  const { entry } = props
  const facts = factLines(entry.data, props.nameOf)
  const person = entry.actor === 'system' ? entry.actorName : `${entry.actorName}（${entry.actor}）`
  return (
    <Drawer
      title={`${actionName(entry.action)} · ${entry.subjectName}`}
      facts={t('entry', { seq: entry.seq })}
      label={t('entry', { seq: entry.seq })}
      onClose={props.onClose}
    >
      <Section title={t('record')}>
        <Facts
          facts={[
            [t('when'), formatExact(entry.at)],
            [t('who'), person],
            [t('what'), actionName(entry.action)],
            [t('subject'), `${subjectKindName(entry.subjectKind)} ${entry.subjectName}`],
            [t('reason'), entry.reason ?? <span className="y-faint">{t('noReason')}</span>],
          ]}
        />
      </Section>
      <Section title={t('facts_')}>
        {facts.length === 0 ? (
          <p className="y-second">{t('noFacts')}</p>
        ) : (
          <Facts facts={facts.map(({ label, value }) => [label, value] as const)} />
        )}
      </Section>
      <Section title={t('chain')}>
        <dl className="audit-hashes">
          <dt>{t('hash')}</dt>
          <dd className="y-mono">{entry.hash}</dd>
          <dt>{t('prevHash')}</dt>
          <dd className="y-mono">{isOrigin(entry.prevHash) ? t('first') : entry.prevHash}</dd>
        </dl>
      </Section>
      <Section title={t('raw')}>
        <pre className="audit-raw y-mono" tabIndex={0}>
          {JSON.stringify(entry, null, 2)}
        </pre>
      </Section>
    </Drawer>
  )
}
