import { Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { Empty } from '#kit/states.tsx'
import { text } from '#kit/i18n/index.ts'

/** A page that breaks takes neither the frame nor the other pages with it. */
export class CrashGuard extends Component<{ readonly children: ReactNode }, { readonly hasCrashed: boolean }> {
  override state = { hasCrashed: false }

  static getDerivedStateFromError(): { hasCrashed: boolean } {
    return { hasCrashed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasCrashed) return this.props.children
    return (
      <Empty
        title={text('frame:crash')}
        hint={text('frame:crashHint')}
        action={<Button onClick={() => location.reload()}>{text('frame:reload')}</Button>}
      />
    )
  }
}
