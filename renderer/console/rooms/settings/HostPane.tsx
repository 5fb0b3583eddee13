import { Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Host } from '#contract/hosts.ts'
import type { Platform } from '#contract/site.ts'
import { rpc } from '#client/index.ts'
import { useAct, useMay } from '#client/hooks.ts'
import { Instant } from '#kit/Age.tsx'
import { Facts, Section } from '#kit/Drawer.tsx'
import { formatBytes, formatDuration, unknown } from '#kit/format/index.ts'
import { hrefOf } from '#kit/router.ts'
import { ReasonForm } from '#kit/ReasonForm.tsx'
import { Failed, FaultNote } from '#kit/states.tsx'
import { ChangeAccess } from './ChangeAccess.tsx'
import { HostGlyph } from './host-glyph.tsx'
import { KeyCeremony } from './KeyCeremony.tsx'
import { RecordFields, recordOf, type HostRecordDraft } from './RecordFields.tsx'

const draftOf = ({ name, origin, model, serial, rack }: Host): HostRecordDraft => ({
  name,
  origin,
  model: model ?? '',
  serial: serial ?? '',
  rack: rack ?? '',
})

/** Edits what the centre records; a record that somebody else changed meanwhile is not overwritten. */
function Record({ host }: { readonly host: Host }) {
  const { t } = useTranslation('settings')
  const [draft, setDraft] = useState<{ readonly of: HostRecordDraft; readonly version: number } | null>(null)
  const shown = draft?.of ?? draftOf(host)
  const isChanged = draft !== null && JSON.stringify(draft.of) !== JSON.stringify(draftOf(host))
  const save = useAct((input: Parameters<typeof rpc.hosts.update>[0]) => rpc.hosts.update(input))
  const send = async () => {
    if (!draft || !isChanged || shown.name.trim() === '') return
    const done = await save.run({ hostId: host.hostId, version: draft.version, ...recordOf(shown) })
    if (done) setDraft(null)
  }
  return (
    <Section title={t('hosts.record')}>
      <Form layout="vertical" onFinish={() => void send()}>
        <RecordFields
          value={shown}
          onChange={changes => setDraft({ of: { ...shown, ...changes }, version: draft?.version ?? host.version })}
        />
        {save.failure && <Failed failure={save.failure} />}
        <div className="y-row">
          <Button type="primary" htmlType="submit" disabled={!isChanged} loading={save.isRunning}>
            {t('hosts.save')}
          </Button>
          {isChanged && <Button onClick={() => setDraft(null)}>{t('revert')}</Button>}
        </div>
      </Form>
    </Section>
  )
}

function Remove({ host, onRemoved }: { readonly host: Host; readonly onRemoved: () => void }) {
  const { t } = useTranslation('settings')
  const [isOpen, setOpen] = useState(false)
  const remove = useAct((reason: string) => rpc.hosts.remove({ hostId: host.hostId, reason }))
  return (
    <Section title={t('hosts.remove')}>
      {isOpen ? (
        <ReasonForm
          verb={t('hosts.removeGo', { host: host.name })}
          explains={t('hosts.removeHint')}
          isDangerous
          confirmName={host.name}
          isRunning={remove.isRunning}
          failure={remove.failure}
          onSubmit={reason => void remove.run(reason).then(done => done && onRemoved())}
          onCancel={() => setOpen(false)}
        />
      ) : (
        <div className="y-row">
          <span className="y-second y-grow">{t('hosts.removeHint')}</span>
          <Button danger onClick={() => setOpen(true)}>
            {t('hosts.remove')}
          </Button>
        </div>
      )}
    </Section>
  )
}

function Retry({ host }: { readonly host: Host }) {
  const { t } = useTranslation('settings')
  const retry = useAct(() => rpc.hosts.retry({ hostId: host.hostId }))
  const [isAsked, setAsked] = useState(false)
  return (
    <>
      <Button loading={retry.isRunning} onClick={() => void retry.run(undefined).then(done => setAsked(Boolean(done)))}>
        {t('hosts.retry')}
      </Button>
      {isAsked && <span className="y-second">{t('hosts.retried')}</span>}
      {retry.failure && <Failed failure={retry.failure} />}
    </>
  )
}

const offsetOf = (ms: number | null): string =>
  ms === null ? unknown() : `${ms < 0 ? '−' : '+'}${formatDuration(Math.abs(ms))}`

/** How the host is reached, and the way to another address or credential. */
function Connection({ host, platform }: { readonly host: Host; readonly platform: Platform | undefined }) {
  const { t } = useTranslation('settings')
  const mayChange = useMay(['operator', 'system-administrator'])
  const [isOpen, setOpen] = useState(false)
  const threads = host.cpuThreads === null ? null : t('hosts.threads', { n: host.cpuThreads })
  const vms = t('hosts.vmsOf', { running: host.vmsRunning, total: host.vmsTotal })
  return (
    <Section title={t('hosts.connection')}>
      <Facts
        facts={[
          [t('hosts.address'), `${host.user}@${host.address}:${host.port}`],
          [t('hosts.platform'), `${platform?.name ?? unknown()}（${t('hosts.platformFixed')}）`],
          [t('hosts.system'), [host.hostname, host.arch].filter(Boolean).join(' · ') || unknown()],
          [t('hosts.cpu'), threads === null ? unknown() : [host.cpuModel, threads].filter(Boolean).join(' · ')],
          [t('hosts.memory'), formatBytes(host.memoryBytes)],
          [t('hosts.vms'), host.seenAt === null ? unknown() : vms],
          [t('hosts.libvirt'), host.libvirtVersion ?? unknown()],
          [t('hosts.clock'), offsetOf(host.clockOffsetMs)],
        ]}
      />
      {isOpen && <ChangeAccess host={host} onClose={() => setOpen(false)} />}
      {mayChange && !isOpen && (
        <div className="settings-access">
          <Button onClick={() => setOpen(true)}>{t('hosts.access')}</Button>
        </div>
      )}
    </Section>
  )
}

/** One host's record: how it is reached and how it stands, what the centre knows of it, and its removal. */
export function HostPane(props: {
  readonly host: Host
  readonly platform: Platform | undefined
  readonly onRemoved: () => void
}) {
  const { t } = useTranslation('settings')
  const { host } = props
  const mayRemove = useMay(['system-administrator'])
  return (
    <section className="settings-pane" aria-label={host.name}>
      <header className="settings-head">
        <h2 className="y-cut">{host.name}</h2>
        <p className="y-row">
          <HostGlyph state={host.state} />
          <span className="y-second">
            {host.seenAt === null ? (
              t('hosts.seenNever')
            ) : (
              <>
                {t('hosts.since')} <Instant at={host.since} />
              </>
            )}
          </span>
          <span className="y-grow" />
          {host.state !== 'up' && host.state !== 'blocked' && <Retry host={host} />}
          <a href={hrefOf('hosts', { open: host.hostId })}>{t('hosts.open')}</a>
        </p>
      </header>
      {host.state === 'blocked' ? <KeyCeremony host={host} /> : host.fault && <FaultNote fault={host.fault} />}
      <Connection key={`${host.hostId} ${host.address}`} host={host} platform={props.platform} />
      <Record key={host.hostId} host={host} />
      {mayRemove && <Remove host={host} onRemoved={props.onRemoved} />}
    </section>
  )
}
