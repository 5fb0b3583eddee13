import type { SimulatedMachine } from '#demo/host/machine.ts'
import { libvirtCode } from '#wire/libvirt/index.ts'

const Flag = libvirtCode.ConnectListAllDomainsFlags
const { DomainState } = libvirtCode

type Test = readonly [flag: number, holds: (machine: SimulatedMachine) => boolean]

/** Within a row any may hold; every row of which a flag is set must. No managed saves, snapshots or checkpoints exist here. */
const rows: readonly (readonly Test[])[] = [
  [
    [Flag.ACTIVE, machine => machine.isActive],
    [Flag.INACTIVE, machine => !machine.isActive],
  ],
  [
    [Flag.PERSISTENT, machine => machine.isPersistent],
    [Flag.TRANSIENT, machine => !machine.isPersistent],
  ],
  [
    [Flag.RUNNING, machine => machine.state === DomainState.RUNNING],
    [Flag.PAUSED, machine => machine.state === DomainState.PAUSED],
    [Flag.SHUTOFF, machine => machine.state === DomainState.SHUTOFF],
    [Flag.OTHER, () => false],
  ],
  [
    [Flag.MANAGEDSAVE, () => false],
    [Flag.NO_MANAGEDSAVE, () => true],
  ],
  [
    [Flag.AUTOSTART, machine => machine.autostart],
    [Flag.NO_AUTOSTART, machine => !machine.autostart],
  ],
  [
    [Flag.HAS_SNAPSHOT, () => false],
    [Flag.NO_SNAPSHOT, () => true],
  ],
  [
    [Flag.HAS_CHECKPOINT, () => false],
    [Flag.NO_CHECKPOINT, () => true],
  ],
]

/** Whether a machine is among those that LIST_ALL_DOMAINS with these flags means; 0 = all. */
export function isListed(machine: SimulatedMachine, flags: number): boolean {
  return rows.every(row => {
    const asked = row.filter(([flag]) => (flags & flag) !== 0)
    return asked.length === 0 || asked.some(([, holds]) => holds(machine))
  })
}
