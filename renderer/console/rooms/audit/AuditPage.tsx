import { CloseCircleFilled, SafetyCertificateOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, Input, Select, type InputRef } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '#contract/audit.ts'
import { useMay } from '#client/hooks.ts'
import { CopyButton } from '#kit/CopyButton.tsx'
import { formatCount, formatExact, formatStamp } from '#kit/format/index.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { useFromNow } from '#kit/now.ts'
import { Page } from '#kit/Page.tsx'
import { PickList } from '#kit/pick-list/PickList.tsx'
import { useParam } from '#kit/router.ts'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { EntryDrawer } from './EntryDrawer.tsx'
import { actionName, actionOptions, factLines, subjectKindName, type NameOf } from './facts.ts'
import { spanNames, spanOf, type SpanName } from './span.ts'
import { useAudit, useRested } from './use-audit.ts'
import { useNames } from './use-names.ts'
import { VerifyPanel } from './VerifyPanel.tsx'
import './audit.css'

const ROW_PX = 36
const REST_MS = 250
const AT_MOST_FACTS = 4
const keyOf = (entry: AuditEntry): string => String(entry.seq)

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

type Choices = {
  readonly search: string
  readonly action: string | null
  readonly span: SpanName
  readonly from: string | null
  readonly until: string | null
}
const everything: Choices = { search: '', action: null, span: 'all', from: null, until: null }
let left = everything

function Tools(props: {
  readonly choices: Choices
  readonly choose: (changes: Partial<Choices>) => void
  readonly count: string
}) {
  const { t } = useTranslation('audit')
  const { choices, choose } = props
  const box = useRef<InputRef>(null)
  useHotkeys(t('keys'), [{ keys: '/', label: t('keySearch'), run: () => box.current?.focus() }])
  return (
    <div className="audit-tools">
      <Input
        ref={box}
        className="audit-search"
        allowClear={{ clearIcon: <CloseCircleFilled aria-hidden /> }}
        prefix={<SearchOutlined aria-hidden />}
        placeholder={t('search')}
        aria-label={t('search')}
        maxLength={100}
        value={choices.search}
        onChange={event => choose({ search: event.target.value })}
        onKeyDown={event => event.key === 'Escape' && choose({ search: '' })}
      />
      <Select
        className="audit-action"
        aria-label={t('what')}
        showSearch={{ optionFilterProp: 'label' }}
        value={choices.action ?? ''}
        options={[{ value: '', label: t('actionAll') }, ...actionOptions()]}
        onChange={value => choose({ action: value === '' ? null : value })}
      />
      <Select
        className="audit-span"
        aria-label={t('when')}
        value={choices.span}
        options={spanNames.map(value => ({ value, label: t(`span.${value}`) }))}
        onChange={span => choose({ span })}
      />
      {choices.span === 'own' && (
        <>
          <Input
            type="date"
            className="audit-day"
            aria-label={t('from')}
            value={choices.from ?? ''}
            onChange={event => choose({ from: event.target.value || null })}
          />
          <span className="y-second">{t('until')}</span>
          <Input
            type="date"
            className="audit-day"
            aria-label={t('until')}
            min={choices.from ?? undefined}
            value={choices.until ?? ''}
            onChange={event => choose({ until: event.target.value || null })}
          />
        </>
      )}
      <span className="y-second y-grow" aria-live="polite">
        {props.count}
      </span>
    </div>
  )
}

/** 审计: who did what and when, and the proof that nothing of it was changed. */
export function AuditPage() {
  const { t } = useTranslation('audit')
  const [choices, setChoices] = useState(left)
  const choose = (changes: Partial<Choices>) => setChoices((left = { ...left, ...changes }))
  const search = useRested(choices.search.trim(), REST_MS)
  const from = useFromNow(now => spanOf(choices.span, now, choices).from ?? 0)
  const until = spanOf(choices.span, 0, choices).until
  const span = { ...(from === 0 ? {} : { from }), ...(until === undefined ? {} : { until }) }
  const audit = useAudit({ search, action: choices.action, span })
  const [openKey, setOpen] = useParam('open')
  const [panel, setPanel] = useParam('panel')
  const mayVerify = useMay(['auditor', 'security-administrator'])
  const nameOf = useNames()
  const { entries, total } = audit
  const open = entries.find(entry => keyOf(entry) === openKey)
  const at = entries.findIndex(entry => keyOf(entry) === openKey)
  const step = (by: 1 | -1) => {
    const next = entries[Math.min(Math.max(at + by, 0), entries.length - 1)]
    if (next) setOpen(keyOf(next))
  }
  useHotkeys(t('keys'), [
    { keys: 'j', label: t('keyNext'), run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    ...(mayVerify ? [{ keys: 'v', label: t('keyVerify'), run: () => setPanel('verify') }] : []),
  ])
  const isNarrowed = search !== '' || choices.action !== null || choices.span !== 'all'
  const drawer =
    panel === 'verify' && mayVerify ? (
      <VerifyPanel span={span} onClose={() => setPanel(null)} />
    ) : open ? (
      <EntryDrawer key={open.seq} entry={open} nameOf={nameOf} onClose={() => setOpen(null)} />
    ) : null
  const isAll = entries.length >= total
  return (
    <Page
      title={t('title')}
      facts={audit.head && <span className="audit-head">{t('headFacts', { hash: audit.head.slice(0, 12) })}</span>}
      isFilled
      drawer={drawer}
      actions={
        <>
          {audit.head !== '' && <CopyButton text={audit.head} label={t('copyHead')} />}
          <Button onClick={audit.reload} loading={audit.isLoading && !audit.isFirst}>
            {t('refresh', { ns: 'common' })}
          </Button>
          {mayVerify && (
            <Button type="primary" icon={<SafetyCertificateOutlined aria-hidden />} onClick={() => setPanel('verify')}>
              {t('proofOpen')}
            </Button>
          )}
        </>
      }
    >
      <Tools
        choices={choices}
        choose={choose}
        count={
          isAll
            ? t('allShown', { total: formatCount(total) })
            : t('shown', { shown: formatCount(entries.length), total: formatCount(total) })
        }
      />
      {audit.failure && <Failed failure={audit.failure} onRetry={audit.reload} />}
      {audit.isFirst ? (
        !audit.failure && <Skeleton rows={14} height={ROW_PX} />
      ) : (
        <section className="audit-list" aria-label={t('title')}>
          <div className="audit-row audit-head-row" aria-hidden>
            {(['seq', 'at', 'actor', 'action', 'subject', 'reason'] as const).map(column => (
              <span key={column} className={column === 'seq' ? 'audit-seq' : undefined}>
                {t(`columns.${column}`)}
              </span>
            ))}
          </div>
          <PickList
            id="audit"
            label={t('title')}
            rows={entries}
            keyOf={keyOf}
            itemPx={ROW_PX}
            openKey={openKey}
            onOpen={key => {
              if (panel !== null) setPanel(null)
              setOpen(key)
            }}
            item={entry => <Row entry={entry} nameOf={nameOf} />}
            empty={
              isNarrowed ? (
                <Empty
                  title={t('nothingFits')}
                  action={<Button onClick={() => choose(everything)}>{t('clear')}</Button>}
                />
              ) : (
                <Empty title={t('empty')} hint={t('emptyHint')} />
              )
            }
            foot={
              !isAll && (
                <div className="audit-more">
                  <Button loading={audit.isLoading} onClick={audit.more}>
                    {t('more')}
                  </Button>
                </div>
              )
            }
          />
        </section>
      )}
    </Page>
  )
}
