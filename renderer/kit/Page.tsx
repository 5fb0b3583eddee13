import type { ReactNode } from 'react'
import './page.css'

/** A page: title, a line of facts, actions at the right; below the content, and beside it the drawer. */
export function Page(props: {
  readonly title: ReactNode
  readonly facts?: ReactNode
  readonly actions?: ReactNode
  readonly drawer?: ReactNode
  /** The content fills the height and scrolls by itself (a grid), instead of the page. */
  readonly isFilled?: boolean
  readonly children: ReactNode
}) {
  return (
    <div className="y-page">
      <div className="y-page-main" data-filled={props.isFilled || undefined}>
        <header className="y-page-head">
          <h1>{props.title}</h1>
          <div className="y-page-facts y-second">{props.facts}</div>
          <span className="y-grow" />
          {props.actions}
        </header>
        {props.children}
      </div>
      {props.drawer}
    </div>
  )
}

/** A surface with a heading. */
export function Card(props: { readonly title?: ReactNode; readonly extra?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="y-card">
      {props.title !== undefined && (
        <header className="y-row">
          <h2>{props.title}</h2>
          <span className="y-grow" />
          {props.extra}
        </header>
      )}
      {props.children}
    </section>
  )
}
