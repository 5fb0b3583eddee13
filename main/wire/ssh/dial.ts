import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { SshError, type SshFacts, type SshReason } from './errors.ts'
import { withDeadline } from './deadline.ts'

export type DialOptions = {
  readonly resolveMs: number
  readonly tcpMs: number
  readonly signal: AbortSignal | undefined
}

/** @throws {SshError} resolve or tcp; the signal's reason when aborted */
export async function dial(host: string, port: number, options: DialOptions): Promise<Socket> {
  const facts = { host, port }
  const addresses = await withDeadline(
    lookup(host, { all: true }),
    options.resolveMs,
    waitedMs => new SshError('resolve', 'silent', { ...facts, waitedMs }),
    options.signal,
  ).catch((error: unknown) => {
    throw isSystemError(error) ? new SshError('resolve', 'unknown-name', { ...facts, detail: error.code }) : error
  })
  const socket = connect({
    host,
    port,
    // Both families, as long as one answers; the names were looked up already.
    autoSelectFamily: true,
    lookup: (_name, _options, callback) => callback(null, addresses),
    // Nagle's algorithm against the server's delayed acknowledgements costs 40 ms at each step of the handshake.
    noDelay: true,
  })
  return connected(socket, facts, options)
}

async function connected(socket: Socket, facts: SshFacts, options: DialOptions): Promise<Socket> {
  const up = new Promise<Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', error => reject(tcpError(error, facts)))
  })
  try {
    return await withDeadline(
      up,
      options.tcpMs,
      waitedMs => new SshError('tcp', 'silent', { ...facts, waitedMs }),
      options.signal,
    )
  } catch (error) {
    socket.on('error', () => undefined).destroy()
    throw error
  }
}

function tcpError(error: unknown, facts: SshFacts): SshError {
  const code = isSystemError(error) ? error.code : 'unknown'
  const reasons: Readonly<Record<string, SshReason>> = {
    ECONNREFUSED: 'refused',
    ETIMEDOUT: 'silent',
    ECONNRESET: 'ended',
  }
  return new SshError('tcp', reasons[code] ?? 'unreachable', { ...facts, detail: code })
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string'
}
