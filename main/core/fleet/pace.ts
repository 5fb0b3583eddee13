import type { ErrorCode, Fault } from '#contract/errors.ts'
import { backoffMs } from '#lib/backoff.ts'

/** Wrong credentials do not mend themselves, and each try counts against the account. */
const slow: readonly string[] = [
  'host/auth-failed',
  'host/key-revoked',
  'host/credential-missing',
  'host/private-key-unreadable',
  'host/passphrase-wrong',
  'host/agent-unreachable',
  'host/socket-forbidden',
  'host/libvirt-denied',
  'host/libvirt-refused',
  'host/libvirt-too-old',
  'internal',
] satisfies ErrorCode[]

/** ms until the next try of a host; `attempt` counts failures since it last answered, from 0. */
export function retryAfterMs(fault: Fault, attempt: number, random: () => number): number {
  return slow.includes(fault.code)
    ? backoffMs(attempt, random, 30_000, 300_000)
    : backoffMs(attempt, random, 1_000, 30_000)
}

/**
 * How long a poll may take before the host counts as silent: an interval, so that a host that freezes right after an
 * answer is noticed two intervals later; never so short that a busy host looks dead.
 */
export function pollDeadlineMs(pollIntervalMs: number): number {
  return Math.min(Math.max(pollIntervalMs, 5_000), 15_000)
}

/** When the next poll begins: an interval after the last one began; a late one is not made up for. */
export function nextPollAt(beganAt: number, pollIntervalMs: number, now: number): number {
  return Math.max(beganAt + pollIntervalMs, now)
}

/** Rates over more than a few polls without an answer say nothing. */
export function maxGapMs(pollIntervalMs: number): number {
  return 3 * Math.max(pollIntervalMs, 5_000)
}

const STAGGER_MS = 40
const STAGGER_MAX_MS = 5_000

/** When a host that is taken in may first be tried: many at once would all be busy with handshakes. */
export function startAt(lastStartAt: number, now: number): number {
  return Math.min(Math.max(lastStartAt + STAGGER_MS, now), now + STAGGER_MAX_MS)
}
