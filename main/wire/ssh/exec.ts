import type { ClientChannel } from 'ssh2'
import { ChannelStream } from './channel-stream.ts'
import type { SshError, SshFacts, SshReason } from './errors.ts'

const STDERR_TAIL_BYTES = 2_000

export type ExecOptions = {
  /** For the whole run; default 30 s. */
  readonly timeoutMs?: number
  /** Output and error output together; default 1 MiB. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

export type ExecResult = {
  /** Exit code; null when a signal ended the command. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type MakeError = (reason: SshReason, facts?: SshFacts) => SshError

/** What a command says until it ends. @throws {SshError} output-limit */
export function collect(channel: ClientChannel, maxBytes: number, makeError: MakeError): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let heldBytes = 0
    let code: number | null = null
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      heldBytes += chunk.byteLength
      if (heldBytes > maxBytes) return reject(makeError('output-limit', { detail: `more than ${maxBytes} bytes` }))
      chunks.push(chunk)
    }
    channel.on('data', keep(stdout))
    channel.stderr.on('data', keep(stderr))
    channel.on('error', reject)
    channel.on('exit', (status: number | null) => (code = status))
    channel.on('close', () =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    )
    channel.end()
  })
}

/** A command as a stream: bytes in, bytes out, an error when it fails. */
export function commandStream(channel: ClientChannel, makeError: MakeError): ChannelStream {
  // A command that failed ends with its reason, not like one that had no more to say.
  const stream = new ChannelStream(channel, 'close')
  let said = ''
  channel.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-STDERR_TAIL_BYTES)))
  channel.on('exit', (code: number | null) => {
    if (code === 0) return
    // Standard error may still be on its way; the channel closes behind it.
    channel.once('close', () =>
      stream.destroy(makeError('command-failed', { detail: said.trim(), ...(code !== null && { code }) })),
    )
  })
  return stream
}
