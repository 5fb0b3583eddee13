import { hashSecret, newSecret } from './secret.ts'

/** What a one-time link is good for: setting the site up, or one sign-in as a named person. */
export type LinkPurpose = { readonly kind: 'set-up' } | { readonly kind: 'sign-in'; readonly name: string }

/** Links that are good once, and only in this core's life. */
export class OneTimeLinks {
  readonly #links = new Map<string, { readonly purpose: LinkPurpose; readonly isForOwnUser: boolean }>()

  /** @param isForOwnUser it goes where other users of this machine can read it, and is good only for the one who runs us */
  issue(purpose: LinkPurpose, isForOwnUser = false): string {
    const secret = newSecret()
    this.#links.set(hashSecret(secret), { purpose, isForOwnUser })
    return secret
  }

  /** @returns what it was good for; undefined when it was used before, never issued, or is not for who comes with it */
  spend(secret: string, isOwnUser: () => boolean): LinkPurpose | undefined {
    const key = hashSecret(secret)
    const link = this.#links.get(key)
    if (link?.isForOwnUser && !isOwnUser()) return undefined
    this.#links.delete(key)
    return link?.purpose
  }
}
