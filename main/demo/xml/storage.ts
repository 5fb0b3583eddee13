import { fault, origin } from '#demo/host/faults.ts'
import type { SimulatedPool, Volume } from '#demo/host/storage.ts'
import { canonicalUuid } from './domain-definition.ts'
import { bytesOf, child, formatXml, node, parseRoot, textOf, type XmlNode } from './tree.ts'

const poolTypes = [
  'dir',
  'fs',
  'netfs',
  'logical',
  'disk',
  'iscsi',
  'scsi',
  'mpath',
  'rbd',
  'sheepdog',
  'gluster',
  'zfs',
]
const formats = ['raw', 'qcow2', 'qcow', 'vmdk', 'iso', 'vdi', 'vpc', 'dir', 'bochs', 'cloop', 'dmg', 'cow', 'qed']
const bytes = (name: string, value: number): XmlNode => node(name, { unit: 'bytes' }, String(value))
const permissions = (mode: string): XmlNode =>
  node('permissions', {}, [node('mode', {}, mode), node('owner', {}, '0'), node('group', {}, '0')])

export type PoolDefinition = { readonly name: string; readonly uuid: string | null; readonly path: string }

/** @throws {LibvirtFault} 35 malformed, 27 incomplete, 67 a kind that is not simulated: there are directories only */
export function readPool(xml: string): PoolDefinition {
  const root = parseRoot(xml, 'pool', 'storage_pool_definition', origin.storage)
  const { type = '' } = root.attributes
  if (!poolTypes.includes(type)) {
    throw fault(27, origin.xml, `Invalid value for attribute 'type' in element 'pool': '${type}'.`)
  }
  const name = textOf(root, 'name')
  if (name === undefined) throw fault(27, origin.storage, 'missing pool source name element')
  if (type !== 'dir')
    throw fault(67, origin.storage, `missing backend for pool type ${poolTypes.indexOf(type)} (${type})`)
  const path = textOf(child(root, 'target'), 'path')
  if (path === undefined) throw fault(27, origin.storage, 'missing storage pool target path')
  const uuid = textOf(root, 'uuid')
  return { name, uuid: uuid === undefined ? null : canonicalUuid(uuid, origin.storage), path }
}

export function poolXml(pool: SimulatedPool, at: number): string {
  const sizes = pool.isActive ? [pool.capacityBytes, pool.allocationBytes(at), pool.availableBytes(at)] : [0, 0, 0]
  const target = [node('path', {}, pool.path), ...(pool.isActive ? [permissions('0755')] : [])]
  return formatXml(
    node('pool', { type: 'dir' }, [
      node('name', {}, pool.name),
      node('uuid', {}, pool.uuid),
      bytes('capacity', sizes[0] ?? 0),
      bytes('allocation', sizes[1] ?? 0),
      bytes('available', sizes[2] ?? 0),
      node('source'),
      node('target', {}, target),
    ]),
  )
}

export type VolumeDefinition = {
  readonly name: string
  readonly capacityBytes: number
  /** null: not said; libvirt then allocates all of a raw volume and nothing of the others. */
  readonly allocationBytes: number | null
  readonly format: string
}

/** @throws {LibvirtFault} 35 malformed, 27 incomplete, 67 unknown format */
export function readVolume(xml: string, needsCapacity = true): VolumeDefinition {
  const root = parseRoot(xml, 'volume', 'storage_volume_definition', origin.storage)
  const name = textOf(root, 'name')
  if (name === undefined) throw fault(27, origin.storage, 'missing volume name element')
  const capacity = child(root, 'capacity')
  if (!capacity && needsCapacity) throw fault(27, origin.storage, 'missing capacity element')
  const allocation = child(root, 'allocation')
  const format = child(child(root, 'target'), 'format')?.attributes.type ?? 'raw'
  if (!formats.includes(format)) throw fault(67, origin.storage, `unknown volume format type ${format}`)
  return {
    name,
    capacityBytes: capacity ? bytesOf(capacity, 'bytes', origin.storage) : 0,
    allocationBytes: allocation ? bytesOf(allocation, 'bytes', origin.storage) : null,
    format,
  }
}

export function volumeXml(pool: SimulatedPool, volume: Volume, at: number): string {
  const path = pool.pathOf(volume)
  const allocation = volume.allocationBytes(at)
  const time = (name: string) => node(name, {}, (volume.createdAt / 1000).toFixed(9))
  return formatXml(
    node('volume', { type: 'file' }, [
      node('name', {}, volume.name),
      node('key', {}, path),
      bytes('capacity', volume.capacityBytes),
      bytes('allocation', allocation),
      bytes('physical', allocation),
      node('target', {}, [
        node('path', {}, path),
        node('format', { type: volume.format }),
        permissions('0600'),
        node('timestamps', {}, [time('atime'), time('mtime'), time('ctime'), node('btime', {}, '0')]),
      ]),
    ]),
  )
}
