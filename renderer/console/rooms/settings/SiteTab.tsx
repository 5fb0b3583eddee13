import { Button, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteSettings } from '#contract/site.ts'
import { rpc } from '#client/index.ts'
import { readSession } from '#client/session.ts'
import { useAct, useQuery } from '#client/hooks.ts'
import { formatDuration } from '#kit/format/index.ts'
import { Card } from '#kit/Page.tsx'
import { Failed, Skeleton } from '#kit/states.tsx'

type Draft = {
  readonly siteName: string
  readonly banner: string
  readonly pollSeconds: number | null
  readonly deadlineHours: number | null
  readonly lockMinutes: number | null
}

const draftOf = (settings: SiteSettings): Draft => ({
  siteName: settings.siteName,
  banner: settings.banner ?? '',
  pollSeconds: settings.pollIntervalMs / 1_000,
  deadlineHours: settings.approvalDeadlineHours,
  lockMinutes: settings.idleLockMinutes,
})

const HOUR = 3_600_000

/** Numbers of the form: their bounds are the contract's, their unit the reader's. */
const numbers = [
  ['pollSeconds', 'poll', 1, 300],
  ['deadlineHours', 'deadline', 1, 720],
  ['lockMinutes', 'lock', 1, 240],
] as const

/** Each number with what it means. */
function NumberFields(props: { readonly draft: Draft; readonly change: (changes: Partial<Draft>) => void }) {
  const { t } = useTranslation('settings')
  const { pollSeconds, deadlineHours, lockMinutes } = props.draft
  const sentences = {
    pollSeconds: pollSeconds && t('site.pollSay', { n: pollSeconds, late: formatDuration(pollSeconds * 2_000) }),
    deadlineHours: deadlineHours && t('site.deadlineSay', { duration: formatDuration(deadlineHours * HOUR) }),
    lockMinutes: lockMinutes && t('site.lockSay', { n: lockMinutes }),
  }
  return numbers.map(([key, name, min, max]) => (
    <Form.Item key={key} label={t(`site.${name}`)} htmlFor={key} extra={sentences[key]}>
      <InputNumber
        id={key}
        min={min}
        max={max}
        precision={0}
        suffix={t(`site.${name}Unit`)}
        value={props.draft[key]}
        onChange={next => props.change({ [key]: next })}
      />
    </Form.Item>
  ))
}

function SettingsForm({ settings, onDone }: { readonly settings: SiteSettings; readonly onDone: () => void }) {
  const { t } = useTranslation('settings')
  const [edited, setEdited] = useState<Draft | null>(null)
  const draft = edited ?? draftOf(settings)
  const change = (changes: Partial<Draft>) => setEdited({ ...draft, ...changes })
  const { pollSeconds, deadlineHours, lockMinutes } = draft
  const isChanged = edited !== null && JSON.stringify(edited) !== JSON.stringify(draftOf(settings))
  const isReady = draft.siteName.trim() !== '' && pollSeconds !== null && deadlineHours !== null && lockMinutes !== null
  const save = useAct((input: Parameters<typeof rpc.site.changeSettings>[0]) => rpc.site.changeSettings(input))
  const send = async () => {
    if (!isReady || !isChanged) return
    const done = await save.run({
      version: settings.version,
      siteName: draft.siteName.trim(),
      banner: draft.banner.trim() === '' ? null : draft.banner.trim(),
      pollIntervalMs: pollSeconds * 1_000,
      approvalDeadlineHours: deadlineHours,
      idleLockMinutes: lockMinutes,
    })
    if (done) setEdited(null)
    // The name and the banner stand in the frame, which learns them with the session.
    if (done) await readSession()
    onDone()
  }
  return (
    <Form layout="vertical" className="settings-form" onFinish={() => void send()}>
      <Form.Item label={t('site.name')} htmlFor="siteName" extra={t('site.nameSay')}>
        <Input
          id="siteName"
          maxLength={100}
          value={draft.siteName}
          onChange={event => change({ siteName: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={t('site.banner')} htmlFor="banner" extra={t('site.bannerSay')}>
        <Input
          id="banner"
          maxLength={200}
          value={draft.banner}
          onChange={event => change({ banner: event.target.value })}
        />
      </Form.Item>
      <NumberFields draft={draft} change={change} />
      {save.failure && <Failed failure={save.failure} />}
      <div className="y-row">
        <Button type="primary" htmlType="submit" disabled={!isReady || !isChanged} loading={save.isRunning}>
          {t('site.save')}
        </Button>
        {isChanged && <Button onClick={() => setEdited(null)}>{t('revert')}</Button>}
      </div>
    </Form>
  )
}

/** 站点: what holds for the whole site. */
export function SiteTab() {
  const { t } = useTranslation('settings')
  const settings = useQuery('settings', r => r.site.settings({}))
  if (settings.failure && !settings.value) return <Failed failure={settings.failure} onRetry={settings.reload} />
  return (
    <div className="settings-scroll">
      <Card title={t('site.title')}>
        {settings.value ? (
          <SettingsForm settings={settings.value} onDone={settings.reload} />
        ) : (
          <Skeleton rows={6} height={56} />
        )}
      </Card>
    </div>
  )
}
