import { AppError } from '#contract/errors.ts'
import type { SshError } from '#wire/ssh/index.ts'
import type { HostTarget } from './model.ts'

export type Address = Pick<HostTarget, 'hostId' | 'address' | 'port' | 'user'>

/** What stood in the way of a connection, in our words. */
export function sshError(error: SshError, target: Address): AppError {
  const options = { cause: error }
  const { facts, reason } = error
  const detail = facts.detail ?? reason
  if (error.stage === 'lost') return reason === 'silent' ? silent(error, target) : lost(error, target)
  // Something answers there, or should; that it takes too long is the same to a person at every stage.
  if (reason === 'silent' && error.stage !== 'channel') {
    return new AppError('host/unreachable', { address: target.address, waitedMs: facts.waitedMs ?? 0 }, options)
  }
  switch (error.stage) {
    case 'resolve':
      return new AppError('host/name-unknown', { address: target.address }, options)
    case 'tcp':
      return tcpError(error, target)
    case 'handshake':
      return new AppError('host/handshake-failed', { detail: `${reason}: ${detail}` }, options)
    case 'host-key':
      return keyError(error)
    case 'auth':
      return authError(error, target)
    case 'channel':
      return reason === 'silent' ? silent(error, target) : lost(error, target)
  }
}

function silent(error: SshError, { hostId }: Address): AppError {
  return new AppError('host/silent', { hostId, waitedMs: error.facts.waitedMs ?? 0 }, { cause: error })
}

function lost(error: SshError, { hostId }: Address): AppError {
  return new AppError('host/lost', { hostId }, { cause: error })
}

function tcpError(error: SshError, { address, port }: Address): AppError {
  const { reason, facts } = error
  if (reason === 'refused') {
    return new AppError('host/refused', { address, port, detail: facts.detail ?? reason }, { cause: error })
  }
  return new AppError('host/unreachable', { address, waitedMs: facts.waitedMs ?? 0 }, { cause: error })
}

function keyError(error: SshError): AppError {
  const { offered, expected = [] } = error.facts
  const { fingerprint = '', algorithm = '' } = offered ?? {}
  // A machine that hangs up meanwhile never showed its key.
  if (!offered) return new AppError('host/handshake-failed', { detail: error.reason }, { cause: error })
  if (error.reason === 'key-unknown')
    return new AppError('host/key-unknown', { fingerprint, algorithm }, { cause: error })
  const facts = { expected: expected.join(' '), offered: fingerprint, algorithm }
  return new AppError('host/key-changed', facts, { cause: error })
}

/** Our own key or agent, which was of no use before the machine said anything. */
const ours: readonly string[] = ['key-unreadable', 'passphrase-needed', 'passphrase-wrong', 'agent-unreachable']

function authError(error: SshError, { user }: Address): AppError {
  if (ours.includes(error.reason)) return new AppError('host/credential-missing', {}, { cause: error })
  const methods = [...(error.facts.methodsLeft ?? error.facts.methodsTried ?? [])]
  return new AppError('host/auth-failed', { user, methods }, { cause: error })
}
