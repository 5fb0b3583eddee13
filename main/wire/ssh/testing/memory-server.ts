import { duplexPair, type Duplex } from 'node:stream'
import ssh2, { type Connection, type ServerConfig } from 'ssh2'
import { openSshOver, type SshOptions } from '../open.ts'
import type { SshConnection } from '../connection.ts'
import { generatePrivateKey, readPrivateKey } from '../private-key.ts'

export const serverKey = generatePrivateKey('server')
export const serverFingerprint = readPrivateKey(serverKey).fingerprint
export const clientKey = generatePrivateKey('client')

export const target = { host: 'host.example', port: 22, user: 'root' }

/** Options that succeed against a server that lets everyone in. */
export const goodOptions: SshOptions = {
  auth: { method: 'key', key: clientKey },
  verifyHostKey: () => Promise.resolve('accept'),
}

export type MemoryServer = {
  /** The client's end of the line. */
  readonly line: Duplex
  /** The server's end, to be cut. */
  readonly far: Duplex
  readonly open: (options?: Partial<SshOptions>) => Promise<SshConnection>
}

/** A real SSH server at the other end of a line in memory. `serve` says what it does with a client. */
export function memoryServer(serve: (client: Connection) => void, config: Partial<ServerConfig> = {}): MemoryServer {
  const [line, far] = duplexPair()
  const server = new ssh2.Server({ hostKeys: [serverKey], ...config }, client => {
    client.on('error', () => undefined)
    serve(client)
  })
  ;(server as unknown as { injectSocket: (socket: Duplex) => void }).injectSocket(far)
  return { line, far, open: options => openSshOver(line, target, { ...goodOptions, ...options }) }
}

/** Lets everyone in, and answers commands with `run`. */
export function welcoming(run: Commands = {}): (client: Connection) => void {
  return client => {
    client.on('authentication', context => context.accept())
    client.on('session', acceptSession => {
      acceptSession().on('exec', (accept, reject, info) => {
        const act = run[info.command]
        if (info.command === 'true')
          accept()
            .on('error', () => undefined)
            .exit(0)
        else if (!act) return reject()
        else act(accept())
      })
    })
  }
}

export type Commands = Readonly<Record<string, (channel: ssh2.ServerChannel) => void>>
