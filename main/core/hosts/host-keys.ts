import { pinnedKeys, type HostKey, type HostKeyVerifier } from '#wire/ssh/index.ts'
import type { HostsPort } from './port.ts'

/** Which key a machine may show, and the types of key to ask it for first. */
export type Trust = { readonly verifyHostKey: HostKeyVerifier; readonly knownKeyTypes: readonly string[] }

const TYPES_KEPT = 10_000
/** A fingerprint stands for one key, and so for one type: what was seen once stays true. */
const typesSeen = new Map<string, string>()

function remember({ fingerprint, algorithm }: Pick<HostKey, 'fingerprint' | 'algorithm'>): void {
  if (typesSeen.size < TYPES_KEPT) typesSeen.set(fingerprint, algorithm)
}

/**
 * Trusts the confirmed key and no other, and none that an imported known_hosts file revokes.
 * @param fingerprint  the confirmed key; null: none is, so every key is unknown; `imported`: what the files name
 */
export async function trustIn(
  port: HostsPort,
  { address, port: tcpPort }: { readonly address: string; readonly port: number },
  fingerprint: string | null | 'imported',
): Promise<Trust> {
  const { trusted, revoked } = await port.knownKeys(address, tcpPort)
  for (const key of trusted) remember(key)
  const named = fingerprint === 'imported' ? trusted.map(key => key.fingerprint) : [fingerprint ?? []].flat()
  const verify = pinnedKeys(
    named,
    revoked.map(key => key.fingerprint),
  )
  return {
    knownKeyTypes: named.flatMap(each => typesSeen.get(each) ?? []),
    verifyHostKey: async offered => {
      const verdict = await verify(offered)
      if (verdict === 'accept') remember(offered)
      return verdict
    },
  }
}
