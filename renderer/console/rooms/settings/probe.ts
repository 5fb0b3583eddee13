import type { HostAddress, Probe, ProbeStep } from '#contract/hosts.ts'
import type { Failure } from '#client/failure.ts'

/** Where the test of an address stands. `edited`: the address was changed since, the result no longer counts. */
export type ProbeState = {
  readonly phase: 'idle' | 'running' | 'passed' | 'failed' | 'asks' | 'broken'
  readonly tried: HostAddress | null
  readonly probe: Probe | null
  /** The fingerprint that the person has confirmed. */
  readonly trusted: string | null
  /** The stream itself failed, not a step of the test. */
  readonly failure: Failure | null
}

export const noProbe: ProbeState = { phase: 'idle', tried: null, probe: null, trusted: null, failure: null }

export const startProbe = (tried: HostAddress, trusted: string | null): ProbeState => ({
  phase: 'running',
  tried,
  probe: null,
  trusted,
  failure: null,
})

/** Takes in what the core tells while it tests. */
export function heard(state: ProbeState, probe: Probe): ProbeState {
  if (probe.steps.some(step => step.state === 'asks')) return { ...state, phase: 'asks', probe }
  if (!probe.isDone) return { ...state, phase: 'running', probe }
  const isPassed = probe.steps.every(step => step.state === 'ok')
  return { ...state, phase: isPassed ? 'passed' : 'failed', probe }
}

/** The stream ended: without a result something went wrong in between. */
export function ended(state: ProbeState, failure: Failure | null): ProbeState {
  if (state.phase !== 'running') return state
  return { ...state, phase: 'broken', failure }
}

export const stoppedAt = ({ probe }: ProbeState): ProbeStep | null =>
  probe?.steps.find(step => step.state === 'failed' || step.state === 'asks') ?? null

/** The fingerprint that goes into the record: what the host showed and, if asked, the person confirmed. */
export const fingerprintOf = ({ phase, probe }: ProbeState): string | null =>
  phase === 'passed' ? (probe?.fingerprint ?? null) : null

/** Whether what stands in the form is what was tested. */
export function isSameAddress(a: HostAddress | null, b: HostAddress | null): boolean {
  if (a === null || b === null) return false
  return (
    a.address.trim() === b.address.trim() &&
    a.port === b.port &&
    a.user.trim() === b.user.trim() &&
    JSON.stringify(a.credential) === JSON.stringify(b.credential)
  )
}
