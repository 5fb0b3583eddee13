import type { Host } from '#contract/hosts.ts'
import type { Vm, VmState } from '#contract/vms.ts'
import { formatInstant } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'
import { useFromNow } from '#kit/now.ts'

type Look = { readonly shape: Shape; readonly tone: Tone }

const hostLooks: Readonly<Record<Host['state'], Look>> = {
  connecting: { shape: 'busy', tone: 'notice' },
  up: { shape: 'tick', tone: 'good' },
  silent: { shape: 'ask', tone: 'unknown' },
  blocked: { shape: 'block', tone: 'critical' },
}

const vmLooks: Readonly<Record<VmState, Look>> = {
  nostate: { shape: 'ask', tone: 'unknown' },
  running: { shape: 'run', tone: 'good' },
  blocked: { shape: 'run', tone: 'notice' },
  paused: { shape: 'pause', tone: 'warning' },
  shutdown: { shape: 'busy', tone: 'notice' },
  shutoff: { shape: 'stop', tone: 'quiet' },
  crashed: { shape: 'cross', tone: 'critical' },
  pmsuspended: { shape: 'moon', tone: 'quiet' },
}

/** A host's state in words; a silent one says since when nothing is known. */
export function hostStateText(host: Pick<Host, 'state' | 'since'>, now: number): string {
  if (host.state === 'silent') return text('hosts:silentSince', { at: formatInstant(host.since, now) })
  if (host.state === 'blocked') return text('hosts:blockedSince', { at: formatInstant(host.since, now) })
  return word('hostState', host.state)
}

/** A VM's state in words; of a host that does not answer it is unknown, never off. */
export function vmStateText(vm: Pick<Vm, 'state' | 'isKnown' | 'seenAt'>, now: number): string {
  if (!vm.isKnown) return text('vms:unknownSince', { at: formatInstant(vm.seenAt, now) })
  return word('vmState', vm.state)
}

export function HostState({ host }: { readonly host: Pick<Host, 'state' | 'since'> }) {
  const label = useFromNow(now => hostStateText(host, now))
  return <StateGlyph {...hostLooks[host.state]} label={label} />
}

export function VmStateGlyph(props: {
  readonly vm: Pick<Vm, 'state' | 'isKnown' | 'seenAt' | 'jobId'>
  readonly isBare?: boolean
}) {
  const { vm, isBare = false } = props
  const label = useFromNow(now => vmStateText(vm, now))
  const look = !vm.isKnown
    ? ({ shape: 'ask', tone: 'unknown' } as const)
    : vm.jobId !== null
      ? ({ shape: 'busy', tone: 'notice' } as const)
      : vmLooks[vm.state]
  return <StateGlyph {...look} label={label} isBare={isBare} />
}

/** Whether the figures of a host are the last known ones and not today's. */
export const isHostStale = (host: Pick<Host, 'state'>): boolean => host.state === 'silent' || host.state === 'blocked'
