import type { Duplex } from 'node:stream'
import { AuthPlan, type SshAuth } from './auth.ts'
import { SshConnection } from './connection.ts'
import { dial } from './dial.ts'
import { SshError } from './errors.ts'
import type { HostKeyVerifier } from './host-key.ts'
import { Handshake } from './handshake.ts'
import type { SshDeadlines, SshTarget } from './model.ts'

export type SshOptions = {
  /** One way to sign in, or several in the order in which to try them. */
  readonly auth: SshAuth | readonly SshAuth[]
  readonly verifyHostKey: HostKeyVerifier
  /**
   * Key types on file for this host (`ssh-ed25519`, `ssh-rsa`): such a key is asked for first. Where none is, a server that
   * shows another key than the one on file is asked for its keys of other types before the key counts as changed.
   */
  readonly knownKeyTypes?: readonly string[]
  readonly deadlines?: Partial<SshDeadlines>
  /** Lost after `intervalMs` times `maxMissed` + 1 without an answer; default 10 s and 3. 0 ms: never ask. */
  readonly keepAlive?: { readonly intervalMs: number; readonly maxMissed: number }
  /**
   * A command that is sent right behind the authentication and waited for by nobody; its result is `preflight`. There is
   * always one, because OpenSSH switches Nagle's algorithm off only for connections that run a session: without, each
   * larger answer over a forwarded socket takes 40 ms longer. So it may as well be of use. Default `true`.
   */
  readonly preflight?: string
  /** Another connection to go through, as with ssh -J; closing this one leaves that one open. */
  readonly via?: SshConnection
  readonly signal?: AbortSignal
}

const DEADLINES: SshDeadlines = {
  resolveMs: 5_000,
  tcpMs: 5_000,
  handshakeMs: 10_000,
  hostKeyMs: 60_000,
  authMs: 15_000,
  channelMs: 10_000,
}

/**
 * Opens one SSH connection, to be shared by everyone who wants something of that host.
 * @throws {SshError} with the stage that was reached; the signal's reason when aborted; what the verifier throws
 */
export async function openSsh(target: SshTarget, options: SshOptions): Promise<SshConnection> {
  options.signal?.throwIfAborted()
  const plan = new AuthPlan(options.auth)
  const seenTypes: string[] = []
  let changed: SshError | undefined
  for (;;) {
    try {
      return await shakeHands(await reach(target, options), target, plan, options, seenTypes)
    } catch (error) {
      const type = otherKeyType(error)
      if (type === undefined) throw error
      changed ??= error as SshError
      // A server shows one key at a time. It has none of another type when it shows one of this type again.
      if (seenTypes.includes(type)) throw changed
      seenTypes.push(type)
    }
  }
}

/** The same over a byte stream that leads to an SSH server already, which shows one key only. */
export function openSshOver(stream: Duplex, target: SshTarget, options: SshOptions): Promise<SshConnection> {
  return shakeHands(stream, target, new AuthPlan(options.auth), options)
}

/** Type of the key that was shown instead of the one on file. Nothing of ours was sent then. */
function otherKeyType(error: unknown): string | undefined {
  return error instanceof SshError && error.reason === 'key-changed' ? error.facts.offered?.algorithm : undefined
}

function shakeHands(
  stream: Duplex,
  target: SshTarget,
  plan: AuthPlan,
  options: SshOptions,
  lastTypes: readonly string[] = [],
): Promise<SshConnection> {
  const deadlines = { ...DEADLINES, ...options.deadlines }
  const handshake = new Handshake(stream, target, plan, {
    deadlines,
    verifyHostKey: options.verifyHostKey,
    keyTypes: { first: options.knownKeyTypes ?? [], last: lastTypes },
    keepAlive: options.keepAlive ?? { intervalMs: 10_000, maxMissed: 3 },
    signal: options.signal,
  })
  const { channelMs } = deadlines
  const preflight = options.preflight ?? 'true'
  return handshake.run(
    (client, hostKey) => new SshConnection(client, stream, { target, hostKey, channelMs, preflight }),
  )
}

function reach(target: SshTarget, options: SshOptions): Promise<Duplex> {
  const { resolveMs, tcpMs } = { ...DEADLINES, ...options.deadlines }
  const { signal } = options
  if (!options.via) return dial(target.host, target.port, { resolveMs, tcpMs, signal })
  return options.via.forwardTcp(target.host, target.port, { timeoutMs: tcpMs, ...(signal && { signal }) })
}
