import { createServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2, { type Connection, type ParsedKey, type ServerChannel } from 'ssh2'
import type { SimulatedHost } from '#demo/host/host.ts'
import { RpcSession } from '#demo/rpc/session.ts'
import { dateText, runCommand, sockets } from './commands.ts'
import { hostKeyOf, type HostKey } from './keys.ts'

const loopback = '127.0.0.1'

export type SshAccess = { readonly user: string; readonly keys: readonly ParsedKey[] }

/** Whether the presented key is one of ours and, when there is a signature, signed by it. */
function accepts(access: SshAccess, context: ssh2.AuthContext): boolean {
  if (context.method !== 'publickey' || context.username !== access.user) return false
  const key = access.keys.find(
    known => known.type === context.key.algo && known.getPublicSSH().equals(context.key.data),
  )
  if (!key) return false
  if (!context.signature) return true // a question only: would this key do?
  return key.verify(context.blob as Buffer, context.signature, context.hashAlgo) === true
}

/** The SSH server in front of one simulated host, with the failures that a teacher or a test asks for. */
export class HostServer {
  readonly host: SimulatedHost
  readonly #access: SshAccess
  readonly #identity: string
  readonly #open = new Set<Socket>()
  readonly #sessions = new Set<RpcSession>()
  #net: NetServer | null = null
  #ssh: ssh2.Server
  #key: HostKey
  #keyNumber = 0
  #isFrozen = false
  #isLibvirtFrozen = false
  #port = 0

  /** @param identity  text from which the host's keys are derived */
  constructor(host: SimulatedHost, access: SshAccess, identity: string) {
    this.host = host
    this.#access = access
    this.#identity = identity
    this.#key = hostKeyOf(identity)
    this.#ssh = this.#makeSsh()
  }

  get hostKey(): Pick<HostKey, 'publicKey' | 'fingerprint'> {
    return this.#key
  }

  get port(): number {
    return this.#port
  }

  /** @param port  0 = any free one; a revived host listens on the port it had */
  async listen(port: number): Promise<void> {
    const net = createServer(socket => this.#welcome(socket))
    await new Promise<void>((resolve, reject) => {
      net.once('error', reject)
      net.listen(port, loopback, () => resolve())
    })
    const address = net.address()
    this.#port = typeof address === 'object' && address ? address.port : port
    this.#net = net
  }

  /** The machine hangs: the kernel still accepts connections, nothing answers on old or new ones. */
  freeze(): void {
    this.#isFrozen = true
    for (const socket of this.#open) socket.pause()
  }

  /** SSH works, libvirtd does not answer, as when it was stopped. */
  freezeLibvirt(): void {
    this.#isLibvirtFrozen = true
  }

  /** The machine is gone: every connection is reset, new ones are refused. */
  kill(): void {
    this.#net?.close()
    this.#net = null
    for (const socket of this.#open) socket.destroy()
  }

  /** Undoes freeze, freezeLibvirt and kill. What was connected through a frozen host is cut, as after a restart. */
  async revive(): Promise<void> {
    this.#isFrozen = false
    this.#isLibvirtFrozen = false
    for (const socket of this.#open) socket.destroy()
    if (!this.#net) await this.listen(this.#port)
  }

  /** As after a new installation: who knows the old key is warned. Connections that stand are not touched. */
  changeHostKey(): void {
    this.#keyNumber++
    this.#key = hostKeyOf(`${this.#identity}/${this.#keyNumber}`)
    this.#ssh = this.#makeSsh()
  }

  close(): void {
    this.kill()
    for (const session of this.#sessions) session.close()
  }

  #welcome(socket: Socket): void {
    socket.on('error', () => undefined) // 'close' follows and is what counts
    socket.setNoDelay(true)
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    if (this.#isFrozen) {
      socket.pause()
      return
    }
    this.#ssh.injectSocket(socket)
  }

  #makeSsh(): ssh2.Server {
    return new ssh2.Server({ hostKeys: [this.#key.privateKey], ident: 'OpenSSH_9.2' }, client => this.#attend(client))
  }

  #attend(client: Connection): void {
    client.on('error', () => undefined) // a handshake that failed; the socket's 'close' is what counts
    client.on('authentication', context => {
      if (accepts(this.#access, context)) context.accept()
      else context.reject(['publickey'])
    })
    client.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
      if (socketPath !== sockets.readWrite && socketPath !== sockets.readOnly) return reject()
      this.#serveLibvirt(accept(), socketPath === sockets.readOnly)
    })
    client.on('session', accept => {
      accept().on('exec', (acceptExec, _reject, { command }) => this.#run(acceptExec(), command))
    })
  }

  #run(channel: ServerChannel, command: string): void {
    const answer = runCommand(command, this.host)
    channel.on('error', () => undefined)
    if (answer.kind === 'socket') return this.#serveLibvirt(channel, answer.isReadOnly)
    if (answer.kind === 'clock') return this.#serveClock(channel)
    if (answer.stderr !== '') channel.stderr.write(answer.stderr)
    if (answer.stdout !== '') channel.write(answer.stdout)
    channel.exit(answer.code)
    channel.end()
  }

  #serveClock(channel: ServerChannel): void {
    channel.on('data', (chunk: Buffer) => {
      const { host } = this
      const lines = chunk.toString('latin1').split('\n').length - 1
      for (let line = 0; line < lines; line++) channel.write(`${dateText('%s.%N', host.now() + host.clockAheadMs)}\n`)
    })
    channel.on('end', () => {
      channel.exit(0)
      channel.end()
    })
  }

  #serveLibvirt(channel: ServerChannel, isReadOnly: boolean): void {
    const session = new RpcSession(
      this.host,
      {
        write: bytes => this.#isFrozen || this.#isLibvirtFrozen || channel.write(bytes),
        onDrain: action => channel.once('drain', action),
        end: () => channel.end(),
      },
      isReadOnly,
    )
    this.#sessions.add(session)
    channel.on('error', () => undefined)
    channel.on('data', (chunk: Buffer) => {
      if (!this.#isLibvirtFrozen) session.push(chunk)
    })
    channel.on('close', () => {
      this.#sessions.delete(session)
      session.close()
    })
    channel.on('end', () => session.close())
  }
}
