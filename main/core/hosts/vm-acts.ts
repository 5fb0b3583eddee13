import { AppError } from '#contract/errors.ts'
import type { VmAction, VmState } from '#contract/vms.ts'
import { libvirtCode, type Domain, type Libvirt } from '#wire/libvirt/index.ts'
import { isLibvirtCode, type Limit } from './errors.ts'
import { vmStateOf } from './stats.ts'

const { DomainUndefineFlagsValues: undefineFlag, ErrorCode } = libvirtCode
/** States in which a VM has a process on the host. */
const alive: readonly VmState[] = ['running', 'blocked', 'paused', 'shutdown', 'pmsuspended']

type Act = VmAction | 'undefine'
/** Where an act leads; a VM that is there already needs none. */
const wanted: { readonly [A in Act]: readonly VmState[] } = {
  start: ['running', 'blocked'],
  shutdown: ['shutdown', 'shutoff', 'crashed'],
  reboot: [],
  'force-off': ['shutoff', 'crashed'],
  undefine: [],
}

const lookup = async (libvirt: Libvirt, uuid: string, limit: Limit): Promise<Domain> =>
  (await libvirt.call('domainLookupByUuid', { uuid }, limit())).dom

const stateOf = async (libvirt: Libvirt, dom: Domain, limit: Limit): Promise<VmState> =>
  vmStateOf((await libvirt.call('domainGetState', { dom }, limit())).state)

export async function vmState(libvirt: Libvirt, uuid: string, limit: Limit): Promise<VmState> {
  return await stateOf(libvirt, await lookup(libvirt, uuid, limit), limit)
}

export async function describeVm(libvirt: Libvirt, uuid: string, limit: Limit): Promise<string> {
  const dom = await lookup(libvirt, uuid, limit)
  return (await libvirt.call('domainGetXmlDesc', { dom }, limit())).xml
}

export async function startVm(libvirt: Libvirt, uuid: string, limit: Limit): Promise<void> {
  await act(libvirt, 'start', uuid, limit, dom => libvirt.call('domainCreateWithFlags', { dom }, limit()))
}

export async function shutdownVm(libvirt: Libvirt, uuid: string, limit: Limit): Promise<void> {
  await act(libvirt, 'shutdown', uuid, limit, dom => libvirt.call('domainShutdown', { dom }, limit()))
}

export async function rebootVm(libvirt: Libvirt, uuid: string, limit: Limit): Promise<void> {
  await act(libvirt, 'reboot', uuid, limit, dom => libvirt.call('domainReboot', { dom }, limit()))
}

export async function forceOffVm(libvirt: Libvirt, uuid: string, limit: Limit): Promise<void> {
  await act(libvirt, 'force-off', uuid, limit, dom => libvirt.call('domainDestroyFlags', { dom }, limit()))
}

/** libvirt would leave a running VM alive without a definition; so it is refused here. */
export async function undefineVm(libvirt: Libvirt, uuid: string, limit: Limit): Promise<void> {
  try {
    const dom = await lookup(libvirt, uuid, limit)
    const state = await stateOf(libvirt, dom, limit)
    if (alive.includes(state)) throw new AppError('vm/wrong-state', { state, action: 'undefine' })
    await undefine(libvirt, dom, limit)
  } catch (error) {
    if (!isLibvirtCode(error, ErrorCode.NO_DOMAIN)) throw error
  }
}

async function undefine(libvirt: Libvirt, dom: Domain, limit: Limit): Promise<void> {
  const { MANAGED_SAVE, SNAPSHOTS_METADATA, CHECKPOINTS_METADATA, NVRAM } = undefineFlag
  const flags = MANAGED_SAVE | SNAPSHOTS_METADATA | CHECKPOINTS_METADATA | NVRAM
  try {
    await libvirt.call('domainUndefineFlags', { dom, flags }, limit())
  } catch (error) {
    // A driver without firmware files of its own refuses the flag for them.
    if (!isLibvirtCode(error, ErrorCode.INVALID_ARG, ErrorCode.ARGUMENT_UNSUPPORTED)) throw error
    await libvirt.call('domainUndefineFlags', { dom, flags: MANAGED_SAVE | SNAPSHOTS_METADATA }, limit())
  }
}

/** Calls; when libvirt says that the state forbids it, looks whether the VM is where the act would have led. */
async function act(
  libvirt: Libvirt,
  action: Act,
  uuid: string,
  limit: Limit,
  call: (dom: Domain) => Promise<unknown>,
): Promise<void> {
  const dom = await lookup(libvirt, uuid, limit)
  try {
    await call(dom)
  } catch (error) {
    if (!isLibvirtCode(error, ErrorCode.OPERATION_INVALID)) throw error
    const state = await stateOf(libvirt, dom, limit)
    if (!wanted[action].includes(state)) throw new AppError('vm/wrong-state', { state, action }, { cause: error })
  }
}
