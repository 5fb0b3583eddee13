import { Modal } from 'antd'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { presentHotkeys, useHotkeys, type Hotkey, type HotkeyGroup } from './hotkeys.ts'
import './hotkey-help.css'

const shown = (key: string): string =>
  ({ ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', ' ': 'Space' })[key] ?? (key.length === 1 ? key.toUpperCase() : key)

function Keys({ keys, shownAs }: Pick<Hotkey, 'keys' | 'shownAs'>) {
  const { t } = useTranslation('keys')
  if (shownAs !== undefined) {
    return (
      <span className="y-row">
        {shownAs.split(' ').map(key => (
          <kbd key={key} className="y-kbd">
            {key}
          </kbd>
        ))}
      </span>
    )
  }
  const steps = keys === ' ' ? [' '] : keys.split(' ')
  return (
    <span className="y-row">
      {steps.map((step, i) => (
        <Fragment key={step}>
          {i > 0 && <span className="y-faint">{t('then')}</span>}
          {step.split('+').map(part => (
            <kbd key={part} className="y-kbd">
              {part === 'ctrl' ? 'Ctrl' : shown(part)}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  )
}

/** The overlay behind `?`: all keys of the page as it is. Stands once, in the frame. */
export function HotkeyHelp({
  isOpen,
  onChange,
}: {
  readonly isOpen: boolean
  readonly onChange: (open: boolean) => void
}) {
  const { t } = useTranslation('keys')
  const [groups, setGroups] = useState<readonly HotkeyGroup[]>([])
  useHotkeys(t('general'), [{ keys: '?', label: t('help'), run: () => onChange(!isOpen) }])
  return (
    <Modal
      title={t('title')}
      open={isOpen}
      footer={null}
      width={560}
      destroyOnHidden
      onCancel={() => onChange(false)}
      afterOpenChange={open => open && setGroups(presentHotkeys())}
    >
      <p className="y-second">{t('hint')}</p>
      {groups.map((group, i) => (
        <section key={`${group.title}${i}`} className="y-keys">
          <h3>{group.title}</h3>
          <dl>
            {group.keys
              .filter(key => key.label)
              .map(key => (
                <div key={key.keys}>
                  <dt>
                    <Keys {...key} />
                  </dt>
                  <dd>{key.label}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}
