import { hashSecret, newSecret } from './secret.ts'

/** What a one-time link is good for: setting the site up, or one sign-in as a named person. */
export type LinkPurpose = { readonly kind: 'set-up' } | { readonly kind: 'sign-in'; readonly name: string }

/** Links that are good once, and only in this core's life. */
export class OneTimeLinks {
  readonly #purposes = new Map<string, LinkPurpose>()

  issue(purpose: LinkPurpose): string {
    const secret = newSecret()
    this.#purposes.set(hashSecret(secret), purpose)
    return secret
  }

  /** @returns what it was good for; undefined when it was used before or never issued */
  spend(secret: string): LinkPurpose | undefined {
    const key = hashSecret(secret)
    const purpose = this.#purposes.get(key)
    this.#purposes.delete(key)
    return purpose
  }
}
