import type { AppError } from '#contract/errors.ts'
import type { Network } from '#contract/hosts.ts'
import { libvirtCode, type Libvirt } from '#wire/libvirt/index.ts'
import { partError, type About, type Limit } from './errors.ts'
import { readNetwork } from './host-xml.ts'
import { inParallel } from './parallel.ts'

const NETWORKS_AT_A_TIME = 4

type Part = { readonly value: Network; readonly fault: AppError | null }

/** Virtual networks; one whose definition cannot be read is listed without it, and named. */
export async function listNetworks(
  libvirt: Libvirt,
  about: Omit<About, 'waitedMs'>,
  limit: Limit,
): Promise<readonly Part[]> {
  const { ACTIVE } = libvirtCode.ConnectListAllNetworksFlags
  const [all, active] = await Promise.all([libvirt.listNetworks(0, limit()), libvirt.listNetworks(ACTIVE, limit())])
  const activeUuids = new Set(active.map(net => net.uuid))
  return await inParallel(all, NETWORKS_AT_A_TIME, async net => {
    const value = { name: net.name, isActive: activeUuids.has(net.uuid), bridge: null, forward: null }
    const startedAt = performance.now()
    try {
      const { xml } = await libvirt.call('networkGetXmlDesc', { net }, limit())
      return { value: { ...value, ...readNetwork(xml) }, fault: null }
    } catch (error) {
      const waitedMs = Math.round(performance.now() - startedAt)
      return { value, fault: partError(`network ${net.name}`, error, { ...about, waitedMs }) }
    }
  })
}
