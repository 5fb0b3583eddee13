import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import type { Department, Quota } from '#contract/tenants.ts'
import { Bar } from '#kit/Bar.tsx'
import { word } from '#kit/i18n/index.ts'
import { quotaLines, usedText } from './size.ts'
import './host-bars.css'

export const quotaOn = (department: Department, platform: Platform): Quota | undefined =>
  department.quotas.find(quota => quota.platformId === platform.platformId)

/** What is used of one quota: three bars with their figures. */
export function QuotaBars({ quota }: { readonly quota: Quota }) {
  return (
    <div className="requests-bars">
      {quotaLines(quota.limit, quota.used).map(({ pool, limit, used }) => (
        <div key={pool} className="requests-change">
          <span>{word('pool', pool)}</span>
          <Bar
            used={used}
            promised={null}
            physical={limit}
            promisable={used > limit ? limit : null}
            label={usedText(pool, used, limit)}
            height={8}
          />
          <span className={used > limit ? 'y-critical' : undefined}>{usedText(pool, used, limit)}</span>
        </div>
      ))}
    </div>
  )
}

/** One department's quotas, platform by platform. */
export function QuotaCards(props: { readonly department: Department; readonly platforms: readonly Platform[] }) {
  const { t } = useTranslation('requests')
  return (
    <>
      {props.platforms.map(platform => {
        const quota = quotaOn(props.department, platform)
        return (
          <section key={platform.platformId} className="requests-block">
            <h3>{platform.name}</h3>
            {quota ? <QuotaBars quota={quota} /> : <p className="y-second">{t('quotas.none')}</p>}
          </section>
        )
      })}
    </>
  )
}
