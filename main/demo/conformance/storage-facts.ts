import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { libvirtCode, type Libvirt, type StoragePool } from '#wire/libvirt/index.ts'
import { connected, eventsDuring, freshName, refused, type Fact, type Subject } from './subject.ts'

const MIB = 1024 ** 2
const noUuid = '11111111-2222-3333-4444-555555555555'
const { StorageVolResizeFlags: Resize } = libvirtCode
const wrongState = (message: string) => ({
  code: 55,
  domain: 18,
  message: `Requested operation is not valid: ${message}`,
})

const poolXml = (name: string, path: string): string =>
  `<pool type='dir'><name>${name}</name><target><path>${path}</path></target></pool>`
const volumeXml = (name: string, bytes: number | bigint, format = 'qcow2', more = ''): string =>
  `<volume><name>${name}</name><capacity unit='bytes'>${bytes}</capacity>${more}<target><format type='${format}'/></target></volume>`

async function inPool(subject: Subject, work: (libvirt: Libvirt, pool: StoragePool) => Promise<void>): Promise<void> {
  await connected(subject, async libvirt => {
    const { pool } = await libvirt.call('storagePoolLookupByName', { name: subject.pool })
    await work(libvirt, pool)
  })
}

export const storageFacts: readonly Fact[] = [
  {
    title: 'does not find pools and volumes that are not there, errors 49 and 50',
    check: subject =>
      inPool(subject, async (libvirt, pool) => {
        const noPool = (detail: string) => ({ code: 49, domain: 18, message: `Storage pool not found: ${detail}` })
        await refused(
          libvirt,
          'storagePoolLookupByName',
          { name: 'nope' },
          noPool("no storage pool with matching name 'nope'"),
        )
        await refused(
          libvirt,
          'storagePoolLookupByUuid',
          { uuid: noUuid },
          noPool(`no storage pool with matching uuid '${noUuid}'`),
        )
        const gone = { name: 'gone', uuid: noUuid }
        await refused(
          libvirt,
          'storagePoolGetInfo',
          { pool: gone },
          noPool(`no storage pool with matching uuid '${noUuid}' (gone)`),
        )
        const noVolume = (detail: string) => ({ code: 50, domain: 18, message: `Storage volume not found: ${detail}` })
        await refused(
          libvirt,
          'storageVolLookupByName',
          { pool, name: 'nope' },
          noVolume("no storage vol with matching name 'nope'"),
        )
        await refused(
          libvirt,
          'storageVolLookupByPath',
          { path: '/nope' },
          noVolume("no storage vol with matching path '/nope'"),
        )
        await refused(
          libvirt,
          'storageVolLookupByKey',
          { key: '/nope' },
          noVolume('no storage vol with matching key /nope'),
        )
      }),
  },
  {
    title: 'tells the life of a pool as events in order, and refuses what its state forbids',
    check: subject =>
      connected(subject, async libvirt => {
        const name = freshName('pool')
        const seen = await eventsDuring(
          libvirt,
          'storagePoolLifecycle',
          ({ pool, event }) => (pool.name === name ? event : undefined),
          5,
          async () => {
            const { pool } = await libvirt.call('storagePoolDefineXml', { xml: poolXml(name, subject.freeFolder) })
            const info = await libvirt.call('storagePoolGetInfo', { pool })
            assert.deepEqual(info, { state: 0, capacity: 0n, allocation: 0n, available: 0n })
            await refused(
              libvirt,
              'storagePoolListAllVolumes',
              { pool },
              wrongState(`storage pool '${name}' is not active`),
            )
            await refused(libvirt, 'storagePoolDestroy', { pool }, wrongState(`storage pool '${name}' is not active`))
            await libvirt.call('storagePoolBuild', { pool })
            await libvirt.call('storagePoolCreate', { pool })
            await refused(
              libvirt,
              'storagePoolCreate',
              { pool },
              wrongState(`storage pool '${name}' is already active`),
            )
            await refused(
              libvirt,
              'storagePoolUndefine',
              { pool },
              wrongState(`storage pool '${name}' is still active`),
            )
            assert.equal((await libvirt.call('storagePoolGetInfo', { pool })).state, 2)
            await libvirt.call('storagePoolRefresh', { pool })
            await libvirt.call('storagePoolDestroy', { pool })
            await libvirt.call('storagePoolUndefine', { pool })
          },
        )
        assert.deepEqual(seen, [0, 4, 2, 3, 1])
      }),
  },
  {
    title: 'refuses pools that exist or cannot be',
    check: subject =>
      inPool(subject, async (libvirt, pool) => {
        const reject = (xml: string, code: number, domain: number, message: RegExp | string) =>
          refused(libvirt, 'storagePoolDefineXml', { xml }, { code, domain, message })
        await reject(
          poolXml(pool.name, '/elsewhere'),
          9,
          18,
          `operation failed: pool '${pool.name}' already exists with uuid ${pool.uuid}`,
        )
        await reject('<pool', 35, 18, /^\(storage_pool_definition\):1: /)
        await reject('<x/>', 27, 5, "XML error: expecting root element of 'pool', not 'x'")
        await reject("<pool type='dir'/>", 27, 18, 'XML error: missing pool source name element')
        await reject(
          "<pool type='zzz'><name>a</name></pool>",
          27,
          5,
          "XML error: Invalid value for attribute 'type' in element 'pool': 'zzz'.",
        )
      }),
  },
  {
    title: 'makes, lists, describes, resizes, copies and deletes volumes',
    check: subject =>
      inPool(subject, async (libvirt, pool) => {
        const name = `${freshName('vol')}.qcow2`
        const { vol } = await libvirt.call('storageVolCreateXml', { pool, xml: volumeXml(name, 16 * MIB) })
        assert.deepEqual([vol.pool, vol.name], [pool.name, name])
        assert.ok(vol.key.startsWith('/') && vol.key.endsWith(`/${name}`))
        assert.equal((await libvirt.call('storageVolGetPath', { vol })).name, vol.key)
        assert.ok((await libvirt.listVolumes(pool)).some(found => found.key === vol.key))
        const info = await libvirt.call('storageVolGetInfo', { vol })
        assert.deepEqual([info.type, info.capacity], [0, BigInt(16 * MIB)])
        assert.ok(info.allocation < BigInt(MIB))
        const { xml } = await libvirt.call('storageVolGetXmlDesc', { vol })
        assert.match(
          xml,
          /^<volume type='file'>\s*<name>\S+<\/name>\s*<key>\S+<\/key>\s*<capacity unit='bytes'>16777216<\/capacity>/,
        )
        assert.match(xml, /<target>\s*<path>\S+<\/path>\s*<format type='qcow2'\/>/)
        const shrink = { code: 8, domain: 18, message: /Can't shrink capacity below current capacity/ }
        await refused(libvirt, 'storageVolResize', { vol, capacity: BigInt(MIB) }, shrink)
        await libvirt.call('storageVolResize', { vol, capacity: BigInt(16 * MIB), flags: Resize.DELTA })
        assert.equal((await libvirt.call('storageVolGetInfo', { vol })).capacity, BigInt(32 * MIB))
        const copy = await libvirt.call('storageVolCreateXmlFrom', {
          pool,
          xml: volumeXml(`${name}-copy`, 0),
          clonevol: vol,
        })
        assert.equal((await libvirt.call('storageVolGetInfo', { vol: copy.vol })).capacity, BigInt(32 * MIB))
        for (const each of [copy.vol, vol]) await libvirt.call('storageVolDelete', { vol: each })
        const missing = {
          code: 50,
          domain: 18,
          message: `Storage volume not found: no storage vol with matching name '${name}'`,
        }
        await refused(libvirt, 'storageVolDelete', { vol }, missing)
      }),
  },
  {
    title: 'allocates a raw volume whole unless told otherwise',
    check: subject =>
      inPool(subject, async (libvirt, pool) => {
        for (const [more, allocation] of [
          ['', MIB],
          ['<allocation>0</allocation>', 0],
        ] as const) {
          const xml = volumeXml(freshName('raw'), MIB, 'raw', more)
          const { vol } = await libvirt.call('storageVolCreateXml', { pool, xml })
          assert.equal((await libvirt.call('storageVolGetInfo', { vol })).allocation, BigInt(allocation))
          await libvirt.call('storageVolDelete', { vol })
        }
      }),
  },
  {
    title: 'refuses volumes that exist or cannot be',
    check: subject =>
      inPool(subject, async (libvirt, pool) => {
        const name = freshName('twice')
        const { vol } = await libvirt.call('storageVolCreateXml', { pool, xml: volumeXml(name, MIB) })
        const reject = (xml: string, code: number, domain: number, message: RegExp | string) =>
          refused(libvirt, 'storageVolCreateXml', { pool, xml }, { code, domain, message })
        await reject(volumeXml(name, MIB), 90, 18, `storage volume '${name}' exists already`)
        await reject(
          volumeXml('a/b', MIB),
          55,
          18,
          "Requested operation is not valid: volume name 'a/b' cannot contain '/'",
        )
        await reject('<volume><capacity>1</capacity></volume>', 27, 18, 'XML error: missing volume name element')
        await reject('<volume><name>z</name></volume>', 27, 18, 'XML error: missing capacity element')
        await reject(volumeXml('z', MIB, 'zzz'), 67, 18, 'unsupported configuration: unknown volume format type zzz')
        await libvirt.call('storageVolDelete', { vol })
      }),
  },
  {
    title: 'refuses what does not fit, error 38 with ENOSPC, and leaves nothing behind',
    check: subject =>
      inPool(subject, async (libvirt, pool) => {
        const { capacity } = await libvirt.call('storagePoolGetInfo', { pool })
        const name = freshName('full')
        const before = (await libvirt.listVolumes(pool)).length
        const full = {
          code: 38,
          domain: 18,
          message: /^cannot allocate \d+ bytes in file '\S+': No space left on device$/,
          int1: 28,
        }
        await refused(libvirt, 'storageVolCreateXml', { pool, xml: volumeXml(name, capacity * 2n, 'raw') }, full)
        assert.equal((await libvirt.listVolumes(pool)).length, before)
        const { vol } = await libvirt.call('storageVolCreateXml', { pool, xml: volumeXml(name, MIB, 'raw') })
        const tooMuch = { code: 9, domain: 18, message: 'operation failed: Not enough space left in storage pool' }
        await refused(libvirt, 'storageVolResize', { vol, capacity: capacity * 2n, flags: Resize.ALLOCATE }, tooMuch)
        await libvirt.call('storageVolDelete', { vol })
      }),
  },
  {
    title: 'gives back what was uploaded',
    check: subject =>
      inPool(subject, async (libvirt, pool) => {
        const bytes = randomBytes(MIB + 12_345)
        const { vol } = await libvirt.call('storageVolCreateXml', {
          pool,
          xml: volumeXml(freshName('io'), bytes.byteLength, 'raw'),
        })
        const up = await libvirt.stream('storageVolUpload', { vol, offset: 0n, length: BigInt(bytes.byteLength) })
        up.stream.resume().end(bytes)
        await finished(up.stream)
        const down = await libvirt.stream('storageVolDownload', { vol, offset: 0n, length: 0n })
        assert.ok((await buffer(down.stream)).equals(bytes))
        await libvirt.call('storageVolDelete', { vol })
      }),
  },
]
