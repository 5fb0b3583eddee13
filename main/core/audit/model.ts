/** Who does something: a person with a sign-in name, or the core by itself (`system`). */
export type Actor = { readonly name: string; readonly displayName: string }
export const systemActor: Actor = { name: 'system', displayName: '系统' }

/** What a room says about a change it makes; number, time and hashes are added as it is committed. */
export type Note = {
  readonly actor: Actor
  /** `room.entry`, as in the contract where there is one. */
  readonly action: string
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string }
  readonly reason?: string | null
  /** Facts of the change; never a secret. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** One link of the chain, as stored and as exported. */
export type Entry = {
  readonly seq: number
  /** ms UTC; the order is `seq`, whatever the clock did. */
  readonly at: number
  readonly actor: string
  readonly actorName: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly subjectName: string
  readonly reason: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly prevHash: string
  readonly hash: string
}
