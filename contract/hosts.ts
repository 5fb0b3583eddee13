import { z } from 'zod'
import { command, query, stream } from './define.ts'
import { Fault } from './errors.ts'
import { feedOf, Since } from './feed.ts'
import { HostId, PlatformId } from './ids.ts'
import { Bytes, Count, Instant, Reason, ShortText } from './quantities.ts'
import { staff } from './roles.ts'

/** 利旧 or 新购. */
export const HostOrigin = z.enum(['reused', 'new'])
export type HostOrigin = z.infer<typeof HostOrigin>

/** `up`: answers. `silent`: does not, figures are the last known ones. `blocked`: its key changed, nobody talks to it. */
export const HostState = z.enum(['connecting', 'up', 'silent', 'blocked'])
export type HostState = z.infer<typeof HostState>

export const StoragePool = z.object({
  name: z.string(),
  type: z.string(),
  isActive: z.boolean(),
  capacityBytes: Bytes.nullable(),
  /** What its volumes could grow to: the sum of their capacities. */
  promisedBytes: Bytes.nullable(),
  usedBytes: Bytes.nullable(),
  freeBytes: Bytes.nullable(),
})
export type StoragePool = z.infer<typeof StoragePool>

export const Network = z.object({
  name: z.string(),
  isActive: z.boolean(),
  bridge: z.string().nullable(),
  forward: z.string().nullable(),
})
export type Network = z.infer<typeof Network>

export const Host = z.object({
  hostId: HostId,
  platformId: PlatformId,
  name: z.string(),
  address: z.string(),
  port: z.number(),
  user: z.string(),
  origin: HostOrigin,
  model: z.string().nullable(),
  serial: z.string().nullable(),
  rack: z.string().nullable(),
  state: HostState,
  /** Since when it is in this state. */
  since: Instant,
  /** When it last answered; null: never yet. */
  seenAt: Instant.nullable(),
  /** Why it is silent or blocked. */
  fault: Fault.nullable(),
  hostname: z.string().nullable(),
  arch: z.string().nullable(),
  cpuModel: z.string().nullable(),
  sockets: Count.nullable(),
  cores: Count.nullable(),
  cpuThreads: Count.nullable(),
  memoryBytes: Bytes.nullable(),
  memoryUsedBytes: Bytes.nullable(),
  /** Busy share of the CPU threads over the last poll interval. */
  cpuFraction: z.number().nullable(),
  /** Last hour's CPU, one value a minute at most, oldest first; null = not measured. */
  cpuTrend: z.array(z.number().nullable()),
  libvirtVersion: z.string().nullable(),
  hypervisorVersion: z.string().nullable(),
  /** Host clock minus ours; null: not measured. An alarm from ±2 s. */
  clockOffsetMs: z.number().nullable(),
  /** Sum over the VMs defined there plus reservations not yet carried out. */
  promisedVcpus: Count,
  promisedMemoryBytes: Bytes,
  vmsRunning: Count,
  vmsTotal: Count,
  pools: z.array(StoragePool),
  networks: z.array(Network),
  version: z.number(),
})
export type Host = z.infer<typeof Host>

/** How the core proves who it is. Secrets go in and never come out. */
export const Credential = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('key'),
    privateKey: z.string().min(1).max(20_000),
    passphrase: z.string().max(200).optional(),
  }),
  z.object({ kind: z.literal('agent') }),
  z.object({ kind: z.literal('password'), password: z.string().min(1).max(200) }),
  /** The site's own key, made at first start; its public half is in `hosts.siteKey`. */
  z.object({ kind: z.literal('site-key') }),
])
export type Credential = z.infer<typeof Credential>

export const HostAddress = z.object({
  address: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  user: z.string().trim().min(1).max(64),
  credential: Credential,
})
export type HostAddress = z.infer<typeof HostAddress>

const HostRecord = z.object({
  name: ShortText,
  platformId: PlatformId,
  origin: HostOrigin,
  model: z.string().trim().max(100).nullable(),
  serial: z.string().trim().max(100).nullable(),
  rack: z.string().trim().max(100).nullable(),
})

export const ProbeStepName = z.enum(['name', 'tcp', 'host-key', 'authentication', 'socket', 'libvirt'])
export type ProbeStepName = z.infer<typeof ProbeStepName>
export const ProbeStep = z.object({
  step: ProbeStepName,
  state: z.enum(['waiting', 'running', 'ok', 'failed', 'asks']),
  tookMs: z.number().nullable(),
  /** What was found: the resolved address, the fingerprint, the socket, the version. */
  found: z.string().nullable(),
  fault: Fault.nullable(),
})
export type ProbeStep = z.infer<typeof ProbeStep>
export const Probe = z.object({
  steps: z.array(ProbeStep),
  isDone: z.boolean(),
  fingerprint: z.string().nullable(),
  facts: z
    .object({
      hostname: z.string(),
      arch: z.string(),
      cpuModel: z.string().nullable(),
      cpuThreads: Count,
      memoryBytes: Bytes,
      libvirtVersion: z.string(),
      model: z.string().nullable(),
      serial: z.string().nullable(),
      clockOffsetMs: z.number().nullable(),
      vms: Count,
    })
    .nullable(),
})
export type Probe = z.infer<typeof Probe>

export const hosts = {
  watch: stream({
    summary: 'All hosts with their state and figures, live.',
    roles: staff,
    scope: 'centre',
    input: Since,
    output: feedOf(Host),
  }),
  siteKey: query({
    summary: 'Public half of the site’s own SSH key, to be put into authorized_keys of the hosts.',
    roles: ['operator', 'system-administrator'],
    scope: 'centre',
    input: z.object({}),
    output: z.object({ publicKey: z.string(), fingerprint: z.string() }),
  }),
  probe: stream({
    summary: 'Try an address step by step: name, TCP, host key, authentication, socket, libvirt. Stores nothing.',
    roles: ['operator', 'system-administrator'],
    scope: 'centre',
    input: HostAddress.extend({
      /** Fingerprint that the person has confirmed; without it the probe stops at an unknown key and asks. */
      trustFingerprint: z.string().optional(),
      /** A host of the site that should answer there: its pinned key is the one that counts. */
      hostId: HostId.optional(),
    }),
    output: Probe,
    errors: ['store/not-found'],
  }),
  add: command({
    summary: 'Add a host whose key the person has confirmed; the core connects by itself.',
    roles: ['operator', 'system-administrator'],
    scope: 'centre',
    input: HostAddress.extend(HostRecord.shape).extend({ fingerprint: z.string().min(1).max(200) }),
    output: z.object({ hostId: HostId }),
    errors: ['host/already-added', 'store/not-found', 'host/credential-missing'],
  }),
  update: command({
    summary: 'Change what the centre records of a host.',
    roles: ['operator', 'system-administrator'],
    scope: 'centre',
    input: HostRecord.omit({ platformId: true }).extend({ hostId: HostId, version: z.number() }),
    output: z.object({ version: z.number() }),
    errors: ['store/changed-meanwhile', 'store/not-found'],
  }),
  changeAccess: command({
    summary:
      'Change how a host is reached: address, port, user, credential. Its pinned key stays; the core connects anew.',
    roles: ['operator', 'system-administrator'],
    scope: 'centre',
    input: HostAddress.extend({ hostId: HostId, version: z.number(), reason: Reason }),
    output: z.object({ version: z.number() }),
    errors: ['host/already-added', 'store/changed-meanwhile', 'store/not-found'],
  }),
  trustKey: command({
    summary: 'Accept a changed host key, with the fingerprint that was checked and a reason.',
    roles: ['system-administrator'],
    scope: 'centre',
    input: z.object({ hostId: HostId, fingerprint: z.string().min(1).max(200), reason: Reason }),
    output: z.object({}),
    errors: ['store/not-found', 'store/changed-meanwhile'],
  }),
  importKnownHosts: command({
    summary: 'Read host keys from an OpenSSH known_hosts text; later probes trust them.',
    roles: ['operator', 'system-administrator'],
    scope: 'centre',
    input: z.object({ text: z.string().max(2_000_000) }),
    output: z.object({ imported: Count, skipped: Count }),
  }),
  retry: command({
    summary: 'Try a silent host now instead of at its next turn.',
    roles: ['operator', 'system-administrator'],
    scope: 'centre',
    input: z.object({ hostId: HostId }),
    output: z.object({}),
    errors: ['store/not-found'],
  }),
  remove: command({
    summary: 'Forget a host; nothing on it is touched. Refused while grants point to it.',
    roles: ['system-administrator'],
    scope: 'centre',
    input: z.object({ hostId: HostId, reason: Reason }),
    output: z.object({}),
    errors: ['store/not-found', 'store/in-use', 'store/changed-meanwhile'],
  }),
  history: query({
    summary: 'A host’s figures over a span, at most 720 points.',
    roles: staff,
    scope: 'centre',
    input: z.object({ hostId: HostId, from: Instant, until: Instant }),
    output: z.array(z.object({ at: Instant, cpuFraction: z.number().nullable(), memoryUsedBytes: Bytes.nullable() })),
    errors: ['store/not-found'],
  }),
}
