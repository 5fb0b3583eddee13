import { Need, type Request } from '#contract/requests.ts'
import type { Application } from '#contract/tenants.ts'
import { dayOf } from '#kit/format/index.ts'

const GIB = 1024 ** 3

/** A request as it is being written: anything may be missing, sizes are in the units of the form. */
export type Draft = {
  /** Sent along, so that the same draft, sent again after its answer was lost, makes no second request. */
  readonly requestId: string
  readonly departmentId: string | null
  readonly applicationId: string | null
  readonly platformId: string | null
  readonly purpose: string
  readonly vmName: string
  readonly arch: Need['arch']
  readonly vcpus: number | null
  readonly memoryGb: number | null
  readonly diskGb: number | null
  readonly network: string | null
  readonly from: string | null
  readonly until: string | null
  /** No end is asked for: a decision, not a gap. */
  readonly isOpenEnded: boolean
}

/** Also where the page did not come over a secure connection. */
export const newRequestId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')

export function newDraft(departmentId: string | null, now: number): Draft {
  return {
    requestId: newRequestId(),
    departmentId,
    applicationId: null,
    platformId: null,
    purpose: '',
    vmName: '',
    arch: 'x86_64',
    vcpus: 4,
    memoryGb: 8,
    diskGb: 100,
    network: null,
    from: dayOf(now),
    until: null,
    isOpenEnded: false,
  }
}

/** A returned request, or a past one to apply for again, as a draft. */
export function draftOf(request: Request): Draft {
  const { departmentId, applicationId, platformId, purpose, vmName, arch, vcpus, network, from, until } = request
  const memoryGb = request.memoryBytes / GIB
  const diskGb = request.diskBytes / GIB
  const facts = { departmentId, applicationId, platformId, purpose, vmName, arch, vcpus, network, from, until }
  return { requestId: newRequestId(), ...facts, memoryGb, diskGb, isOpenEnded: until === null }
}

const bytesOf = (gb: number | null): number | null => (gb === null ? null : Math.round(gb * GIB))

/**
 * The need that a draft states, or the fields that still keep it from being one, in the order of the form.
 *
 * @param application  the chosen application, whose registered level the request takes over
 */
export function needOf(
  draft: Draft,
  application: Application | undefined,
): { readonly need: Need } | { readonly missing: ReadonlySet<string> } {
  const parsed = Need.safeParse({
    departmentId: draft.departmentId,
    applicationId: draft.applicationId,
    level: application?.level,
    platformId: draft.platformId,
    purpose: draft.purpose,
    vmName: draft.vmName,
    arch: draft.arch,
    vcpus: draft.vcpus,
    memoryBytes: bytesOf(draft.memoryGb),
    diskBytes: bytesOf(draft.diskGb),
    network: draft.network,
    from: draft.from,
    until: draft.isOpenEnded ? null : draft.until,
  })
  const isOpen = !draft.isOpenEnded && draft.until === null
  if (parsed.success && !isOpen) return { need: parsed.data }
  const fields = parsed.error?.issues.map(issue => String(issue.path[0])) ?? []
  return { missing: new Set([...fields, ...(isOpen ? ['until'] : [])]) }
}

const texts: ReadonlySet<keyof Draft> = new Set(['requestId', 'purpose', 'vmName'])
const numbers: ReadonlySet<keyof Draft> = new Set(['vcpus', 'memoryGb', 'diskGb'])

/** What was kept on this machine is a draft only if each field still has its kind. */
export function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false
  const model = newDraft(null, 0)
  return (Object.keys(model) as (keyof Draft)[]).every(key => {
    const field: unknown = (value as Record<string, unknown>)[key]
    if (texts.has(key)) return typeof field === 'string'
    if (numbers.has(key)) return field === null || typeof field === 'number'
    if (key === 'isOpenEnded') return typeof field === 'boolean'
    if (key === 'arch') return field === 'x86_64' || field === 'aarch64'
    return field === null || typeof field === 'string'
  })
}
