import { CloseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useHotkeys } from './hotkeys.ts'
import './drawer.css'

/**
 * One object beside its list, which stays where it is and stays usable. Esc closes it and gives the focus back to what
 * had it.
 */
export function Drawer(props: {
  readonly title: ReactNode
  readonly facts?: ReactNode
  /** Buttons that act on the object; stay in sight while the rest scrolls. */
  readonly actions?: ReactNode
  readonly label: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const { t } = useTranslation('common')
  const before = useRef<Element | null>(null)
  useEffect(() => {
    before.current = document.activeElement
    return () => {
      const element = before.current
      if (element instanceof HTMLElement && (document.activeElement ?? document.body) === document.body) element.focus()
    }
  }, [])
  useHotkeys(props.label, [{ keys: 'Escape', run: props.onClose }])
  return (
    <aside className="y-drawer" aria-label={props.label}>
      <header>
        <div className="y-grow">
          <h2 className="y-cut">{props.title}</h2>
          {props.facts && <p className="y-second y-cut">{props.facts}</p>}
        </div>
        <Button type="text" icon={<CloseOutlined aria-hidden />} aria-label={t('close')} onClick={props.onClose} />
      </header>
      {props.actions && <div className="y-drawer-actions">{props.actions}</div>}
      <div className="y-drawer-body">{props.children}</div>
    </aside>
  )
}

/** A heading with what stands under it, in a drawer or a page. */
export function Section(props: { readonly title: string; readonly extra?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="y-section">
      <header className="y-row">
        <h3>{props.title}</h3>
        <span className="y-grow" />
        {props.extra}
      </header>
      {props.children}
    </section>
  )
}

/** Names and values in two columns; what is not known is left to the value (`—`). */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="y-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
