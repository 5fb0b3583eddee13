import { LibvirtError, type Libvirt } from '#wire/libvirt/index.ts'
import type { Limit } from './errors.ts'
import { readNodeCpu, readNodeMemoryUsed } from './stats.ts'

const ALL = -1

export type NodeCounters = {
  readonly cpuBusyMs: number | null
  readonly cpuTotalMs: number | null
  readonly memoryUsedBytes: number | null
}

/** Reads a machine's own counters. Drivers want to be asked for exactly as many values as they have, or not at all. */
export class NodeReader {
  readonly #libvirt: Libvirt
  /** How many values there are; 0: this driver has none. */
  #cpuValues: number | undefined
  #memoryValues: number | undefined

  constructor(libvirt: Libvirt) {
    this.#libvirt = libvirt
  }

  async read(limit: Limit): Promise<NodeCounters> {
    const [cpu, memoryUsedBytes] = await Promise.all([this.#cpu(limit), this.#memoryUsed(limit)])
    return { cpuBusyMs: cpu?.busyMs ?? null, cpuTotalMs: cpu?.totalMs ?? null, memoryUsedBytes }
  }

  async #cpu(limit: Limit): Promise<ReturnType<typeof readNodeCpu>> {
    const ask = (nparams: number) => this.#libvirt.call('nodeGetCpuStats', { cpuNum: ALL, nparams }, limit())
    const nparams = (this.#cpuValues ??= await numberOf(ask))
    return nparams === 0 ? null : readNodeCpu((await ask(nparams)).params)
  }

  async #memoryUsed(limit: Limit): Promise<number | null> {
    const ask = (nparams: number) => this.#libvirt.call('nodeGetMemoryStats', { cellNum: ALL, nparams }, limit())
    const nparams = (this.#memoryValues ??= await numberOf(ask))
    return nparams === 0 ? null : readNodeMemoryUsed((await ask(nparams)).params)
  }
}

async function numberOf(ask: (nparams: number) => Promise<{ readonly nparams: number }>): Promise<number> {
  try {
    return (await ask(0)).nparams
  } catch (error) {
    if (error instanceof LibvirtError) return 0
    throw error
  }
}
