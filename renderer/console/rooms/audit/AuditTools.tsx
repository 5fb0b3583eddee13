import { Input, Select, type InputRef } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '#kit/format/index.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { SearchBox } from '#kit/SearchBox.tsx'
import type { Choices } from './choices.ts'
import { actionOptions } from './facts.ts'
import { spanNames } from './span.ts'
import { isWhole, type Audit } from './use-audit.ts'

type Choose = (changes: Partial<Choices>) => void

/** The first and the last day, where neither of the usual spans will do. */
function OwnDays({ from, until, choose }: Pick<Choices, 'from' | 'until'> & { readonly choose: Choose }) {
  const { t } = useTranslation('audit')
  return (
    <>
      <Input
        type="date"
        className="audit-day"
        aria-label={t('from')}
        value={from ?? ''}
        onChange={event => choose({ from: event.target.value || null })}
      />
      <span className="y-second">{t('until')}</span>
      <Input
        type="date"
        className="audit-day"
        aria-label={t('until')}
        min={from ?? undefined}
        value={until ?? ''}
        onChange={event => choose({ until: event.target.value || null })}
      />
    </>
  )
}

/** The line above the record: what is looked for, and how much of it there is. */
export function AuditTools(props: { readonly choices: Choices; readonly choose: Choose; readonly audit: Audit }) {
  const { t } = useTranslation('audit')
  const { choices, choose, audit } = props
  const { entries, total } = audit
  const counts = { shown: formatCount(entries.length), total: formatCount(total) }
  const box = useRef<InputRef>(null)
  useHotkeys(t('keys'), [{ keys: '/', label: t('keySearch'), run: () => box.current?.focus() }])
  return (
    <div className="audit-tools">
      <SearchBox
        ref={box}
        className="audit-search"
        label={t('search')}
        maxLength={100}
        value={choices.search}
        onChange={search => choose({ search })}
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
      {choices.span === 'own' && <OwnDays from={choices.from} until={choices.until} choose={choose} />}
      <span className="y-second y-grow" aria-live="polite">
        {isWhole(audit) ? t('allShown', counts) : t('shown', counts)}
      </span>
    </div>
  )
}
