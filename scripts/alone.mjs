// One command at a time prepares a working copy. Runs on the Node that is there (20 or newer), without dependencies.
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** A set-up takes minutes; a lock that is older was left behind, whatever process has that number now. */
const forgottenMs = 3_600_000
const pauseMs = 300

function textOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** When a process began, as Linux tells it; elsewhere empty. Numbers are given anew, moments are not. */
const birthOf = pid => textOf(`/proc/${pid}/stat`)?.split(') ').at(-1).split(' ')[19] ?? ''

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code !== 'ESRCH'
  }
}

function isAbandoned(lock, owner) {
  const [, pid, birth] = /^(\d+) (\d*)$/.exec(owner) ?? []
  if (pid && (!isAlive(Number(pid)) || birthOf(pid) !== birth)) return true
  return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > forgottenMs
}

/** Of those who find a lock abandoned one puts it aside; when it has been taken anew just before, it is put back. */
function clear(lock, owner) {
  const aside = `${lock}.${process.pid}`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  const found = textOf(aside)
  rmSync(aside, { force: true })
  if (found !== owner) take(lock, found)
}

function take(lock, owner) {
  try {
    writeFileSync(lock, owner, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

/** Does something while no other process does: the later one calls `onWait` once, and waits. */
export function alone(lock, task, onWait) {
  const me = `${process.pid} ${birthOf(process.pid)}`
  for (let isTold = false; !take(lock, me);) {
    const owner = textOf(lock)
    if (owner !== undefined && isAbandoned(lock, owner)) {
      clear(lock, owner)
      continue
    }
    if (!isTold) onWait()
    isTold = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
  }
  const release = () => {
    if (textOf(lock) === me) rmSync(lock, { force: true })
  }
  process.once('exit', release)
  task()
  process.off('exit', release)
  release()
}
