import type { Duplex } from 'node:stream'
import ssh2, { type AuthHandlerMiddleware, type Client, type ClientErrorExtensions } from 'ssh2'
import { offeredAlgorithms } from './algorithms.ts'
import type { AuthPlan } from './auth.ts'
import { SshError, type SshFacts, type SshReason, type SshStage } from './errors.ts'
import { readHostKey, type HostKey, type HostKeyVerdict, type HostKeyVerifier } from './host-key.ts'
import type { SshDeadlines, SshTarget } from './model.ts'

type HandshakeOptions = {
  readonly deadlines: SshDeadlines
  readonly verifyHostKey: HostKeyVerifier
  /** Types of host key to ask for before, and after, all others. */
  readonly keyTypes: { readonly first: readonly string[]; readonly last: readonly string[] }
  readonly keepAlive: { readonly intervalMs: number; readonly maxMissed: number }
  readonly signal: AbortSignal | undefined
}

type ClientError = Error & ClientErrorExtensions & { readonly code?: number | string }

/** From a connected byte stream to a signed-in client; knows at each moment which stage it is in. */
export class Handshake {
  readonly #client: Client = new ssh2.Client()
  readonly #stream: Duplex
  readonly #target: SshTarget
  readonly #plan: AuthPlan
  readonly #options: HandshakeOptions
  #stage: SshStage = 'handshake'
  #timer: NodeJS.Timeout | undefined
  #greeting = ''
  #hostKey: HostKey | undefined
  #isOver = false
  #fail: (error: Error) => void = () => undefined

  constructor(stream: Duplex, target: SshTarget, plan: AuthPlan, options: HandshakeOptions) {
    this.#stream = stream
    this.#target = target
    this.#plan = plan
    this.#options = options
  }

  /** @param take  called in the same turn in which the server says yes, so that no event is missed */
  async run<T>(take: (client: Client, hostKey: HostKey) => T): Promise<T> {
    const { signal } = this.#options
    const onAbort = (): void => this.#fail(signal?.reason as Error)
    try {
      signal?.throwIfAborted()
      return await new Promise<T>((resolve, reject) => {
        this.#fail = reject
        signal?.addEventListener('abort', onAbort, { once: true })
        this.#listen(() => resolve(take(this.#client, this.#hostKey as HostKey)))
        this.#enter('handshake', this.#options.deadlines.handshakeMs)
        this.#connect()
      })
    } catch (error) {
      this.#client.removeAllListeners().on('error', () => undefined)
      this.#stream.on('error', () => undefined).destroy()
      throw error
    } finally {
      this.#isOver = true
      clearTimeout(this.#timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #listen(onReady: () => void): void {
    const client = this.#client
    client.once('ready', () => {
      client.removeAllListeners()
      onReady()
    })
    client.on('error', (error: ClientError) => this.#onError(error))
    client.on('close', () => this.#fail(this.#error('ended')))
    client.once('handshake', () => this.#enter('auth', this.#options.deadlines.authMs))
  }

  #connect(): void {
    const { keepAlive, keyTypes } = this.#options
    this.#client.connect({
      sock: this.#stream,
      username: this.#target.user,
      algorithms: offeredAlgorithms(keyTypes.first, keyTypes.last),
      hostVerifier: (blob: Buffer, answer: (accepted: boolean) => void) => this.#verify(blob, answer),
      authHandler: ((left, _partial, next) => this.#nextMethod(left, next)) as AuthHandlerMiddleware,
      keepaliveInterval: keepAlive.intervalMs,
      keepaliveCountMax: keepAlive.maxMissed,
      readyTimeout: 0,
      // Stream-local forwarding is asked of any server; one that lacks it says so.
      strictVendor: false,
    })
    // ssh2 has paused the stream; this listener sees what it will see and starts nothing.
    const onGreeting = (chunk: Buffer): void => {
      this.#greeting += chunk.toString('latin1', 0, 255)
      if (this.#greeting.length >= 4) this.#stream.off('data', onGreeting)
    }
    this.#stream.on('data', onGreeting)
  }

  #enter(stage: SshStage, deadlineMs: number): void {
    this.#stage = stage
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#fail(this.#error('silent', { waitedMs: deadlineMs })), deadlineMs)
  }

  #verify(blob: Buffer, answer: (accepted: boolean) => void): void {
    // A renewed key exchange shows the key again; it must be the one that was accepted.
    if (this.#hostKey) return answer(blob.equals(this.#hostKey.blob))
    const offered = readHostKey(blob)
    this.#enter('host-key', this.#options.deadlines.hostKeyMs)
    this.#options.verifyHostKey(offered).then(
      verdict => {
        if (this.#isOver) return
        if (verdict !== 'accept') return this.#fail(this.#refused(offered, verdict))
        this.#hostKey = offered
        this.#enter('handshake', this.#options.deadlines.handshakeMs)
        answer(true)
      },
      (error: unknown) => this.#fail(error as Error),
    )
  }

  #nextMethod(left: readonly string[] | null, next: Parameters<AuthHandlerMiddleware>[2]): void {
    const method = this.#plan.next(this.#target.user, left)
    if (method) next(method)
    else this.#fail(this.#denied())
  }

  #onError(error: ClientError): void {
    // An agent or a key that failed is no end: the next method follows, or the plan runs out.
    if (error.level === 'agent') this.#plan.agentFault = error
    if (error.level === 'agent' || error.level === 'client-authentication') return
    if (this.#stage === 'auth' && typeof error.code === 'number') return this.#fail(this.#denied(error.message))
    this.#fail(this.#error(this.#reasonOf(error), { detail: error.message }, error))
  }

  #reasonOf(error: ClientError): SshReason {
    if (!'SSH-'.startsWith(this.#greeting.slice(0, 4))) return 'not-ssh'
    if (this.#stream.readableEnded || this.#stream.destroyed || error.level === 'client-socket') return 'ended'
    // ssh2 has no code for this one.
    return error.message.startsWith('Handshake failed: no matching') ? 'no-common-algorithm' : 'broken'
  }

  #denied(detail?: string): SshError {
    const { tried, methodsLeft, agentFault } = this.#plan
    const facts = { methodsTried: tried, methodsLeft, ...(detail && { detail }) }
    const agentOnly = agentFault !== undefined && tried.every(name => name === 'agent')
    return this.#error(agentOnly ? 'agent-unreachable' : 'denied', facts, agentFault)
  }

  #refused(offered: HostKey, verdict: Exclude<HostKeyVerdict, 'accept'>): SshError {
    const { algorithm, fingerprint } = offered
    const facts = { offered: { algorithm, fingerprint }, expected: verdict === 'refuse' ? [] : verdict.expected }
    return this.#error(verdict === 'refuse' ? 'key-refused' : `key-${verdict.refuse}`, facts)
  }

  #error(reason: SshReason, facts: SshFacts = {}, cause?: Error): SshError {
    return new SshError(this.#stage, reason, { ...this.#target, ...facts }, cause && { cause })
  }
}
