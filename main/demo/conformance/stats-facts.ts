import assert from 'node:assert/strict'
import { libvirtCode, type Libvirt } from '#wire/libvirt/index.ts'
import { connected, eventsDuring, freshName, guestXml, refused, withGuest, type Fact, type Subject } from './subject.ts'

const { DomainStatsTypes: Group, DomainModificationImpact: Impact } = libvirtCode

const vcpuNames = (vcpu: number): readonly string[] => [
  `vcpu.${vcpu}.state int`,
  `vcpu.${vcpu}.time ullong`,
  `vcpu.${vcpu}.wait ullong`,
  `vcpu.${vcpu}.delay ullong`,
]
const blockCounters = ['rd.reqs', 'rd.bytes', 'rd.times', 'wr.reqs', 'wr.bytes', 'wr.times', 'fl.reqs', 'fl.times']

/** What one running guest with two virtual CPUs and one disk has to say, in this order. */
const running: Readonly<Record<string, readonly string[]>> = {
  STATE: ['state.state int', 'state.reason int'],
  CPU_TOTAL: [
    'cpu.time ullong',
    'cpu.user ullong',
    'cpu.system ullong',
    'cpu.cache.monitor.count uint',
    'cpu.haltpoll.success.time ullong',
    'cpu.haltpoll.fail.time ullong',
  ],
  BALLOON: ['balloon.current ullong', 'balloon.maximum ullong', 'balloon.last-update ullong', 'balloon.rss ullong'],
  VCPU: ['vcpu.current uint', 'vcpu.maximum uint', ...vcpuNames(0), ...vcpuNames(1)],
  INTERFACE: ['net.count uint'],
  BLOCK: [
    'block.count uint',
    'block.0.name string',
    'block.0.path string',
    'block.0.backingIndex uint',
    ...blockCounters.map(name => `block.0.${name} ullong`),
    'block.0.allocation ullong',
    'block.0.capacity ullong',
    'block.0.physical ullong',
  ],
  DIRTYRATE: [
    'dirtyrate.calc_status int',
    'dirtyrate.calc_start_time llong',
    'dirtyrate.calc_period int',
    'dirtyrate.calc_mode string',
  ],
}

type Dom = { readonly name: string; readonly uuid: string; readonly id: number }

async function statsOf(libvirt: Libvirt, dom: Dom, stats: number) {
  const { retStats } = await libvirt.call('connectGetAllDomainStats', { doms: [dom], stats })
  return retStats[0]?.params ?? []
}

async function withDisk(
  libvirt: Libvirt,
  subject: Subject,
  work: (dom: Dom, path: string) => Promise<void>,
): Promise<void> {
  const name = freshName('stats')
  const { pool } = await libvirt.call('storagePoolLookupByName', { name: subject.pool })
  const xml = `<volume><name>${name}.qcow2</name><capacity unit='MiB'>8</capacity><target><format type='qcow2'/></target></volume>`
  const { vol } = await libvirt.call('storageVolCreateXml', { pool, xml })
  const devices = `<disk type='file'><driver name='qemu' type='qcow2'/><source file='${vol.key}'/><target dev='vda' bus='virtio'/></disk>`
  try {
    await withGuest(libvirt, guestXml(subject, name, { devices }), dom => work(dom, vol.key))
  } finally {
    await libvirt.call('storageVolDelete', { vol })
  }
}

export const statsFacts: readonly Fact[] = [
  {
    title:
      'tells statistics of a running machine by libvirt’s names, types and order, each group by itself and all at once',
    check: subject =>
      connected(subject, async libvirt => {
        await withDisk(libvirt, subject, async dom => {
          await libvirt.call('domainCreate', { dom })
          for (const [group, expected] of Object.entries(running)) {
            const params = await statsOf(libvirt, dom, Group[group as keyof typeof Group])
            assert.deepEqual(params.map(({ name, type }) => `${name} ${type}`), expected, group) // prettier-ignore
          }
          const all = await statsOf(libvirt, dom, 0)
          assert.deepEqual(all.map(({ name, type }) => `${name} ${type}`), Object.values(running).flat()) // prettier-ignore
        })
      }),
  },
  {
    title: 'tells the sizes of a machine that is off, and none of its counters',
    check: subject =>
      connected(subject, async libvirt => {
        await withDisk(libvirt, subject, async (dom, path) => {
          const params = await statsOf(libvirt, dom, Group.STATE | Group.BALLOON | Group.VCPU | Group.BLOCK)
          const told = new Map(params.map(({ name, value }) => [name, value]))
          assert.deepEqual([...told.keys()], [
            'state.state', 'state.reason', 'balloon.current', 'balloon.maximum', 'vcpu.current', 'vcpu.maximum',
            'block.count', 'block.0.name', 'block.0.path', 'block.0.allocation', 'block.0.capacity', 'block.0.physical',
          ]) // prettier-ignore
          assert.deepEqual(['block.0.path', 'block.0.capacity', 'vcpu.maximum'].map(name => told.get(name)), [path, 8n * 1024n ** 2n, 2]) // prettier-ignore
        })
      }),
  },
  {
    title: 'counts virtual CPUs that are plugged in while a machine runs, and tells of it in no event',
    check: subject =>
      connected(subject, async libvirt => {
        const name = freshName('plug')
        const xml = guestXml(subject, name, { extra: '<features><acpi/></features>' })
        await withGuest(libvirt, xml.replace('<vcpu>2<', "<vcpu current='1'>2<"), async dom => {
          const current = async () => (await statsOf(libvirt, dom, Group.VCPU))[0]?.value
          await libvirt.call('domainCreate', { dom })
          assert.equal(await current(), 1)
          const told = await eventsDuring(
            libvirt,
            'domainLifecycle',
            body => (body.dom.name === name ? body.event : undefined),
            1,
            async () => {
              await libvirt.call('domainSetVcpusFlags', { dom, nvcpus: 2, flags: Impact.LIVE })
              assert.equal(await current(), 2)
              await libvirt.call('domainSuspend', { dom })
            },
          )
          assert.deepEqual(told, [3])
        })
      }),
  },
  {
    title: 'lists in statistics the machines that the flags mean, and skips those that are gone',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('stats')), async dom => {
          const names = async (flags: number, domains?: readonly Dom[]) =>
            (await libvirt.getAllDomainStats({ stats: Group.STATE, flags, domains })).map(row => row.domain.name)
          assert.ok((await names(2)).includes(dom.name))
          assert.ok(!(await names(1)).includes(dom.name))
          const gone = { name: 'gone', uuid: '11111111-2222-3333-4444-555555555555', id: -1 }
          assert.deepEqual(await names(0, [dom, gone]), [dom.name])
        })
      }),
  },
  {
    title: 'counts CPU time on, from one start to the next',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('cpu')), async dom => {
          assert.equal((await libvirt.call('domainGetInfo', { dom })).cpuTime, 0n)
          await libvirt.call('domainCreate', { dom })
          const cpuTime = async () => Number((await statsOf(libvirt, dom, Group.CPU_TOTAL))[0]?.value)
          const first = await cpuTime()
          await new Promise(resolve => setTimeout(resolve, 300))
          assert.ok((await cpuTime()) > first)
        })
      }),
  },
  {
    title: 'tells one disk’s counters and sizes, and refuses a disk that is not there with error 8',
    check: subject =>
      connected(subject, async libvirt => {
        await withDisk(libvirt, subject, async (dom, path) => {
          await libvirt.call('domainCreate', { dom })
          const { params } = await libvirt.call('domainBlockStatsFlags', { dom, path: 'vda', nparams: 16 })
          assert.deepEqual(params.map(({ name, type }) => `${name} ${type}`).sort(), [
            'flush_operations llong', 'flush_total_times llong', 'rd_bytes llong', 'rd_operations llong',
            'rd_total_times llong', 'wr_bytes llong', 'wr_operations llong', 'wr_total_times llong',
          ]) // prettier-ignore
          assert.equal((await libvirt.call('domainGetBlockInfo', { dom, path })).capacity, 8n * 1024n ** 2n)
          const missing = { code: 8, domain: 10, message: 'invalid argument: invalid path: vdz' }
          await refused(libvirt, 'domainBlockStatsFlags', { dom, path: 'vdz', nparams: 16 }, missing)
          const foreign = { code: 8, domain: 20, message: "invalid argument: 'vnet9999' is not a known interface" }
          await refused(libvirt, 'domainInterfaceStats', { dom, device: 'vnet9999' }, foreign)
        })
      }),
  },
]
