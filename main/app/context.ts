import type { Caller } from '#core/identity/index.ts'

/** Who calls, as of now; `caller` undefined: nobody is signed in. */
export type Attendance = { readonly caller: Caller | undefined; readonly isLocked: boolean }

/** What a door knows of its calls before the guard has looked. */
export type Context = {
  /** Asked anew for every call, so that a right that was taken away ends at once. */
  readonly attend: () => Promise<Attendance>
  /** The session's secret, where the calls come with one. */
  readonly sessionSecret: string | undefined
  /** Resolves when what was sent to this reader has left the machine; streams wait for it. */
  readonly drained: () => Promise<void>
}
