import { useTranslation } from 'react-i18next'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'
import type { Check } from './checks.ts'
import './checks.css'

const looks: Readonly<Record<Check['state'], readonly [Shape, Tone]>> = {
  met: ['tick', 'good'],
  unmet: ['warn', 'warning'],
  open: ['wait', 'quiet'],
}

/** What can be said of the draft while it is written, a sentence each. */
export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { t } = useTranslation('requests')
  return (
    <section className="requests-block" aria-live="polite">
      <h3>{t('sectionChecks')}</h3>
      <ul className="requests-checks">
        {checks.map(({ key, state, says, todo }) => {
          const [shape, tone] = looks[state]
          return (
            <li key={key} data-state={state}>
              <StateGlyph shape={shape} tone={tone} label={t(`checkState.${state}`)} isBare />
              <div>
                <p>{says}</p>
                {todo && (
                  <p className="y-second">{key === 'quota' && state === 'unmet' ? t('checks.quotaStill') : todo}</p>
                )}
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
