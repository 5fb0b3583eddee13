import type { SimulatedHost } from '#demo/host/host.ts'
import { dcmiReading } from './power.ts'

export const sockets = { readWrite: '/run/libvirt/libvirt-sock', readOnly: '/run/libvirt/libvirt-sock-ro' } as const
const libvirtFolder = '/run/libvirt'
const files = new Set<string>([
  sockets.readWrite,
  sockets.readOnly,
  libvirtFolder,
  '/var/lib/libvirt/images',
  '/srv/templates',
  '/dev/kvm',
])

/** What a command wants of the connection that runs it. */
export type Answer =
  | { readonly kind: 'done'; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** The channel becomes a connection to libvirt's socket. */
  | { readonly kind: 'socket'; readonly isReadOnly: boolean }
  /** Each line that comes in is answered with the time. */
  | { readonly kind: 'clock' }

type Done = Extract<Answer, { kind: 'done' }>
const done = (code: number, stdout = '', stderr = ''): Done => ({ kind: 'done', code, stdout, stderr })

/** `date +FORMAT` as far as programs ask for it. */
export function dateText(format: string, at: number): string {
  const seconds = Math.floor(at / 1000)
  const nanoseconds = String(Math.floor((at - seconds * 1000) * 1e6)).padStart(9, '0')
  return format.replaceAll('%s', String(seconds)).replaceAll('%N', nanoseconds)
}

type Run = (words: readonly string[], host: SimulatedHost) => Done

function exists(words: readonly string[]): Done {
  const [flag = '', path = ''] = words
  const isSocket = path.includes('-sock')
  const holds = files.has(path) && (flag === '-e' || flag === '-r' || flag === '-w' || (flag === '-S') === isSocket)
  return done(holds ? 0 : 1)
}

function list(words: readonly string[]): Done {
  const paths = words.filter(word => !word.startsWith('-'))
  const isFolder = (path: string) => path.replace(/\/$/, '') === libvirtFolder
  const missing = paths.filter(path => !files.has(path) && !isFolder(path))
  const found = paths
    .filter(path => !missing.includes(path))
    .flatMap(path => (isFolder(path) ? ['libvirt-sock', 'libvirt-sock-ro'] : [path]))
  const stderr = missing.map(path => `ls: cannot access '${path}': No such file or directory\n`).join('')
  return done(missing.length > 0 ? 2 : 0, found.map(name => `${name}\n`).join(''), stderr)
}

function ipmitool(words: readonly string[], host: SimulatedHost): Done {
  if (!host.plan.model.hasPowerMeter) {
    return done(
      1,
      '',
      'Could not open device at /dev/ipmi0 or /dev/ipmi/0 or /dev/ipmidev/0: No such file or directory\n',
    )
  }
  if (words.join(' ') === 'dcmi power reading') return done(0, dcmiReading(host, host.now()))
  return done(1, '', `Invalid command: ${words.join(' ')}\n`)
}

const programs: Readonly<Record<string, Run>> = {
  true: () => done(0),
  ':': () => done(0),
  false: () => done(1),
  echo: words => done(0, `${words.join(' ')}\n`),
  hostname: (_, host) => done(0, `${host.plan.name}\n`),
  id: words =>
    done(0, words[0] === '-u' ? '0\n' : words[0] === '-un' ? 'root\n' : 'uid=0(root) gid=0(root) groups=0(root)\n'),
  whoami: () => done(0, 'root\n'),
  uname: (words, host) => {
    const all = ['Linux', host.plan.name, '6.1.0-28', '#1 SMP', host.arch, 'GNU/Linux']
    const of: Readonly<Record<string, number>> = { '-s': 0, '-n': 1, '-r': 2, '-v': 3, '-m': 4 }
    return done(0, `${words[0] === '-a' ? all.join(' ') : (all[of[words[0] ?? '-s'] ?? 0] ?? '')}\n`)
  },
  date: (words, host) => {
    const at = host.now() + host.clockAheadMs
    return done(0, `${words[0]?.startsWith('+') ? dateText(words[0].slice(1), at) : new Date(at).toUTCString()}\n`)
  },
  test: exists,
  '[': words => exists(words.filter(word => word !== ']')),
  ls: list,
  cat: words =>
    words[0] === '/proc/uptime'
      ? done(0, '0.00 0.00\n')
      : done(1, '', `cat: ${words[0] ?? ''}: No such file or directory\n`),
  command: words => lookUp(words.filter(word => word !== '-v')),
  which: words => lookUp(words),
  ipmitool,
  nc: () => done(1, '', 'usage: nc [-U] [destination]\n'),
  'virt-ssh-helper': () => done(1, '', 'virt-ssh-helper: missing URI\n'),
}

const lookUp = ([name = '']: readonly string[]): Done => (name in programs ? done(0, `/usr/bin/${name}\n`) : done(1))

/** Words of a simple command, quotes removed. */
const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))

function simple(text: string, host: SimulatedHost): Done {
  const quiet = text.replace(/\s*[12]?>\s*(\/dev\/null|&[12])/g, '')
  const [name = '', ...words] = wordsOf(quiet)
  const run = Object.hasOwn(programs, name) ? programs[name] : undefined
  const answer = run ? run(words, host) : done(127, '', `sh: 1: ${name}: not found\n`)
  const hides = (stream: string) => new RegExp(`(^|\\s)${stream}>\\s*/dev/null`).test(text)
  return {
    ...answer,
    stdout: hides('1?') ? '' : answer.stdout,
    stderr: hides('2') || /2>&1/.test(text) ? '' : answer.stderr,
  }
}

/** Commands joined by `;`, `&&`, `||` and newlines, from left to right. */
function sequence(script: string, host: SimulatedHost): Done {
  const parts = script.split(/(&&|\|\||;|\n)/)
  let result = done(0)
  for (let index = 0; index < parts.length; index += 2) {
    const [joint, text = ''] = [parts[index - 1], parts[index]]
    if (text.trim() === '') continue
    if ((joint === '&&' && result.code !== 0) || (joint === '||' && result.code === 0)) continue
    const next = simple(text.trim(), host)
    result = { ...next, stdout: result.stdout + next.stdout, stderr: result.stderr + next.stderr }
  }
  return result
}

const clockLoop = /while read -r \w+; do date \+%s\.%N; done/
const tunnel = /\b(?:virt-ssh-helper\b|nc\b.*-U\s)/

/**
 * What a host answers to a command line. Not a shell: it knows the commands that consoles and libvirt's own clients send.
 */
export function runCommand(command: string, host: SimulatedHost): Answer {
  const script = command.replace(/^exec /, '').replace(/^sh -c (['"])([\s\S]*)\1$/, '$2')
  if (clockLoop.test(script)) return { kind: 'clock' }
  if (tunnel.test(script) && !/command -v|which\b(?!.*then)/.test(script)) return tunnelTo(script)
  return sequence(script, host)
}

function tunnelTo(script: string): Answer {
  const [asked] = /\/[^\s'"]*-sock(?:-ro)?\b/.exec(script) ?? [sockets.readWrite]
  const path = asked.replace(/^\/var\/run\//, '/run/')
  const isReadOnly = path === sockets.readOnly || /virt-ssh-helper\s+(?:-r|--readonly)\b/.test(script)
  if (isReadOnly || path === sockets.readWrite) return { kind: 'socket', isReadOnly }
  return done(1, '', `nc: unix connect failed: No such file or directory\nnc: ${path}: No such file or directory\n`)
}
