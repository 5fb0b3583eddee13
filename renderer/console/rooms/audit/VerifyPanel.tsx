import { DownloadOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rpc } from '#client/index.ts'
import { useAct, useMay } from '#client/hooks.ts'
import { CopyButton } from '#kit/CopyButton.tsx'
import { download } from '#kit/csv.ts'
import { Drawer, Section } from '#kit/Drawer.tsx'
import { dayOf } from '#kit/format/index.ts'
import { Failed } from '#kit/states.tsx'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { faultName } from './facts.ts'
import { fileNameOf, type Span } from './span.ts'

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text)

type Verdict = Awaited<ReturnType<typeof rpc.audit.verify>>

function Result({ verdict, hadHead }: { readonly verdict: Verdict; readonly hadHead: boolean }) {
  const { t } = useTranslation('audit')
  const { entries, seq } = verdict
  if (!verdict.isWhole) {
    return (
      <div className="audit-result" data-tone="critical" role="alert">
        <StateGlyph
          shape="block"
          tone="critical"
          label={t('broken', { seq: seq ?? 0, fault: faultName(verdict.fault ?? '') })}
        />
        <p className="y-second">{t('brokenHint')}</p>
      </div>
    )
  }
  return (
    <div className="audit-result" data-tone="good" role="status">
      <StateGlyph shape="tick" tone="good" label={t(hadHead ? 'wholeWithHead' : 'whole', { entries })} />
      <p className="y-second">{t('verifiedHead')}</p>
      <p className="y-row">
        <span className="y-mono audit-hash">{verdict.head}</span>
        <CopyButton text={verdict.head} label={t('copyHead')} />
      </p>
    </div>
  )
}

function Verify() {
  const { t } = useTranslation('audit')
  const [head, setHead] = useState('')
  const [done, setDone] = useState<{ verdict: Verdict; hadHead: boolean } | null>(null)
  const verify = useAct((given: string) => rpc.audit.verify(given === '' ? {} : { head: given.toLowerCase() }))
  const given = head.trim()
  const isWrong = given !== '' && !isHash(given)
  const run = async () => {
    if (isWrong) return
    setDone(null)
    const verdict = await verify.run(given)
    if (verdict) setDone({ verdict, hadHead: given !== '' })
  }
  return (
    <Section title={t('verify')}>
      <form
        className="audit-form"
        onSubmit={event => {
          event.preventDefault()
          void run()
        }}
      >
        <p className="y-second">{t('verifyHint')}</p>
        <label>
          <span>{t('deposited')}</span>
          <Input.TextArea
            className="y-mono"
            autoSize={{ minRows: 2, maxRows: 3 }}
            maxLength={64}
            spellCheck={false}
            status={isWrong ? 'error' : ''}
            value={head}
            onChange={event => setHead(event.target.value)}
          />
          <span className={isWrong ? 'y-critical' : 'y-second'}>{t(isWrong ? 'depositedWrong' : 'depositedHint')}</span>
        </label>
        <Button type="primary" htmlType="submit" disabled={isWrong} loading={verify.isRunning}>
          {t(verify.isRunning ? 'running' : 'verifyRun')}
        </Button>
        {verify.failure && <Failed failure={verify.failure} />}
        {done && <Result {...done} />}
      </form>
    </Section>
  )
}

function Export({ span }: { readonly span: Span }) {
  const { t } = useTranslation('audit')
  const [count, setCount] = useState<number | null>(null)
  const run = useAct(() => rpc.audit.export(span))
  const save = async () => {
    const made = await run.run(undefined)
    if (!made) return
    const days = [span.from, span.until ?? Date.now()].filter(at => at !== undefined).map(dayOf)
    download(fileNameOf(t('title'), days), made.lines, 'application/x-ndjson;charset=utf-8')
    setCount(made.entries)
  }
  return (
    <Section title={t('export')}>
      <div className="audit-form">
        <p className="y-second">{t('exportHint')}</p>
        <p className="y-second">{t('exportSpan')}</p>
        <Button icon={<DownloadOutlined aria-hidden />} loading={run.isRunning} onClick={() => void save()}>
          {t('exportRun')}
        </Button>
        {run.failure && <Failed failure={run.failure} />}
        {count !== null && <p role="status">{t('exported', { entries: count })}</p>}
      </div>
    </Section>
  )
}

/** Proof that nothing was changed, and a copy of a span to keep elsewhere. */
export function VerifyPanel(props: { readonly span: Span; readonly onClose: () => void }) {
  const { t } = useTranslation('audit')
  const mayExport = useMay(['auditor'])
  return (
    <Drawer title={t('proof')} label={t('proof')} onClose={props.onClose}>
      <Verify />
      {mayExport && <Export span={props.span} />}
    </Drawer>
  )
}
