import assert from 'node:assert/strict'
import { libvirtCode, type Libvirt } from '#wire/libvirt/index.ts'
import { connected, eventsDuring, freshName, guestXml, refused, withGuest, type Fact } from './subject.ts'

const { ConnectListAllDomainsFlags: List } = libvirtCode
const noUuid = '11111111-2222-3333-4444-555555555555'
const wrongState = (domain: number, message = 'domain is not running') => ({
  code: 55,
  domain,
  message: `Requested operation is not valid: ${message}`,
})

async function stateOf(libvirt: Libvirt, dom: { name: string; uuid: string; id: number }): Promise<readonly number[]> {
  const { state, reason } = await libvirt.call('domainGetState', { dom })
  return [state, reason]
}

export const domainFacts: readonly Fact[] = [
  {
    title: 'lists by state, and only counts when no list is wanted',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('list')), async dom => {
          const all = await libvirt.listDomains()
          const [active, inactive] = [await libvirt.listDomains(List.ACTIVE), await libvirt.listDomains(List.INACTIVE)]
          assert.equal(active.length + inactive.length, all.length)
          assert.ok(inactive.some(({ uuid, id }) => uuid === dom.uuid && id === -1))
          assert.ok(active.every(({ id }) => id > 0))
          assert.equal((await libvirt.call('connectNumOfDomains', {})).num, active.length)
          const counted = await libvirt.call('connectListAllDomains', { needResults: 0 })
          assert.deepEqual(counted, { domains: [], ret: all.length })
          assert.deepEqual(await libvirt.listDomains(List.TRANSIENT), [])
          assert.deepEqual(await libvirt.listDomains(List.MANAGEDSAVE), [])
        })
      }),
  },
  {
    title: 'does not find what is not there, error 42',
    check: subject =>
      connected(subject, async libvirt => {
        const missing = (detail: string) => ({ code: 42, domain: 10, message: `Domain not found: ${detail}` })
        await refused(libvirt, 'domainLookupByName', { name: 'nope' }, missing("no domain with matching name 'nope'"))
        await refused(
          libvirt,
          'domainLookupByUuid',
          { uuid: noUuid },
          missing(`no domain with matching uuid '${noUuid}'`),
        )
        await refused(libvirt, 'domainLookupById', { id: 99_999 }, missing('no domain with matching id 99999'))
        const dom = { name: 'gone', uuid: noUuid, id: -1 }
        await refused(libvirt, 'domainGetState', { dom }, missing(`no domain with matching uuid '${noUuid}' (gone)`))
      }),
  },
  {
    title: 'refuses definitions that cannot be, each with its own error',
    check: subject =>
      connected(subject, async libvirt => {
        const reject = (xml: string, code: number, domain: number, message: RegExp | string) =>
          refused(libvirt, 'domainDefineXml', { xml }, { code, domain, message })
        const os = `<os><type arch='${subject.arch}'>hvm</type></os>`
        await reject('<domain><name>x', 35, 20, /^\(domain_definition\):1: /)
        await reject('', 35, 20, /^\(domain_definition\):1: Document is empty/)
        await reject('<other/>', 27, 5, "XML error: expecting root element of 'domain', not 'other'")
        await reject("<domain type='qemu'/>", 21, 20, 'missing name information')
        await reject("<domain type='qemu'><name>x</name></domain>", 27, 20, 'XML error: an os <type> must be specified')
        await reject(
          `<domain type='qemu'><name>x</name>${os}</domain>`,
          27,
          20,
          /^XML error: Memory size must be specified/,
        )
        await reject(
          `<domain><name>x</name><memory>1024</memory>${os}</domain>`,
          1,
          20,
          'internal error: missing domain type attribute',
        )
        await reject(
          `<domain type='no'><name>x</name><memory>1024</memory>${os}</domain>`,
          67,
          20,
          'unsupported configuration: invalid domain type no',
        )
        const foreign = "<os><type arch='riscv64'>hvm</type></os>"
        await reject(
          `<domain type='qemu'><name>x</name><memory>1024</memory>${foreign}</domain>`,
          67,
          10,
          "unsupported configuration: No emulator found for arch 'riscv64'",
        )
      }),
  },
  {
    title: 'refuses a name or UUID that another machine has, error 9',
    check: subject =>
      connected(subject, async libvirt => {
        const name = freshName('twice')
        await withGuest(libvirt, guestXml(subject, name), async ({ uuid }) => {
          const exists = {
            code: 9,
            domain: 20,
            message: `operation failed: domain '${name}' already exists with uuid ${uuid}`,
          }
          await refused(libvirt, 'domainDefineXml', { xml: guestXml(subject, name) }, exists)
          await refused(libvirt, 'domainDefineXml', { xml: guestXml(subject, name, { uuid: noUuid }) }, exists)
          const other = {
            ...exists,
            message: `operation failed: domain '${name}' is already defined with uuid ${uuid}`,
          }
          await refused(libvirt, 'domainDefineXml', { xml: guestXml(subject, freshName('twice'), { uuid }) }, other)
        })
      }),
  },
  {
    title: 'refuses what the state of a machine forbids, error 55',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('off')), async dom => {
          for (const name of ['domainDestroy', 'domainSuspend', 'domainResume'] as const) {
            await refused(libvirt, name, { dom }, wrongState(20))
          }
          await refused(libvirt, 'domainMemoryStats', { dom, maxStats: 10 }, wrongState(20))
          await refused(libvirt, 'domainReboot', { dom }, wrongState(20))
          await refused(libvirt, 'domainShutdown', { dom }, wrongState(10))
          assert.deepEqual(await stateOf(libvirt, dom), [5, 0])
          await libvirt.call('domainCreate', { dom })
          await refused(libvirt, 'domainCreate', { dom }, wrongState(10, 'domain is already running'))
          await refused(libvirt, 'domainResume', { dom }, wrongState(10, 'domain is already running'))
        })
      }),
  },
  {
    title: 'tells define, start, pause, resume, destroy and undefine as events in order',
    check: subject =>
      connected(subject, async libvirt => {
        const name = freshName('life')
        const states: (readonly number[])[] = []
        const seen = await eventsDuring(
          libvirt,
          'domainLifecycle',
          ({ dom, event, detail }) => (dom.name === name ? `${event}/${detail}` : undefined),
          8,
          async () => {
            const { dom } = await libvirt.call('domainDefineXml', { xml: guestXml(subject, name) })
            await libvirt.call('domainCreate', { dom })
            states.push(await stateOf(libvirt, dom))
            await libvirt.call('domainSuspend', { dom })
            states.push(await stateOf(libvirt, dom))
            await libvirt.call('domainResume', { dom })
            states.push(await stateOf(libvirt, dom))
            await libvirt.call('domainDestroy', { dom })
            states.push(await stateOf(libvirt, dom))
            await libvirt.call('domainUndefine', { dom })
          },
        )
        assert.deepEqual(seen, ['0/0', '4/0', '2/0', '3/0', '4/0', '6/2', '5/1', '1/0'])
        assert.deepEqual(states, [[1, 1], [3, 1], [1, 5], [5, 2]]) // prettier-ignore
      }),
  },
  {
    title: 'keeps an undefined machine until it stops, and defines it anew while it runs',
    check: subject =>
      connected(subject, async libvirt => {
        const name = freshName('transient')
        const { dom } = await libvirt.call('domainCreateXml', { xmlDesc: guestXml(subject, name) })
        assert.ok(dom.id > 0)
        assert.equal((await libvirt.call('domainIsPersistent', { dom })).persistent, 0)
        await refused(libvirt, 'domainUndefine', { dom }, wrongState(10, 'cannot undefine transient domain'))
        await refused(
          libvirt,
          'domainSetAutostart',
          { dom, autostart: 1 },
          wrongState(10, 'cannot set autostart for transient domain'),
        )
        await libvirt.call('domainDefineXml', { xml: guestXml(subject, name, { uuid: dom.uuid }) })
        assert.equal((await libvirt.call('domainIsPersistent', { dom })).persistent, 1)
        await libvirt.call('domainUndefine', { dom })
        assert.equal((await libvirt.call('domainIsActive', { dom })).active, 1)
        await libvirt.call('domainDestroy', { dom })
        await refused(
          libvirt,
          'domainGetState',
          { dom },
          { code: 42, domain: 10, message: /no domain with matching uuid/ },
        )
      }),
  },
  {
    title: 'starts a machine paused when asked to',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('paused')), async dom => {
          const started = await libvirt.call('domainCreateWithFlags', { dom, flags: 1 })
          assert.ok(started.dom.id > 0)
          assert.deepEqual(await stateOf(libvirt, dom), [3, 1])
          await libvirt.call('domainResume', { dom })
          assert.deepEqual(await stateOf(libvirt, dom), [1, 5])
        })
      }),
  },
  {
    title: 'does not start a machine whose network or disk is missing, and says so in its state',
    check: subject =>
      connected(subject, async libvirt => {
        const nic = "<interface type='network'><source network='nonet'/></interface>"
        await withGuest(libvirt, guestXml(subject, freshName('nonet'), { devices: nic }), async dom => {
          const refusal = { code: 43, domain: 19, message: "Network not found: no network with matching name 'nonet'" }
          await refused(libvirt, 'domainCreate', { dom }, refusal)
          assert.deepEqual(await stateOf(libvirt, dom), [5, 6])
        })
        const disk = "<disk type='file'><source file='/nowhere/x.qcow2'/><target dev='vda'/></disk>"
        await withGuest(libvirt, guestXml(subject, freshName('nodisk'), { devices: disk }), async dom => {
          const message = "Cannot access storage file '/nowhere/x.qcow2': No such file or directory"
          await refused(libvirt, 'domainCreate', { dom }, { code: 38, domain: 18, message, int1: 2 })
        })
      }),
  },
  {
    title: 'does not start a machine that wants more memory than the host has, error 1',
    check: subject =>
      connected(subject, async libvirt => {
        const xml = guestXml(subject, freshName('huge'), { memoryMib: 99_999_999 })
        await withGuest(libvirt, xml, async dom => {
          await refused(libvirt, 'domainCreate', { dom }, { code: 1, domain: 10, message: /Cannot allocate memory/ })
        })
      }),
  },
]
