import { createHmac, timingSafeEqual } from 'node:crypto'
import { fingerprintOf, readHostKey } from './host-key.ts'

/** More than any real file has; beyond it the rest is reported as one problem. */
const MAX_LINES = 100_000

/** One line of an OpenSSH known_hosts file. */
export type KnownHost = {
  /** `cert-authority` keys sign host certificates, which are not spoken here: noticed, never trusted as a host's key. */
  readonly marker: 'revoked' | 'cert-authority' | null
  /** Patterns as written, or one hashed name (`|1|salt|hash`). */
  readonly names: readonly string[]
  readonly algorithm: string
  readonly fingerprint: string
}

export type KnownHosts = {
  readonly entries: readonly KnownHost[]
  /** Lines that could not be read, counted from 1. */
  readonly problems: readonly { readonly line: number; readonly why: 'fields' | 'key' | 'hash' | 'limit' }[]
}

/**
 * Reads a known_hosts file; a line that cannot be read is a problem and spoils no other.
 * @source sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
 */
export function parseKnownHosts(text: string): KnownHosts {
  const entries: KnownHost[] = []
  const problems: { line: number; why: 'fields' | 'key' | 'hash' | 'limit' }[] = []
  const lines = text.split('\n')
  for (const [index, raw] of lines.slice(0, MAX_LINES).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const read = readLine(line)
    if (typeof read === 'string') problems.push({ line: index + 1, why: read })
    else entries.push(read)
  }
  if (lines.length > MAX_LINES) problems.push({ line: MAX_LINES + 1, why: 'limit' })
  return { entries, problems }
}

function readLine(line: string): KnownHost | 'fields' | 'key' | 'hash' {
  const words = line.split(/[ \t]+/)
  const marker = words[0]?.startsWith('@') ? words.shift() : null
  if (marker !== null && marker !== '@revoked' && marker !== '@cert-authority') return 'fields'
  const [names, algorithm, base64] = words
  if (!names || !algorithm || !base64) return 'fields'
  if (names.startsWith('|') && !/^\|1\|[A-Za-z0-9+/]+=*\|[A-Za-z0-9+/]+=*$/.test(names)) return 'hash'
  const blob = Buffer.from(base64, 'base64')
  try {
    if (readHostKey(blob).algorithm !== algorithm) return 'key'
  } catch {
    return 'key'
  }
  return {
    marker: marker === null ? null : marker === '@revoked' ? 'revoked' : 'cert-authority',
    names: names.startsWith('|') ? [names] : names.split(','),
    algorithm,
    fingerprint: fingerprintOf(blob),
  }
}

/**
 * The lines that speak of this host. A port other than 22 is part of the name (`[host]:2222`), and a line without it does
 * not count for such a port: here OpenSSH is more generous.
 */
function findKnownHosts(known: KnownHosts, host: string, port: number): KnownHost[] {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
  return known.entries.filter(entry => isNamed(entry.names, name))
}

function isNamed(names: readonly string[], name: string): boolean {
  const [first = ''] = names
  if (first.startsWith('|1|')) return isHashOf(first, name)
  const matching = names.filter(pattern => matches(pattern.replace(/^!/, ''), name))
  // One negated pattern that matches takes the whole line out.
  return matching.length > 0 && !matching.some(pattern => pattern.startsWith('!'))
}

function isHashOf(hashed: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hashed.split('|')
  const wanted = Buffer.from(hash, 'base64')
  const found = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  return wanted.byteLength === found.byteLength && timingSafeEqual(wanted, found)
}

/** `*` stands for any characters, `?` for one; matched in time linear to pattern times name, without backtracking. */
function matches(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase()
  let reachable = new Set([0])
  for (const char of name) {
    const next = new Set<number>()
    for (const at of spread(wanted, reachable)) {
      if (wanted[at] === '*') next.add(at)
      else if (wanted[at] === '?' || wanted[at] === char) next.add(at + 1)
    }
    reachable = next
  }
  return spread(wanted, reachable).has(wanted.length)
}

function spread(pattern: string, places: ReadonlySet<number>): Set<number> {
  const all = new Set<number>()
  for (let place of places) {
    all.add(place)
    while (pattern[place] === '*') all.add(++place)
  }
  return all
}

/** A key and its type, which to ask a server for. */
export type KnownKey = Pick<KnownHost, 'algorithm' | 'fingerprint'>

/** What the lines say that speak of a host; a key that any of them revokes is not trusted. */
export function knownKeysOf(
  known: KnownHosts,
  host: string,
  port: number,
): { readonly trusted: readonly KnownKey[]; readonly revoked: readonly KnownKey[] } {
  const lines = findKnownHosts(known, host, port)
  const revoked = lines.filter(line => line.marker === 'revoked')
  const isRevoked = (line: KnownHost): boolean => revoked.some(each => each.fingerprint === line.fingerprint)
  return { trusted: lines.filter(line => line.marker === null && !isRevoked(line)), revoked }
}
