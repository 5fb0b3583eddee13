import { Button, Input } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rpc } from '#client/index.ts'
import { useAct } from '#client/hooks.ts'
import { Card } from '#kit/Page.tsx'
import { Failed } from '#kit/states.tsx'

const MOST = 2_000_000

/** Takes over host keys that were confirmed before, from an OpenSSH known_hosts file or text. */
export function KnownHosts({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const [text, setText] = useState('')
  const [done, setDone] = useState<{ imported: number; skipped: number } | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const take = useAct((given: string) => rpc.hosts.importKnownHosts({ text: given }))
  const run = async () => {
    const result = await take.run(text)
    if (result) setDone(result)
  }
  return (
    <Card title={t('hosts.knownHosts')}>
      <div className="settings-form">
        <p className="y-second">{t('hosts.knownHostsHint')}</p>
        <Input.TextArea
          className="y-mono"
          aria-label={t('hosts.knownHosts')}
          autoSize={{ minRows: 6, maxRows: 14 }}
          spellCheck={false}
          maxLength={MOST}
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <input
          ref={file}
          hidden
          type="file"
          onChange={event => void event.target.files?.[0]?.text().then(read => setText(read.slice(0, MOST)))}
        />
        {take.failure && <Failed failure={take.failure} />}
        {done && <p role="status">{t('hosts.knownHostsDone', done)}</p>}
        <div className="y-row">
          <Button type="primary" disabled={text.trim() === ''} loading={take.isRunning} onClick={() => void run()}>
            {t('hosts.knownHostsRun')}
          </Button>
          <Button onClick={() => file.current?.click()}>{t('hosts.knownHostsPick')}</Button>
          <Button type="text" onClick={onClose}>
            {t('common:close')}
          </Button>
        </div>
      </div>
    </Card>
  )
}
