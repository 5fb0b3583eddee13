import type { AppError, ErrorCode } from '#contract/errors.ts'
import type { HostState } from '#contract/hosts.ts'

/**
 * What can happen to a host: it `answered`; it `failed` to; it showed another key (`key-refused`); a person `asked` to
 * try it now; its record `changed` (address, user, pinned key).
 */
export const hostEvents = ['answered', 'failed', 'key-refused', 'asked', 'changed'] as const
export type HostEvent = (typeof hostEvents)[number]

/** State → event → next state. A blocked host is left alone until a person acts, so nothing it says counts. */
export const hostTable: { readonly [S in HostState]: { readonly [E in HostEvent]: HostState } } = {
  connecting: {
    answered: 'up',
    failed: 'silent',
    'key-refused': 'blocked',
    asked: 'connecting',
    changed: 'connecting',
  },
  up: { answered: 'up', failed: 'silent', 'key-refused': 'blocked', asked: 'up', changed: 'connecting' },
  silent: { answered: 'up', failed: 'silent', 'key-refused': 'blocked', asked: 'silent', changed: 'connecting' },
  blocked: {
    answered: 'blocked',
    failed: 'blocked',
    'key-refused': 'blocked',
    asked: 'connecting',
    changed: 'connecting',
  },
}

const keyRefusals: readonly ErrorCode[] = ['host/key-changed', 'host/key-unknown']

/** What a failure to talk to a host means for its state. */
export function eventOf(error: AppError): HostEvent {
  return keyRefusals.includes(error.code) ? 'key-refused' : 'failed'
}
