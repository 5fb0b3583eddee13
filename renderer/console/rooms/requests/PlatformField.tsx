import { Form, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import type { Application } from '#contract/tenants.ts'
import { isCarried } from './checks.ts'

/** Where it may go: platforms that carry the application's level; the others say why they cannot be chosen. */
export function PlatformField(props: {
  readonly platforms: readonly Platform[]
  readonly application: Application | undefined
  readonly value: string | null
  readonly onChange: (platformId: string) => void
}) {
  const { t } = useTranslation(['requests', 'common'])
  const { application } = props
  return (
    <Form.Item label={t('platform')} help={application ? undefined : t('platformFirst')}>
      <Radio.Group
        className="requests-platforms"
        value={props.value}
        onChange={event => props.onChange(String(event.target.value))}
      >
        {props.platforms.map(platform => {
          const isOpen = application !== undefined && isCarried(platform, application)
          return (
            <Radio key={platform.platformId} value={platform.platformId} disabled={!isOpen}>
              <span>{platform.name}</span>
              <span className="y-second">
                {application && !isOpen
                  ? t('platformRefuses', { level: application.level })
                  : t('platformCarries', { levels: platform.levels.join(t('common:separator')) })}
              </span>
            </Radio>
          )
        })}
      </Radio.Group>
    </Form.Item>
  )
}
