import type { ProcedureName } from '#wire/libvirt/index.ts'
import { serverCodec } from '#wire/libvirt/index.ts'
import type { Simulation } from './simulation.ts'

type Command = Readonly<Record<string, unknown>>

const text = (command: Command, name: string): string => {
  const value = command[name]
  if (typeof value !== 'string') throw new TypeError(`"${name}" must be a text`)
  return value
}
const number = (command: Command, name: string): number => {
  const value = command[name]
  if (typeof value !== 'number') throw new TypeError(`"${name}" must be a number`)
  return value
}
const isProcedure = (name: string): name is ProcedureName => Object.hasOwn(serverCodec.procedures, name)

type Act = (simulation: Simulation, command: Command) => void | Promise<void>

const acts: Readonly<Record<string, Act>> = {
  freeze: (simulation, command) => simulation.freeze(text(command, 'host')),
  freezeLibvirt: (simulation, command) => simulation.freezeLibvirt(text(command, 'host')),
  kill: (simulation, command) => simulation.kill(text(command, 'host')),
  revive: (simulation, command) => simulation.revive(text(command, 'host')),
  changeHostKey: (simulation, command) => simulation.changeHostKey(text(command, 'host')),
  losePool: (simulation, command) => simulation.losePool(text(command, 'host'), text(command, 'pool')),
  skewClock: (simulation, command) => simulation.skewClock(text(command, 'host'), number(command, 'aheadMs')),
  failNext: (simulation, command) => {
    const procedure = text(command, 'procedure')
    if (!isProcedure(procedure)) throw new RangeError(`no procedure is called ${procedure}`)
    const error = {
      code: number(command, 'code'),
      domain: number(command, 'domain'),
      message: text(command, 'message'),
    }
    simulation.failNext(text(command, 'host'), procedure, error)
  },
}

/**
 * Carries out one line of the control channel, such as `{"do":"freeze","host":"hlw-r710-01"}`.
 * @returns the line that answers it: `{"ok":true}` or `{"ok":false,"error":"…"}`
 */
export async function control(simulation: Simulation, line: string): Promise<string> {
  try {
    const command: unknown = JSON.parse(line)
    if (typeof command !== 'object' || command === null) throw new TypeError('a command is an object')
    const name = text(command as Command, 'do')
    const act = Object.hasOwn(acts, name) ? acts[name] : undefined
    if (!act) throw new RangeError(`no command is called ${name}`)
    await act(simulation, command as Command)
    return JSON.stringify({ ok: true })
  } catch (error) {
    return JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) })
  }
}
