import { LibvirtFault, errno, fault, origin, systemFault, volumeExistsFault } from '#demo/host/faults.ts'
import { findActivePool, findVolume } from '#demo/host/find.ts'
import { EMPTY_IMAGE_BYTES, type SimulatedPool, type Volume } from '#demo/host/storage.ts'
import { readVolume, volumeXml, type VolumeDefinition } from '#demo/xml/storage.ts'
import { libvirtCode } from '#wire/libvirt/index.ts'
import type { Call, Handlers, StreamSink } from './handlers.ts'

const Resize = libvirtCode.StorageVolResizeFlags
/** Uploads beyond it are counted, not kept: a demo needs configuration images, not systems. */
const KEPT_BYTES = 16 * 2 ** 20
const STREAM_CHUNK_BYTES = 262_120
/** XFS's limit: a bigger file is refused before it is tried. */
const LARGEST_FILE_BYTES = 8 * 2 ** 60

const noSpace = (detail: string): LibvirtFault =>
  systemFault(origin.storage, errno.ENOSPC, `${detail}: No space left on device`)

/** What creating an image of this definition occupies at once. */
function firstAllocation({ format, capacityBytes, allocationBytes }: VolumeDefinition): number {
  if (format === 'raw') return Math.min(allocationBytes ?? capacityBytes, capacityBytes)
  return EMPTY_IMAGE_BYTES
}

/** @throws {LibvirtFault} 38 with ENOSPC of a raw volume, 1 with qemu-img's words of an image that does not fit */
function checkSpace(pool: SimulatedPool, definition: VolumeDefinition, at: number): void {
  const path = `${pool.path}/${definition.name}`
  const wanted = firstAllocation(definition)
  if (definition.format === 'raw') {
    if (definition.capacityBytes > LARGEST_FILE_BYTES) {
      throw systemFault(origin.storage, 27, `cannot extend file '${path}': File too large`)
    }
    if (wanted > pool.availableBytes(at)) throw noSpace(`cannot allocate ${wanted} bytes in file '${path}'`)
    return
  }
  if (wanted <= pool.availableBytes(at)) return
  const command = `/usr/bin/qemu-img create -f ${definition.format} -o compat=0.10 ${path} ${Math.ceil(definition.capacityBytes / 1024)}K`
  throw fault(
    1,
    origin.none,
    `Child process (${command}) unexpected exit status 1: qemu-img: ${path}: Could not write qcow2 header: No space left on device\n`,
  )
}

function addVolume(
  pool: SimulatedPool,
  definition: VolumeDefinition,
  occupiedBytes: number,
  call: Call,
  content: Buffer | null = null,
): { vol: { pool: string; name: string; key: string } } {
  const volume: Volume = {
    name: definition.name,
    format: definition.format,
    capacityBytes: definition.capacityBytes,
    allocationBytes: () => occupiedBytes,
    createdAt: call.at,
    content,
  }
  pool.add(volume)
  return { vol: { pool: pool.name, name: volume.name, key: pool.pathOf(volume) } }
}

function checkName(name: string): void {
  if (name.includes('/')) throw fault(55, origin.storage, `volume name '${name}' cannot contain '/'`)
}

function resize(pool: SimulatedPool, volume: Volume, capacity: number, flags: number, at: number): void {
  const wanted =
    (flags & Resize.DELTA) !== 0
      ? volume.capacityBytes + ((flags & Resize.SHRINK) !== 0 ? -capacity : capacity)
      : capacity
  const allocation = volume.allocationBytes(at)
  if (wanted < allocation) throw fault(8, origin.storage, "can't shrink capacity below existing allocation")
  if (wanted < volume.capacityBytes && (flags & Resize.SHRINK) === 0) {
    throw fault(
      8,
      origin.storage,
      "Can't shrink capacity below current capacity unless shrink flag explicitly specified",
    )
  }
  const allocates = (flags & Resize.ALLOCATE) !== 0
  if (allocates && wanted - allocation > pool.availableBytes(at)) {
    throw fault(9, origin.storage, 'Not enough space left in storage pool')
  }
  volume.capacityBytes = wanted
  if (allocates) volume.allocationBytes = () => wanted
}

function uploadSink(pool: SimulatedPool, volume: Volume, offset: number, { host, at }: Call): StreamSink {
  const path = pool.pathOf(volume)
  let written = offset
  return {
    write: bytes => {
      const end = written + bytes.byteLength
      const grows = Math.max(0, end - volume.allocationBytes(at))
      if (grows > pool.availableBytes(at)) {
        throw systemFault(origin.streams, errno.ENOSPC, `Unable to write ${path}: No space left on device`)
      }
      if (end <= KEPT_BYTES) {
        const kept = Buffer.alloc(Math.max(end, volume.content?.byteLength ?? 0))
        volume.content?.copy(kept)
        bytes.copy(kept, written)
        volume.content = kept
      }
      if (grows > 0) volume.allocationBytes = () => end
      written = end
    },
    finish: () => host.emit('storagePoolRefresh', { pool: pool.ref }),
  }
}

/** What was uploaded, then zeros up to the end. */
function* downloadChunks(volume: Volume, offset: number, length: number): Generator<Buffer> {
  const end = length === 0 ? volume.capacityBytes : Math.min(volume.capacityBytes, offset + length)
  for (let start = offset; start < end; start += STREAM_CHUNK_BYTES) {
    const chunk = Buffer.alloc(Math.min(STREAM_CHUNK_BYTES, end - start))
    volume.content?.copy(chunk, 0, start, start + chunk.byteLength)
    yield chunk
  }
}

const info = ({ vol }: { vol: { pool: string; name: string } }, { host, at }: Call) => {
  const [, volume] = findVolume(host, vol)
  return { type: 0, capacity: BigInt(volume.capacityBytes), allocation: BigInt(volume.allocationBytes(at)) }
}

export const volumeProcedures: Handlers = {
  storageVolCreateXml: ({ pool: ref, xml }, call) => {
    const pool = findActivePool(call.host, ref)
    const definition = readVolume(xml)
    checkName(definition.name)
    if (pool.volumes.has(definition.name)) throw volumeExistsFault(definition.name)
    checkSpace(pool, definition, call.at)
    return addVolume(pool, definition, firstAllocation(definition), call)
  },
  storageVolCreateXmlFrom: ({ pool: ref, xml, clonevol }, call) => {
    const pool = findActivePool(call.host, ref)
    const [, source] = findVolume(call.host, clonevol)
    const wanted = readVolume(xml, false)
    checkName(wanted.name)
    if (pool.volumes.has(wanted.name))
      throw fault(1, origin.storage, `storage volume name '${wanted.name}' already in use.`)
    const definition = { ...wanted, capacityBytes: Math.max(wanted.capacityBytes, source.capacityBytes) }
    const occupied = source.allocationBytes(call.at)
    if (occupied > pool.availableBytes(call.at))
      throw noSpace(`cannot allocate ${occupied} bytes in file '${pool.path}/${wanted.name}'`)
    return addVolume(pool, definition, occupied, call, source.content)
  },
  storageVolDelete: ({ vol }, { host }) => {
    const [pool, volume] = findVolume(host, vol)
    pool.volumes.delete(volume.name)
    return {}
  },
  storageVolResize: ({ vol, capacity, flags }, { host, at }) => {
    const [pool, volume] = findVolume(host, vol)
    resize(pool, volume, Number(capacity), flags, at)
    return {}
  },
  storageVolWipePattern: ({ vol }, { host }) => {
    findVolume(host, vol)[1].content = null
    return {}
  },
  storageVolGetInfo: info,
  storageVolGetInfoFlags: info,
  storageVolGetPath: ({ vol }, { host }) => {
    const [pool, volume] = findVolume(host, vol)
    return { name: pool.pathOf(volume) }
  },
  storageVolGetXmlDesc: ({ vol }, { host, at }) => {
    const [pool, volume] = findVolume(host, vol)
    return { xml: volumeXml(pool, volume, at) }
  },
  storageVolUpload: ({ vol, offset }, call) => {
    const [pool, volume] = findVolume(call.host, vol)
    call.session.receive(call.frame, uploadSink(pool, volume, Number(offset), call))
    return {}
  },
  storageVolDownload: ({ vol, offset, length }, call) => {
    const [, volume] = findVolume(call.host, vol)
    call.session.send(call.frame, downloadChunks(volume, Number(offset), Number(length)))
    return {}
  },
}
