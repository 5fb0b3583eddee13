import { z } from 'zod'
import { HostId, JobId, RequestId } from './ids.ts'
import { Role } from './roles.ts'

const none = z.object({})
const pool = z.enum(['cpu', 'memory', 'storage'])
/** A limit that was met: what it is, what is used and held in reserve, what was asked for (D25). */
const shortage = z.object({ pool, limit: z.number(), used: z.number(), reserved: z.number(), asked: z.number() })

/** Every expected failure, with the facts that its sentence needs. The key is the code; pages hold the words. */
export const errorData = {
  'session/signed-out': none,
  'session/locked': none,
  'session/wrong-password': z.object({ triesLeft: z.number() }),
  'session/too-many-tries': z.object({ waitMs: z.number() }),
  'session/crowded': none,
  'session/token-spent': none,
  'session/not-allowed': z.object({ needs: z.array(Role) }),
  'session/other-department': none,
  'identity/roles-exclude-each-other': z.object({ roles: z.array(Role) }),
  'identity/role-not-held': z.object({ name: z.string(), roles: z.array(Role) }),
  'identity/name-taken': z.object({ name: z.string() }),
  'identity/last-security-administrator': none,
  'identity/own-rights': none,
  'identity/weak-password': z.object({ minLength: z.number() }),
  'identity/department-missing': none,
  'site/already-set-up': none,
  'store/changed-meanwhile': z.object({ what: z.string() }),
  'store/not-found': z.object({ what: z.string(), id: z.string() }),
  'store/in-use': z.object({ what: z.string(), by: z.number() }),
  'store/full': none,
  'store/damaged': z.object({ file: z.string() }),
  'input/invalid': z.object({ field: z.string(), rule: z.string() }),
  'host/name-unknown': z.object({ address: z.string() }),
  'host/refused': z.object({ address: z.string(), port: z.number(), detail: z.string() }),
  'host/unreachable': z.object({ address: z.string(), waitedMs: z.number() }),
  'host/no-route': z.object({ address: z.string(), detail: z.string() }),
  'host/not-ssh': z.object({ address: z.string(), port: z.number() }),
  'host/algorithms-too-old': z.object({ detail: z.string() }),
  'host/ssh-silent': z.object({ address: z.string(), waitedMs: z.number() }),
  'host/handshake-failed': z.object({ detail: z.string() }),
  'host/key-unknown': z.object({ fingerprint: z.string(), algorithm: z.string() }),
  'host/key-changed': z.object({ expected: z.string(), offered: z.string(), algorithm: z.string() }),
  'host/key-revoked': z.object({ fingerprint: z.string(), algorithm: z.string() }),
  'host/auth-failed': z.object({ user: z.string(), methods: z.array(z.string()) }),
  'host/credential-missing': none,
  'host/private-key-unreadable': none,
  'host/passphrase-wrong': none,
  'host/agent-unreachable': none,
  'host/socket-missing': z.object({ tried: z.array(z.string()) }),
  'host/socket-forbidden': z.object({ user: z.string(), sockets: z.array(z.string()) }),
  'host/socket-not-forwarded': z.object({ socket: z.string(), detail: z.string() }),
  'host/libvirt-down': z.object({ detail: z.string() }),
  'host/libvirt-denied': z.object({ user: z.string(), message: z.string(), code: z.number() }),
  'host/libvirt-refused': z.object({ code: z.number(), message: z.string() }),
  'host/libvirt-too-old': z.object({ version: z.string(), needs: z.string() }),
  'host/silent': z.object({ hostId: HostId, waitedMs: z.number() }),
  'host/lost': z.object({ hostId: HostId }),
  'host/already-added': z.object({ hostId: HostId, name: z.string() }),
  'host/not-connected': z.object({ hostId: HostId }),
  'libvirt/failed': z.object({ code: z.number(), domain: z.number(), message: z.string() }),
  'vm/not-found': z.object({ vm: z.string() }),
  'vm/already-granted': z.object({ vm: z.string(), to: z.string() }),
  'vm/wrong-state': z.object({ state: z.string(), action: z.string() }),
  'vm/busy': z.object({ jobId: JobId }),
  'vm/still-running': z.object({ waitedMs: z.number() }),
  'vm/did-not-start': z.object({ state: z.string() }),
  'vm/did-not-reboot': z.object({ waitedMs: z.number() }),
  'vm/reboot-unknown': none,
  'request/wrong-state': z.object({ requestId: RequestId, state: z.string(), action: z.string() }),
  'request/own': none,
  'request/level-not-carried': z.object({ level: z.number(), carried: z.array(z.number()), platform: z.string() }),
  'request/level-unlike-application': z.object({ level: z.number(), applicationLevel: z.number() }),
  'request/term-invalid': z.object({ from: z.string(), until: z.string() }),
  /** Of the host that was picked, where another one would do. */
  'request/host-short': shortage.extend({ host: z.string() }),
  'request/host-unfit': z.object({ host: z.string(), rule: z.string() }),
  'request/no-host-fits': z.object({ hosts: z.number() }),
  'quota/short': shortage,
  'pool/short': shortage,
  'job/superseded': z.object({ jobId: JobId }),
  'job/wrong-state': z.object({ jobId: JobId, state: z.string(), action: z.string() }),
  'audit/broken': z.object({ seq: z.number(), fault: z.string() }),
  internal: z.object({ ref: z.string() }),
} as const
export type ErrorCode = keyof typeof errorData
export type ErrorData<C extends ErrorCode> = z.infer<(typeof errorData)[C]>

/** A failure as plain data, for what is stored or shown later: a host's state, a job's step. */
export const Fault = z.object({ code: z.string(), data: z.record(z.string(), z.unknown()) })
export type Fault = z.infer<typeof Fault>

/** A class does not survive a process boundary; `code` and `data` do, so decide on those. */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AppError'
  readonly code: C
  readonly data: ErrorData<C>
  constructor(code: C, data: ErrorData<C>, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(data)}`, options)
    this.code = code
    this.data = data
  }
}

/** The plain form of an expected failure; anything else is a bug and keeps only a reference. */
export function faultOf(error: unknown, ref = 'unknown'): Fault {
  if (error instanceof AppError) return { code: error.code, data: error.data as Record<string, unknown> }
  return { code: 'internal', data: { ref } }
}
