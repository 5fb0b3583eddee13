import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { Credential } from '#contract/hosts.ts'
import { HostId } from '#contract/ids.ts'
import type { Actor, Committer, Note } from '#core/audit/index.ts'
import { Gate } from '#lib/gate.ts'
import { next, type Records, type Write } from '#lib/records.ts'
import type { Fleet } from './fleet.ts'
import type { HostRecord } from './model.ts'

/** A credential as stored: sealed with the site's key, never readable without it. */
export type SecretRecord = { readonly secretId: string; readonly sealed: string; readonly version: number }

export type RegistryPorts = {
  readonly hosts: Records<HostRecord, { platformId: string }>
  readonly secrets: Records<SecretRecord>
  readonly committer: Committer
  readonly seal: (text: string, context: string) => string
  readonly unseal: (sealed: string, context: string) => string
  /** How many grants point to a host: then it cannot be forgotten. */
  readonly grantsOn: (hostId: string) => number
}

export type NewHost = Omit<HostRecord, 'hostId' | 'version'> & { readonly credential: Credential }
type Change = Pick<HostRecord, 'name' | 'origin' | 'model' | 'serial' | 'rack'> & {
  readonly hostId: string
  readonly version: number
}

const subject = (host: HostRecord): Note['subject'] => ({ kind: 'host', id: host.hostId, name: host.name })

type Access = Pick<HostRecord, 'address' | 'port' | 'user'>
type NewAccess = Access & {
  readonly hostId: string
  readonly version: number
  readonly credential: Credential
  readonly reason: string
}
const accessOf = ({ address, port, user }: Access): Access => ({ address, port, user })

type Facts = Pick<Note, 'action' | 'reason' | 'data'>

async function change(
  { hosts, committer }: RegistryPorts,
  actor: Actor,
  before: HostRecord,
  facts: Partial<HostRecord>,
  note: Facts,
) {
  const after = next(before, facts)
  await committer.commit({
    expect: [hosts.seen(before)],
    writes: [hosts.put(after)],
    audit: [{ actor, subject: subject(after), ...note }],
  })
  return after
}

/** @throws {AppError} host/already-added: another host has this address */
async function checkFree({ hosts }: RegistryPorts, { address, port }: Access, hostId?: string): Promise<void> {
  const known = (await hosts.list()).find(host => host.address === address && host.port === port)
  if (known && known.hostId !== hostId)
    throw new AppError('host/already-added', { hostId: known.hostId, name: known.name })
}

async function add(ports: RegistryPorts, actor: Actor, { credential, ...facts }: NewHost): Promise<HostRecord> {
  const { hosts, secrets, committer } = ports
  await checkFree(ports, facts)
  const hostId = HostId.parse(randomUUID())
  const host: HostRecord = { hostId, ...facts, version: 1 }
  const sealed = ports.seal(JSON.stringify(credential), hostId)
  const writes: Write[] = [hosts.put(host), secrets.put({ secretId: hostId, sealed, version: 1 })]
  await committer.commit({
    expect: [hosts.absent(hostId)],
    writes,
    audit: [{ actor, action: 'hosts.add', subject: subject(host), data: { ...facts, credential: credential.kind } }],
  })
  return host
}

async function changeAccess(ports: RegistryPorts, actor: Actor, before: HostRecord, change: NewAccess) {
  const { hosts, secrets, committer } = ports
  const { hostId, credential, reason } = change
  await checkFree(ports, change, hostId)
  const after = next(before, accessOf(change))
  const secret = { secretId: hostId, version: ((await secrets.get(hostId))?.version ?? 0) + 1 }
  const sealed = ports.seal(JSON.stringify(credential), hostId)
  const data = { before: accessOf(before), after: { ...accessOf(after), credential: credential.kind } }
  await committer.commit({
    expect: [hosts.seen(before)],
    writes: [hosts.put(after), secrets.put({ ...secret, sealed })],
    audit: [{ actor, action: 'hosts.changeAccess', subject: subject(after), reason, data }],
  })
  return after
}

async function forget(ports: RegistryPorts, actor: Actor, host: HostRecord, reason: string): Promise<void> {
  const { hosts, secrets, committer } = ports
  const by = ports.grantsOn(host.hostId)
  if (by > 0) throw new AppError('store/in-use', { what: 'host', by })
  await committer.commit({
    expect: [hosts.seen(host)],
    writes: [hosts.remove(host.hostId), secrets.remove(host.hostId)],
    audit: [{ actor, action: 'hosts.remove', subject: subject(host), reason }],
  })
}

/** Which hosts the site has: added, changed and forgotten here, then handed to the fleet. */
export function openRegistry(ports: RegistryPorts) {
  const { hosts, secrets } = ports
  const adding = new Gate(1)

  async function find(hostId: string): Promise<HostRecord> {
    const host = await hosts.get(hostId)
    if (!host) throw new AppError('store/not-found', { what: 'host', id: hostId })
    return host
  }

  return {
    find,
    all: (): Promise<readonly HostRecord[]> => hosts.list(),

    /** @throws {AppError} host/credential-missing; a bug when the site's key is not the one it was sealed with */
    credentialOf: async (hostId: string): Promise<Credential> => {
      const secret = await secrets.get(hostId)
      if (!secret) throw new AppError('host/credential-missing', {})
      return JSON.parse(ports.unseal(secret.sealed, hostId)) as Credential
    },

    /** @throws {AppError} host/already-added */
    add: (actor: Actor, fleet: Fleet, newHost: NewHost): Promise<HostRecord> =>
      // One address at a time: two clicks make one host.
      adding.run(`${newHost.address}:${newHost.port}`, async () => {
        const host = await add(ports, actor, newHost)
        fleet.add(host)
        return host
      }),

    update: async (actor: Actor, fleet: Fleet, { hostId, version, ...facts }: Change): Promise<HostRecord> => {
      const before = await find(hostId)
      if (before.version !== version) throw new AppError('store/changed-meanwhile', { what: 'hosts' })
      const after = await change(ports, actor, before, facts, { action: 'hosts.update', data: facts })
      fleet.update(after)
      return after
    },

    /** The pinned key stays: what answers at the new address must be the same machine. @throws {AppError} host/already-added */
    changeAccess: async (actor: Actor, fleet: Fleet, access: NewAccess): Promise<HostRecord> => {
      const before = await find(access.hostId)
      if (before.version !== access.version) throw new AppError('store/changed-meanwhile', { what: 'hosts' })
      const after = await changeAccess(ports, actor, before, access)
      fleet.reach(after)
      return after
    },

    trustKey: async (
      actor: Actor,
      fleet: Fleet,
      hostId: string,
      fingerprint: string,
      reason: string,
    ): Promise<void> => {
      const before = await find(hostId)
      const data = { expected: before.fingerprint, accepted: fingerprint }
      fleet.reach(await change(ports, actor, before, { fingerprint }, { action: 'hosts.trustKey', reason, data }))
    },

    remove: async (actor: Actor, fleet: Fleet, hostId: string, reason: string): Promise<void> => {
      const host = await find(hostId)
      await forget(ports, actor, host, reason)
      await fleet.remove(host.hostId)
    },
  }
}
export type Registry = ReturnType<typeof openRegistry>
