import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const module = new URL('../scripts/alone.mjs', import.meta.url).href

/** A lock, and a log in which each process that had its turn says when that began and ended. */
function open() {
  const folder = mkdtempSync(join(tmpdir(), 'yunlong-set-up-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [lock, log] = [join(folder, 'lock'), join(folder, 'log')]
  const program = `
    import { appendFileSync } from 'node:fs'
    import { alone } from ${JSON.stringify(module)}
    const say = what => appendFileSync(${JSON.stringify(log)}, what + '\\n')
    while (Date.now() < Number(process.argv[1]));
    alone(${JSON.stringify(lock)}, () => {
      say('begin')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      say('end')
    }, () => process.stdout.write('waiting'))`
  const start = async (startsAt = 0): Promise<string> => {
    const args = ['--input-type=module', '--eval', program, String(startsAt)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const said: string[] = []
    child.stdout.on('data', (chunk: Buffer) => void said.push(String(chunk)))
    expect(await once(child, 'close')).toEqual([0, null])
    return said.join('')
  }
  const turns = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [])
  return { lock, start, turns }
}
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid
const birthOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')[19] ?? ''

test('the lock of a process that has died is nobody’s, and of many who find it one at a time has its turn', async () => {
  for (let round = 0; round < 2; round++) {
    const { lock, start, turns } = open()
    writeFileSync(lock, `${deadPid()} 1`)
    const startsAt = Date.now() + 700
    await Promise.all(Array.from({ length: 5 }, () => start(startsAt)))
    expect(turns()).toEqual(Array.from({ length: 5 }, () => ['begin', 'end']).flat())
    expect(existsSync(lock)).toBe(false)
  }
})

test('a process that got the number of one that has died holds no lock', async () => {
  const { lock, start, turns } = open()
  writeFileSync(lock, `${process.pid} 1`)
  expect(await start()).toBe('')
  expect(turns()).toEqual(['begin', 'end'])
})

test('whoever holds the lock is waited for, and not for ever', async () => {
  const { lock, start, turns } = open()
  writeFileSync(lock, `${process.pid} ${birthOf(process.pid)}`)
  const said = start()
  await new Promise(resolve => setTimeout(resolve, 1_000))
  expect(turns()).toEqual([])
  const hoursAgo = Date.now() / 1000 - 2 * 3_600
  utimesSync(lock, hoursAgo, hoursAgo)
  expect(await said).toBe('waiting')
  expect(turns()).toEqual(['begin', 'end'])
})
