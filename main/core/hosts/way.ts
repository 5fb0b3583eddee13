import type { Duplex } from 'node:stream'
import { AppError } from '#contract/errors.ts'
import { SshError, type SshConnection } from '#wire/ssh/index.ts'
import { POSSIBLE_SOCKETS, readSurvey, socketsOf, USUAL_SOCKET, type Sockets, type Survey } from './survey.ts'

/** How libvirt's sockets on a machine are reached, found out by having opened the hypervisor's twice. */
export type Way = {
  readonly sockets: Sockets
  /** In words: a socket, or the command that leads to it. */
  readonly found: string
  /** Opens one more. @param uri libvirt's URI, which some helpers want instead of a path */
  readonly open: (socket: string, uri: string) => Promise<Duplex>
  readonly interactive: Duplex
  readonly bulk: Duplex
}

const usual: Sockets = { hypervisor: USUAL_SOCKET, storage: USUAL_SOCKET, network: USUAL_SOCKET, isModular: false }

/**
 * Tries the usual socket at once. Only where that fails, the survey (the connection's preflight command) is waited for:
 * sockets of single daemons, another directory, a helper program where sshd does not forward.
 *
 * @throws {AppError} host/socket-missing, host/socket-forbidden, host/socket-not-forwarded, host/libvirt-down
 * @throws {SshError} the connection was lost
 */
export async function findWay(ssh: SshConnection, uri: string): Promise<Way> {
  const byForwarding = (socket: string): Promise<Duplex> => ssh.streamLocal(socket)
  try {
    return await tryWay(usual, uri, USUAL_SOCKET, byForwarding)
  } catch (error) {
    if (!isRefusal(error)) throw error
    return await otherWay(ssh, uri, byForwarding, error)
  }
}

async function otherWay(ssh: SshConnection, uri: string, byForwarding: Way['open'], first: SshError): Promise<Way> {
  const survey = await surveyOf(ssh, first)
  const sockets = socketsOf(survey)
  if (!sockets) throw noSocket(survey, ssh.target.user, first)
  let refusal: SshError = first
  if (sockets.hypervisor !== USUAL_SOCKET) {
    try {
      return await tryWay(sockets, uri, sockets.hypervisor, byForwarding)
    } catch (error) {
      if (!isRefusal(error)) throw error
      refusal = error
    }
  }
  const helper = survey.helpers.map(name => helpers[name]).find(each => each !== undefined)
  if (!helper) throw notForwarded(sockets.hypervisor, refusal.facts.detail ?? refusal.reason, refusal)
  const command = helper(sockets.hypervisor, uri)
  try {
    return await tryWay(sockets, uri, command, (socket, driverUri) => ssh.execDuplex(helper(socket, driverUri)))
  } catch (error) {
    if (!isRefusal(error)) throw error
    throw notForwarded(sockets.hypervisor, `${command}: ${error.facts.detail ?? error.reason}`, error)
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
const helpers: Readonly<Record<string, (socket: string, uri: string) => string>> = {
  'virt-ssh-helper': (_socket, uri) => `virt-ssh-helper ${quoted(uri)}`,
  nc: socket => `nc -U ${quoted(socket)}`,
}

async function tryWay(sockets: Sockets, uri: string, found: string, open: Way['open']): Promise<Way> {
  const both = await Promise.allSettled([open(sockets.hypervisor, uri), open(sockets.hypervisor, uri)])
  const [interactive, bulk] = both
  if (interactive.status === 'fulfilled' && bulk.status === 'fulfilled') {
    return { sockets, found, open, interactive: interactive.value, bulk: bulk.value }
  }
  for (const each of both) if (each.status === 'fulfilled') each.value.destroy()
  throw interactive.status === 'rejected' ? interactive.reason : (bulk as PromiseRejectedResult).reason
}

/** A channel that the server would not open; OpenSSH gives the same answer for a missing and a forbidden socket. */
function isRefusal(error: unknown): error is SshError {
  return error instanceof SshError && error.stage === 'channel' && error.reason === 'refused'
}

async function surveyOf(ssh: SshConnection, first: SshError): Promise<Survey> {
  try {
    return readSurvey((await ssh.preflight).stdout)
  } catch (error) {
    if (error instanceof SshError && error.stage === 'lost') throw error
    const why = error instanceof Error ? error.message : 'failed'
    throw notForwarded(USUAL_SOCKET, `${first.facts.detail ?? first.reason}; ${why}`, first)
  }
}

function noSocket(survey: Survey, user: string, cause: SshError): AppError {
  const sockets = survey.sockets.map(({ path }) => path)
  if (sockets.length > 0) return new AppError('host/socket-forbidden', { user, sockets }, { cause })
  return new AppError('host/socket-missing', { tried: [...POSSIBLE_SOCKETS] }, { cause })
}

function notForwarded(socket: string, detail: string, cause: SshError): AppError {
  return new AppError('host/socket-not-forwarded', { socket, detail }, { cause })
}
