import ssh2, { type ParsedKey } from 'ssh2'
import { LibvirtFault } from '#demo/host/faults.ts'
import { SimulatedHost } from '#demo/host/host.ts'
import { planCentre } from '#demo/plan/centre.ts'
import { HostServer } from '#demo/ssh/host-server.ts'
import { systemClock, type Clock } from '#lib/clock.ts'
import type { ProcedureName } from '#wire/libvirt/index.ts'

export type SimulationOptions = {
  /** The same seed gives the same centre, figures and host keys. */
  readonly seed: number
  readonly hosts: number
  /** First port on 127.0.0.1, the next hosts follow; 0 = any free ones. */
  readonly port: number
  /** `ssh-ed25519 AAAA…`: who may log in. */
  readonly authorizedKey: string
  readonly user?: string
  readonly clock?: Clock
  /** How long starts and shutdowns take: 1 as in life, 0 at once. */
  readonly pace?: number
}

/** An error that libvirt would report, for the next call of a procedure. */
export type PlannedError = { readonly code: number; readonly domain: number; readonly message: string }

function parseKey(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw new TypeError(`the authorized key cannot be read: ${key.message}`)
  return Array.isArray(key) ? (key[0] as ParsedKey) : key
}

/** The running data centre: one SSH server with a libvirt behind it for each host, and the hand that breaks them. */
export class Simulation {
  readonly servers: readonly HostServer[]
  readonly seed: number
  readonly user: string

  private constructor(options: SimulationOptions) {
    const { seed, hosts, user = 'root', clock = systemClock, pace = 1 } = options
    this.seed = seed
    this.user = user
    const access = { user, keys: [parseKey(options.authorizedKey)] }
    this.servers = planCentre(seed, hosts).map(plan => {
      const identity = `demo-host-key/${seed}/${plan.name}`
      return new HostServer(new SimulatedHost(plan, clock, pace), access, identity)
    })
  }

  /** @throws {Error} a port that is taken; what was opened before is closed again */
  static async open(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options)
    try {
      await Promise.all(
        simulation.servers.map((server, index) => server.listen(options.port === 0 ? 0 : options.port + index)),
      )
    } catch (error) {
      simulation.close()
      throw error
    }
    return simulation
  }

  /** @throws {RangeError} no host of that name */
  server(name: string): HostServer {
    const server = this.servers.find(({ host }) => host.plan.name === name)
    if (!server) throw new RangeError(`no host is called ${name}`)
    return server
  }

  /** The whole machine hangs; see `HostServer`. */
  freeze(name: string): void {
    this.server(name).freeze()
  }

  freezeLibvirt(name: string): void {
    this.server(name).freezeLibvirt()
  }

  kill(name: string): void {
    this.server(name).kill()
  }

  revive(name: string): Promise<void> {
    return this.server(name).revive()
  }

  changeHostKey(name: string): void {
    this.server(name).changeHostKey()
  }

  /** The next call of `procedure` on this host fails with the error; several are used up one after another. */
  failNext(name: string, procedure: ProcedureName, { code, domain, message }: PlannedError): void {
    const { planted } = this.server(name).host
    planted.set(procedure, [
      ...(planted.get(procedure) ?? []),
      new LibvirtFault(code, domain, message, ['%s', message]),
    ])
  }

  /** The pool's disks are gone: it stops, its volumes stay out of reach until somebody starts it. */
  losePool(name: string, poolName: string): void {
    const { host } = this.server(name)
    const pool = host.pools.get(poolName)
    if (!pool) throw new RangeError(`${name} has no pool ${poolName}`)
    pool.isActive = false
    host.emit('storagePoolLifecycle', { pool: pool.ref, event: 3, detail: 0 })
  }

  /** The host's clock runs ahead by `aheadMs` from now on (behind, when negative); its figures keep the true time. */
  skewClock(name: string, aheadMs: number): void {
    this.server(name).host.clockAheadMs = aheadMs
  }

  close(): void {
    for (const server of this.servers) server.close()
  }
}
