import { duplexPair } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { HostId } from '#contract/ids.ts'
import { openLibvirt, serverCodec, type Libvirt, type ProcedureName } from '#wire/libvirt/index.ts'
import { limitOf } from './errors.ts'
import { PoolReader } from './pools.ts'

const { FrameSplitter, decodeArgs, encodeError, encodeResult, findProcedure } = serverCodec
const hostId = HostId.parse('h')
const GIB = 2n ** 30n

type Answers = { readonly [N in ProcedureName]?: (name: string) => unknown }
const refusal = (message: string) => ({ code: 38, domain: 18, message })

/** A storage daemon at the other end of a stream: answers by pool or volume name; `undefined` is no answer, ever. */
async function daemonOf(pools: readonly string[], answers: Answers): Promise<{ libvirt: Libvirt; calls: string[] }> {
  const [ours, theirs] = duplexPair()
  const splitter = new FrameSplitter()
  const calls: string[] = []
  const usual: Answers = {
    authList: () => ({ types: [0] }),
    connectOpen: () => ({}),
    connectListAllStoragePools: () => ({ pools: pools.map(poolOf), ret: pools.length }),
    storagePoolGetXmlDesc: () => ({ xml: `<pool type='dir'/>` }),
    storagePoolGetInfo: () => ({ state: 2, capacity: 100n * GIB, allocation: 40n * GIB, available: 60n * GIB }),
    storagePoolListAllVolumes: pool => ({ vols: [volumeOf(pool, 'a'), volumeOf(pool, 'b')], ret: 2 }),
    storageVolGetInfo: () => ({ type: 0, capacity: 30n * GIB, allocation: GIB }),
  }
  theirs
    .on('error', () => undefined)
    .on('data', (chunk: Uint8Array) => {
      for (const frame of splitter.push(chunk)) {
        const name = findProcedure(frame)?.name as ProcedureName | undefined
        if (!name) continue
        const args = decodeArgs(name, frame) as { pool?: { name: string }; vol?: { name: string } }
        const about = args.pool?.name ?? args.vol?.name ?? ''
        calls.push(`${name} ${about}`.trim())
        const answer = answers[name] ?? usual[name]
        if (!answer) {
          theirs.write(encodeError(frame, { code: 3, domain: 0, message: 'no support' }))
          continue
        }
        const result = answer(about)
        if (result instanceof Error) theirs.write(encodeError(frame, refusal(result.message)))
        else if (result !== undefined) theirs.write(encodeResult(name, frame.serial, result as never))
      }
    })
  const libvirt = await openLibvirt(ours, { uri: 'storage:///system', keepalive: false })
  onTestFinished(() => void ours.destroy())
  return { libvirt, calls }
}
const poolOf = (name: string) => ({
  name,
  uuid: `00000000-0000-0000-0000-${Buffer.from(name.padEnd(6)).toString('hex')}`,
})
const volumeOf = (pool: string, name: string) => ({ pool, name, key: `/${pool}/${name}` })
const list = (reader: PoolReader, deadlineMs = 5_000) => reader.list({ hostId }, limitOf({ deadlineMs }, deadlineMs))

test('a pool’s promise is what its volumes could grow to', async () => {
  const { libvirt } = await daemonOf(['data'], {})
  const [part] = await list(new PoolReader(libvirt))
  expect(part).toEqual({
    fault: null,
    value: {
      ...{ name: 'data', type: 'dir', isActive: true, capacityBytes: Number(100n * GIB) },
      ...{ promisedBytes: Number(60n * GIB), usedBytes: Number(40n * GIB), freeBytes: Number(60n * GIB) },
    },
  })
})

test('a pool that never answers is listed without figures and named, after the deadline and no later; the others are whole', async () => {
  const { libvirt } = await daemonOf(['good', 'hung', 'fine'], {
    storagePoolGetInfo: pool =>
      pool === 'hung' ? undefined : { state: 2, capacity: GIB, allocation: 0n, available: GIB },
  })
  const startedAt = performance.now()
  const parts = await list(new PoolReader(libvirt), 300)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  expect(parts.map(part => [part.value.name, part.value.capacityBytes, part.value.type])).toEqual([
    ['good', Number(GIB), 'dir'],
    ['hung', null, 'unknown'],
    ['fine', Number(GIB), 'dir'],
  ])
  expect(parts[1]?.fault).toMatchObject({ code: 'libvirt/failed', data: { code: 68 } })
  expect(parts[1]?.fault?.message).toContain('storage pool hung')
  expect([parts[0]?.fault, parts[2]?.fault]).toEqual([null, null])
})

test('a pool that refuses is named with libvirt’s own words', async () => {
  const { libvirt } = await daemonOf(['share'], { storagePoolGetInfo: () => new Error('mount point is stale') })
  const [part] = await list(new PoolReader(libvirt))
  expect(part?.fault?.data).toEqual({ code: 38, domain: 18, message: 'storage pool share: mount point is stale' })
})

test('figures of a pool stay when only its volumes cannot be read', async () => {
  const { libvirt } = await daemonOf(['data'], { storageVolGetInfo: () => new Error('stale') })
  const [part] = await list(new PoolReader(libvirt))
  expect(part?.value).toMatchObject({ isActive: true, freeBytes: Number(60n * GIB), promisedBytes: null })
  expect(part?.fault).not.toBeNull()
})

test('a volume is asked for its size once, not at every listing', async () => {
  const { libvirt, calls } = await daemonOf(['data'], {})
  const reader = new PoolReader(libvirt)
  await list(reader)
  const first = calls.length
  await list(reader)
  expect(calls.slice(first)).toEqual([
    'connectListAllStoragePools',
    'storagePoolGetInfo data',
    'storagePoolListAllVolumes data',
  ])
})

test('of a pool with more volumes than can be asked the promise is unknown', async () => {
  const many = Array.from({ length: 5_001 }, (_, i) => volumeOf('data', `${i}`))
  const { libvirt, calls } = await daemonOf(['data'], { storagePoolListAllVolumes: () => ({ vols: many, ret: 5_001 }) })
  const [part] = await list(new PoolReader(libvirt))
  expect(part).toMatchObject({ fault: null, value: { promisedBytes: null, isActive: true } })
  expect(calls.filter(call => call.startsWith('storageVolGetInfo'))).toEqual([])
})

test('an inactive pool has no figures, and that is no fault', async () => {
  const { libvirt } = await daemonOf(['off'], {
    storagePoolGetInfo: () => ({ state: 0, capacity: 0n, allocation: 0n, available: 0n }),
  })
  const [part] = await list(new PoolReader(libvirt))
  expect(part).toMatchObject({ fault: null, value: { isActive: false, capacityBytes: null, type: 'dir' } })
})
