import { AppError } from '#contract/errors.ts'
import type { SshError } from '#wire/ssh/index.ts'
import type { HostTarget } from './model.ts'

export type Address = Pick<HostTarget, 'hostId' | 'address' | 'port' | 'user'>

/** What stood in the way of a connection, in our words. */
export function sshError(error: SshError, target: Address): AppError {
  switch (error.stage) {
    case 'resolve':
      return new AppError('host/name-unknown', { address: target.address }, { cause: error })
    case 'tcp':
      return tcpError(error, target)
    case 'handshake':
      return handshakeError(error, target)
    case 'host-key':
      return keyError(error, target)
    case 'auth':
      return authError(error, target)
    case 'channel':
      return channelError(error, target)
    case 'lost':
      return error.reason === 'silent' ? silent(error, target) : lost(error, target)
  }
}

/** It let us connect and then said nothing, at whatever point of the handshake. */
function mute(error: SshError, { address }: Address): AppError {
  return new AppError('host/ssh-silent', { address, waitedMs: error.facts.waitedMs ?? 0 }, { cause: error })
}

function handshakeError(error: SshError, target: Address): AppError {
  const { address, port } = target
  const options = { cause: error }
  if (error.reason === 'silent') return mute(error, target)
  const detail = error.facts.detail ?? error.reason
  if (error.reason === 'not-ssh') return new AppError('host/not-ssh', { address, port }, options)
  if (error.reason === 'no-common-algorithm') return new AppError('host/algorithms-too-old', { detail }, options)
  return new AppError('host/handshake-failed', { detail }, options)
}

/** A helper that could be run and got no further than the socket: nobody listens there. */
function channelError(error: SshError, target: Address): AppError {
  const { reason, facts } = error
  if (reason === 'silent') return silent(error, target)
  if (reason !== 'command-failed') return lost(error, target)
  return new AppError('host/libvirt-down', { detail: facts.detail ?? reason }, { cause: error })
}

function silent(error: SshError, { hostId }: Address): AppError {
  return new AppError('host/silent', { hostId, waitedMs: error.facts.waitedMs ?? 0 }, { cause: error })
}

function lost(error: SshError, { hostId }: Address): AppError {
  return new AppError('host/lost', { hostId }, { cause: error })
}

function tcpError(error: SshError, { address, port }: Address): AppError {
  const { reason, facts } = error
  if (reason === 'silent')
    return new AppError('host/unreachable', { address, waitedMs: facts.waitedMs ?? 0 }, { cause: error })
  if (reason === 'refused') {
    return new AppError('host/refused', { address, port, detail: facts.detail ?? reason }, { cause: error })
  }
  return new AppError('host/no-route', { address, detail: facts.detail ?? reason }, { cause: error })
}

function keyError(error: SshError, target: Address): AppError {
  if (error.reason === 'silent') return mute(error, target)
  const { offered, expected = [] } = error.facts
  const { fingerprint = '', algorithm = '' } = offered ?? {}
  // A machine that hangs up meanwhile never showed its key.
  if (!offered) return new AppError('host/handshake-failed', { detail: error.reason }, { cause: error })
  if (error.reason === 'key-unknown')
    return new AppError('host/key-unknown', { fingerprint, algorithm }, { cause: error })
  if (error.reason === 'key-revoked')
    return new AppError('host/key-revoked', { fingerprint, algorithm }, { cause: error })
  const facts = { expected: expected.join(' '), offered: fingerprint, algorithm }
  return new AppError('host/key-changed', facts, { cause: error })
}

function authError(error: SshError, target: Address): AppError {
  const { user } = target
  const options = { cause: error }
  // The first three are about our own key or agent, which was of no use before the machine said anything.
  switch (error.reason) {
    case 'key-unreadable':
      return new AppError('host/private-key-unreadable', {}, options)
    case 'passphrase-needed':
    case 'passphrase-wrong':
      return new AppError('host/passphrase-wrong', {}, options)
    case 'agent-unreachable':
      return new AppError('host/agent-unreachable', {}, options)
    case 'silent':
      return mute(error, target)
    default:
      return new AppError('host/auth-failed', { user, methods: methodsOf(error) }, options)
  }
}

const methodsOf = ({ facts }: SshError): string[] => [...(facts.methodsLeft ?? facts.methodsTried ?? [])]
