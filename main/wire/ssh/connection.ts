import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { ChannelStream } from './channel-stream.ts'
import { withDeadline } from './deadline.ts'
import { SshError, type SshFacts, type SshReason } from './errors.ts'
import { collect, commandStream, type ExecOptions, type ExecResult } from './exec.ts'
import type { HostKey } from './host-key.ts'
import type { SshTarget } from './model.ts'

/** A polite goodbye waits this long for the other side. */
const GOODBYE_MS = 500
const ORIGIN = '127.0.0.1'

export type ChannelOptions = { readonly timeoutMs?: number; readonly signal?: AbortSignal }

type ConnectionFacts = {
  readonly target: SshTarget
  readonly hostKey: HostKey
  readonly channelMs: number
  readonly preflight: string
}

/**
 * One open SSH connection. Any number of channels run over it side by side; when it is lost, every waiter and every
 * stream learns so at once, with the same error. Nothing here reconnects.
 */
export class SshConnection {
  readonly target: SshTarget
  readonly hostKey: HostKey
  /** Result of the preflight command, whatever it was; rejects when it did not end, which nobody needs to handle. */
  readonly preflight: Promise<ExecResult>
  /** Resolves with the cause once the connection is gone; after `close()` with `lost`, `closed`. */
  readonly closed: Promise<SshError>
  readonly #client: Client
  readonly #stream: Duplex
  readonly #channelMs: number
  /** Told when the connection is gone: waiters and open streams. */
  readonly #dependants = new Set<(error: SshError) => void>()
  #lost: SshError | undefined
  #resolveClosed: (error: SshError) => void = () => undefined

  constructor(client: Client, stream: Duplex, facts: ConnectionFacts) {
    this.target = facts.target
    this.hostKey = facts.hostKey
    this.#client = client
    this.#stream = stream
    this.#channelMs = facts.channelMs
    this.closed = new Promise(resolve => (this.#resolveClosed = resolve))
    client.on('error', (error: Error & { level?: string }) => this.#onError(error))
    client.on('end', () => this.#lose('ended'))
    client.on('close', () => this.#lose('ended'))
    this.preflight = this.exec(facts.preflight)
    this.preflight.catch(() => undefined)
  }

  get isOpen(): boolean {
    return this.#lost === undefined
  }

  /**
   * Connects to a UNIX socket on the host.
   * @throws {SshError} channel refused (missing socket, no permission and forwarding switched off look alike), or lost
   */
  streamLocal(socketPath: string, options: ChannelOptions = {}): Promise<Duplex> {
    return this.#open(
      take => this.#client.openssh_forwardOutStreamLocal(socketPath, take),
      channel => this.#adopt(new ChannelStream(channel)),
      options,
    )
  }

  /** Connects to a TCP port as seen from the host. @throws {SshError} channel refused, or lost */
  forwardTcp(host: string, port: number, options: ChannelOptions = {}): Promise<Duplex> {
    return this.#open(
      take => this.#client.forwardOut(ORIGIN, 0, host, port, take),
      channel => this.#adopt(new ChannelStream(channel)),
      options,
    )
  }

  /**
   * Runs a command in the user's shell and collects what it says, decoded as UTF-8. A command that fails is a result, not
   * an error. The deadline is for the whole run; a command that is late is let go, which ends most of them.
   * @throws {SshError} channel silent, output-limit or refused; lost
   */
  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const { timeoutMs = 30_000, maxBytes = 1_048_576, signal } = options
    const startedAt = performance.now()
    const { channel, result } = await this.#open(
      take => this.#client.exec(command, take),
      opened => ({ channel: opened, result: collect(opened, maxBytes, this.#channelError) }),
      { ...options, timeoutMs },
    )
    const leftMs = Math.max(timeoutMs - (performance.now() - startedAt), 1)
    const late = (): SshError => this.#channelError('silent', { waitedMs: timeoutMs })
    try {
      return await this.#end(result, leftMs, late, signal)
    } finally {
      channel.close()
    }
  }

  /**
   * Runs a command whose standard input and output are the stream. If it ends with another exit code than 0 the stream
   * fails with `command-failed`, the code and the end of what it said on standard error; this call, if it is that quick.
   */
  async execDuplex(command: string, options: ChannelOptions = {}): Promise<Duplex> {
    const stream = await this.#open(
      take => this.#client.exec(command, take),
      channel => this.#adopt(commandStream(channel, this.#channelError)),
      options,
    )
    // A command that is not there has failed before anybody could listen.
    if (stream.errored) throw stream.errored
    return stream
  }

  /** Ends everything that runs over the connection; resolves when the socket is gone. */
  async close(): Promise<void> {
    if (this.#stream.destroyed) return
    const gone = new Promise<void>(resolve => this.#stream.once('close', () => resolve()))
    this.#lose('closed')
    this.#client.end()
    const timer = setTimeout(() => this.#stream.destroy(), GOODBYE_MS)
    await gone
    clearTimeout(timer)
  }

  readonly #channelError = (reason: SshReason, facts: SshFacts = {}): SshError =>
    new SshError('channel', reason, { ...this.target, ...facts })

  /** @param use  called in the turn in which the channel opens: a quick command has said all and closed in the next */
  async #open<T>(
    start: (take: (error: Error | undefined, channel: ClientChannel) => void) => void,
    use: (channel: ClientChannel) => T,
    options: ChannelOptions,
  ): Promise<T> {
    if (this.#lost) throw this.#lost
    options.signal?.throwIfAborted()
    const timeoutMs = options.timeoutMs ?? this.#channelMs
    let wanted = true
    const opened = new Promise<T>((resolve, reject) => {
      try {
        start((error, channel) => {
          if (error) return reject(this.#refusal(error))
          // A server that sends more after the end of a stream makes it fail, which must not take the process down.
          for (const each of [channel, channel.stderr]) each.on('error', () => undefined)
          if (wanted) resolve(use(channel))
          // Nobody waits any more.
          else channel.close()
        })
      } catch (error) {
        // ssh2 throws when its socket has just ended.
        reject(this.#refusal(error as Error))
      }
    })
    const late = (): SshError => this.#channelError('silent', { waitedMs: timeoutMs })
    return this.#end(opened, timeoutMs, late, options.signal).catch((error: unknown) => {
      wanted = false
      throw error
    })
  }

  /** Waits for work that ends with the connection at the latest. */
  async #end<T>(work: Promise<T>, ms: number, late: () => Error, signal: AbortSignal | undefined): Promise<T> {
    let onLost: (error: SshError) => void = () => undefined
    const lost = new Promise<never>((_resolve, reject) => (onLost = reject))
    this.#dependants.add(onLost)
    try {
      return await withDeadline(Promise.race([work, lost]), ms, late, signal)
    } finally {
      this.#dependants.delete(onLost)
    }
  }

  #adopt(stream: Duplex): Duplex {
    const onLost = (error: SshError): void => void stream.destroy(error.reason === 'closed' ? undefined : error)
    // A stream that nobody listens to must not take the process down; the loss is also told by `closed`.
    stream.on('error', () => undefined)
    this.#dependants.add(onLost)
    stream.once('close', () => this.#dependants.delete(onLost))
    if (this.#lost) onLost(this.#lost)
    return stream
  }

  #refusal(error: Error & { readonly reason?: unknown }): SshError {
    if (this.#lost) return this.#lost
    const code = typeof error.reason === 'number' ? { code: error.reason } : {}
    return this.#channelError('refused', { detail: error.message, ...code })
  }

  #onError(error: Error & { level?: string }): void {
    const reason = error.level === 'client-timeout' ? 'silent' : error.level === 'protocol' ? 'broken' : 'ended'
    this.#lose(reason, error)
  }

  #lose(reason: SshReason, cause?: Error): void {
    if (this.#lost) return
    const facts = { ...this.target, ...(cause && { detail: cause.message }) }
    const error = new SshError('lost', reason, facts, cause && { cause })
    this.#lost = error
    for (const tell of [...this.#dependants]) tell(error)
    this.#dependants.clear()
    if (reason !== 'closed') this.#stream.destroy()
    this.#resolveClosed(error)
  }
}
