import type { ComponentType, ReactNode } from 'react'
import type { Role } from '#contract/roles.ts'

/**
 * A room of the console: an entry in the navigation with its page.
 *
 * To add one, write `rooms/<room>/index.tsx` that exports `room: Room`, its words in `kit/i18n/zh-CN/<room>.ts`, and
 * name it in `rooms/registry.ts`; the frame does the rest. `Page` is lazy, so that a room's code is loaded when it is
 * entered:
 *
 *     const Page = lazy(() => import('./JobsPage.tsx').then(module => ({ default: module.JobsPage })))
 *     export const room: Room = { path: 'jobs', titleKey: 'jobs:title', icon: <…/>, key: 'j', roles: staff, Page }
 *
 * Inside, `useParam('open')` holds which object the drawer shows (`#/jobs?open=…`), so links to it can be made with
 * `hrefOf('jobs', { open: jobId })`.
 */
export type Room = {
  /** First part of the address, `jobs` for `#/jobs`. */
  readonly path: string
  readonly titleKey:
    'overview:title' | 'requests:title' | 'vms:title' | 'hosts:title' | 'jobs:title' | 'audit:title' | 'settings:title'
  /** The name for those who are not of the centre's staff, where theirs is another page. */
  readonly applicantTitleKey?: 'requests:titleOwn'
  readonly icon: ReactNode
  /** Pressed after `g` to go there. */
  readonly key: string
  /** Who sees it; for all others it does not exist. Use the roles of the contract entry that the page reads. */
  readonly roles: readonly Role[] | 'everyone'
  readonly Page: ComponentType
  /** A hook: how many things wait there for this person; null or 0 shows nothing. */
  readonly useCount?: () => number | null
}
