import { libvirtCode, type Libvirt, type StoragePool, type StorageVolume } from '#wire/libvirt/index.ts'
import { isLibvirtCode, type Limit } from './errors.ts'
import { newVolumeXml } from './host-xml.ts'
import type { NewVolume, Volume } from './model.ts'
import { count } from './units.ts'

const { ErrorCode } = libvirtCode

/** Makes a volume; one of that name and capacity that is there already counts as made. */
export async function createVolume(
  libvirt: Libvirt,
  poolName: string,
  wanted: NewVolume,
  limit: Limit,
): Promise<Volume> {
  const pool = await poolOf(libvirt, poolName, limit)
  try {
    const { vol } = await libvirt.call('storageVolCreateXml', { pool, xml: newVolumeXml(wanted) }, limit())
    return await describe(libvirt, vol, limit)
  } catch (error) {
    if (!isLibvirtCode(error, ErrorCode.STORAGE_VOL_EXIST)) throw error
    const there = await find(libvirt, pool, wanted.name, limit)
    if (there?.capacityBytes !== wanted.capacityBytes) throw error
    return there
  }
}

/** Null: the pool has no such volume. Without such a pool it fails. */
export async function findVolume(
  libvirt: Libvirt,
  poolName: string,
  name: string,
  limit: Limit,
): Promise<Volume | null> {
  return await find(libvirt, await poolOf(libvirt, poolName, limit), name, limit)
}

/** Deletes a volume; one that is gone counts as deleted. */
export async function deleteVolume(libvirt: Libvirt, poolName: string, name: string, limit: Limit): Promise<void> {
  const pool = await poolOf(libvirt, poolName, limit)
  try {
    const { vol } = await libvirt.call('storageVolLookupByName', { pool, name }, limit())
    await libvirt.call('storageVolDelete', { vol }, limit())
  } catch (error) {
    if (!isLibvirtCode(error, ErrorCode.NO_STORAGE_VOL)) throw error
  }
}

const poolOf = async (libvirt: Libvirt, name: string, limit: Limit): Promise<StoragePool> =>
  (await libvirt.call('storagePoolLookupByName', { name }, limit())).pool

async function find(libvirt: Libvirt, pool: StoragePool, name: string, limit: Limit): Promise<Volume | null> {
  try {
    const { vol } = await libvirt.call('storageVolLookupByName', { pool, name }, limit())
    return await describe(libvirt, vol, limit)
  } catch (error) {
    if (isLibvirtCode(error, ErrorCode.NO_STORAGE_VOL)) return null
    throw error
  }
}

async function describe(libvirt: Libvirt, vol: StorageVolume, limit: Limit): Promise<Volume> {
  const [info, path] = await Promise.all([
    libvirt.call('storageVolGetInfo', { vol }, limit()),
    libvirt.call('storageVolGetPath', { vol }, limit()),
  ])
  return { name: vol.name, path: path.name, capacityBytes: count(info.capacity) ?? 0 }
}
