import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import {
  LibvirtError,
  openLibvirt,
  type CallArgs,
  type CallName,
  type EventBody,
  type EventName,
  type Libvirt,
  type ResultOf,
} from '#wire/libvirt/index.ts'

/** A hypervisor host on which the same facts are checked, whoever made it. */
export type Subject = {
  /** A new byte stream to the read-write socket. */
  readonly connect: () => Promise<Duplex>
  readonly arch: string
  /** An active directory pool that has a file system of its own, for one check fills it. */
  readonly pool: string
  /** A directory that a pool may be made of. */
  readonly freeFolder: string
  /** Name for a bridge that nobody else uses. */
  readonly bridge: string
}

/** One fact about libvirtd 9.0.0 with QEMU; `check` throws when the subject behaves otherwise. */
export type Fact = { readonly title: string; readonly check: (subject: Subject) => Promise<void> }

export const uri = 'qemu:///system'
const EVENT_TIMEOUT_MS = 10_000
let made = 0

/** A name that no other check uses. */
export const freshName = (prefix: string): string => `conf-${prefix}-${process.pid}-${made++}`

/** Opens a connection, works with it and closes it. */
export async function connected(
  subject: Subject,
  work: (libvirt: Libvirt) => Promise<void>,
  readOnly = false,
): Promise<void> {
  const libvirt = await openLibvirt(await subject.connect(), { uri, readOnly })
  try {
    await work(libvirt)
  } finally {
    await libvirt.close()
  }
}

export type Refusal = {
  readonly code: number
  readonly domain: number
  readonly message: RegExp | string
  readonly int1?: number
}

/** The call must fail, with this number, from this part of libvirt, with these words. */
export async function refused<N extends CallName>(
  libvirt: Libvirt,
  name: N,
  args: CallArgs<N>,
  expected: Refusal,
): Promise<void> {
  const error = await libvirt.call(name, args).then(
    () => assert.fail(`${name} succeeded, expected error ${expected.code}`),
    (reason: unknown) => reason,
  )
  if (!(error instanceof LibvirtError)) throw error
  assert.deepEqual([error.code, error.domain], [expected.code, expected.domain], `${name}: ${error.message}`)
  if (expected.int1 !== undefined) assert.equal(error.int1, expected.int1)
  if (typeof expected.message === 'string') assert.equal(error.message, expected.message)
  else assert.match(error.message, expected.message)
}

/** Collects events while `work` runs, until there are `count`. */
export async function eventsDuring<N extends EventName, T>(
  libvirt: Libvirt,
  name: N,
  pick: (body: EventBody<N>) => T | undefined,
  count: number,
  work: () => Promise<void>,
): Promise<T[]> {
  const seen: T[] = []
  let notice = (): void => undefined
  const subscription = await libvirt.on(name, body => {
    const picked = pick(body)
    if (picked !== undefined) seen.push(picked)
    notice()
  })
  await work()
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${seen.length} of ${count} ${name} events came`)), EVENT_TIMEOUT_MS)
    notice = () => {
      if (seen.length < count) return
      clearTimeout(late)
      resolve()
    }
    notice()
  })
  await subscription.close()
  return seen
}

type GuestOptions = {
  readonly uuid?: string
  readonly memoryMib?: number
  readonly devices?: string
  readonly extra?: string
}

/** A small guest that both kinds of host can start. */
export function guestXml(subject: Subject, name: string, options: GuestOptions = {}): string {
  const { uuid, memoryMib = 64, devices = '', extra = '' } = options
  return [
    `<domain type='qemu'><name>${name}</name>${uuid === undefined ? '' : `<uuid>${uuid}</uuid>`}${extra}`,
    `<memory unit='MiB'>${memoryMib}</memory><vcpu>2</vcpu>`,
    `<os><type arch='${subject.arch}'>hvm</type></os><devices>${devices}</devices></domain>`,
  ].join('')
}

/** Defines a guest, works with it, and leaves nothing of it. */
export async function withGuest(
  libvirt: Libvirt,
  xml: string,
  work: (dom: ResultOf<'domainDefineXml'>['dom']) => Promise<void>,
): Promise<void> {
  const { dom } = await libvirt.call('domainDefineXml', { xml })
  try {
    await work(dom)
  } finally {
    await libvirt.call('domainDestroy', { dom }).catch(() => undefined)
    await libvirt.call('domainUndefine', { dom }).catch(() => undefined)
  }
}
