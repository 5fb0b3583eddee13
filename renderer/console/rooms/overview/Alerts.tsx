import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Alert } from '#contract/pools.ts'
import { Instant } from '#kit/Age.tsx'
import { sentenceOf } from '#kit/fault.ts'
import { word } from '#kit/i18n/index.ts'
import { Card } from '#kit/Page.tsx'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'

/** More than these would push what waits for a decision off the screen. */
const SHOWN = 5
const order = { critical: 0, warning: 1, notice: 2 } as const

const hrefOfAlert = ({ vmId, hostId }: Alert): string =>
  vmId === null ? hrefOf('hosts', { open: hostId }) : hrefOf('vms', { open: vmId })

function Item({ alert }: { readonly alert: Alert }) {
  const { says, todo } = sentenceOf(alert.fault)
  return (
    <li>
      <a href={hrefOfAlert(alert)}>
        <StateGlyph shape="warn" tone={alert.severity} label={word('severity', alert.severity)} isBare />
        <div>
          <p>
            <strong>{alert.subject}</strong> {says}
          </p>
          <p className="y-second">{todo}</p>
        </div>
        <span className="y-second">
          <Instant at={alert.since} />
        </span>
      </a>
    </li>
  )
}

/** What is wrong, worst and oldest first; each entry leads to the thing itself. */
export function Alerts({ alerts }: { readonly alerts: readonly Alert[] }) {
  const { t } = useTranslation('overview')
  const [isWhole, setWhole] = useState(false)
  const sorted = [...alerts].sort((a, b) => order[a.severity] - order[b.severity] || a.since - b.since)
  return (
    <div id="alerts" className="y-alerts">
      <Card
        title={t('alerts')}
        extra={alerts.length > 0 && <span className="y-second">{t('alertsCount', { n: alerts.length })}</span>}
      >
        {sorted.length === 0 ? (
          <p className="y-row y-second">
            <StateGlyph shape="tick" tone="good" label={t('noAlerts')} />
          </p>
        ) : (
          <ul>
            {(isWhole ? sorted : sorted.slice(0, SHOWN)).map(alert => (
              <Item key={alert.key} alert={alert} />
            ))}
          </ul>
        )}
        {!isWhole && sorted.length > SHOWN && (
          <Button type="link" size="small" onClick={() => setWhole(true)}>
            {t('alertsMore', { n: sorted.length - SHOWN })}
          </Button>
        )}
      </Card>
    </div>
  )
}
