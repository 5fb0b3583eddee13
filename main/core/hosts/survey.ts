/** Where libvirt's sockets are, the directory of the present first. */
const DIRECTORIES = ['/run/libvirt', '/var/run/libvirt']
const DAEMONS = ['libvirt', 'virtqemud', 'virtstoraged', 'virtnetworkd']
/** Programs that carry bytes to a socket where sshd itself may not. */
const HELPERS = ['virt-ssh-helper', 'nc']

/** Where nearly every machine has it; tried before anything is known. */
export const USUAL_SOCKET = '/run/libvirt/libvirt-sock'

/** What a machine without any of them was searched for. */
export const POSSIBLE_SOCKETS = ['libvirt', 'virtqemud'].map(daemon => `/run/libvirt/${daemon}-sock`)

/**
 * Asks a machine, in one command of any POSIX shell, for sockets and helpers. It prints lines such as
 * `socket /run/libvirt/libvirt-sock open` (or `closed`: this user may not) and `helper nc`.
 */
export const SURVEY_COMMAND = `exec sh -c 'for d in ${DIRECTORIES.join(' ')}; do for n in ${DAEMONS.join(' ')}; do s=$d/$n-sock; if [ -S $s ]; then if [ -w $s ]; then echo socket $s open; else echo socket $s closed; fi; fi; done; done; for h in ${HELPERS.join(' ')}; do if command -v $h >/dev/null 2>&1; then echo helper $h; fi; done'`

export type Survey = {
  readonly sockets: readonly { readonly path: string; readonly isOpen: boolean }[]
  readonly helpers: readonly string[]
}

/** Lines that are none of ours (greetings of a shell) are passed over. */
export function readSurvey(output: string): Survey {
  const words = output.split('\n').map(line => line.trim().split(' '))
  const found = words.flatMap(([kind, path = '', access]) =>
    kind === 'socket' && path.startsWith('/') ? [{ path, isOpen: access === 'open' }] : [],
  )
  // The second directory is as a rule a link to the first.
  const seen = new Set<string>()
  const sockets = found.filter(({ path, isOpen }) => {
    const which = `${path.slice(path.lastIndexOf('/'))} ${isOpen}`
    return !seen.has(which) && seen.add(which)
  })
  const helpers = words.flatMap(([kind, name = '']) => (kind === 'helper' && HELPERS.includes(name) ? [name] : []))
  return { sockets, helpers }
}

/** Sockets of the daemons that together make a machine; a driver without a daemon of its own is null. */
export type Sockets = {
  readonly hypervisor: string
  readonly storage: string | null
  readonly network: string | null
  /** One daemon for each driver. */
  readonly isModular: boolean
}

/** The way in that a survey offers; null: there is no socket that this user may open. */
export function socketsOf({ sockets }: Survey): Sockets | null {
  const open = (daemon: string): string | null =>
    sockets.find(({ path, isOpen }) => isOpen && path.endsWith(`/${daemon}-sock`))?.path ?? null
  const whole = open('libvirt')
  if (whole !== null) return { hypervisor: whole, storage: whole, network: whole, isModular: false }
  const hypervisor = open('virtqemud')
  if (hypervisor === null) return null
  return { hypervisor, storage: open('virtstoraged'), network: open('virtnetworkd'), isModular: true }
}
