import assert from 'node:assert/strict'
import { libvirtCode } from '#wire/libvirt/index.ts'
import { connected, eventsDuring, freshName, refused, type Fact } from './subject.ts'

const { ConnectListAllNetworksFlags: List } = libvirtCode
const noUuid = '11111111-2222-3333-4444-555555555555'

export const networkFacts: readonly Fact[] = [
  {
    title: 'tells the life of a network as events in order, and refuses what its state forbids',
    check: subject =>
      connected(subject, async libvirt => {
        const name = freshName('net')
        const wrong = (message: string) => ({
          code: 55,
          domain: 19,
          message: `Requested operation is not valid: ${message}`,
        })
        const seen = await eventsDuring(
          libvirt,
          'networkLifecycle',
          ({ net, event }) => (net.name === name ? event : undefined),
          4,
          async () => {
            const xml = `<network><name>${name}</name><bridge name='${subject.bridge}'/></network>`
            const { net } = await libvirt.call('networkDefineXml', { xml })
            assert.equal((await libvirt.call('networkGetBridgeName', { net })).name, subject.bridge)
            const described = (await libvirt.call('networkGetXmlDesc', { net })).xml
            assert.match(
              described,
              /<bridge name='[\w-]+' stp='on' delay='0'\/>\s*<mac address='52:54:00(:[0-9a-f]{2}){3}'\/>/,
            )
            await refused(libvirt, 'networkDestroy', { net }, wrong(`network '${name}' is not active`))
            await libvirt.call('networkCreate', { net })
            await refused(libvirt, 'networkCreate', { net }, wrong('network is already active'))
            assert.ok((await libvirt.listNetworks(List.ACTIVE)).some(({ uuid }) => uuid === net.uuid))
            assert.deepEqual((await libvirt.call('networkGetDhcpLeases', { net })).leases, [])
            await libvirt.call('networkSetAutostart', { net, autostart: 1 })
            assert.equal((await libvirt.call('networkGetAutostart', { net })).autostart, 1)
            await libvirt.call('networkUndefine', { net })
            assert.equal((await libvirt.call('networkIsPersistent', { net })).persistent, 0)
            await libvirt.call('networkDestroy', { net })
            const gone = {
              code: 43,
              domain: 19,
              message: `Network not found: no network with matching uuid '${net.uuid}' (${name})`,
            }
            await refused(libvirt, 'networkIsActive', { net }, gone)
          },
        )
        assert.deepEqual(seen, [0, 2, 1, 3])
      }),
  },
  {
    title: 'does not find networks that are not there, and refuses those that exist or cannot be',
    check: subject =>
      connected(subject, async libvirt => {
        const missing = (detail: string) => ({ code: 43, domain: 19, message: `Network not found: ${detail}` })
        await refused(libvirt, 'networkLookupByName', { name: 'nope' }, missing("no network with matching name 'nope'"))
        await refused(
          libvirt,
          'networkLookupByUuid',
          { uuid: noUuid },
          missing(`no network with matching uuid '${noUuid}'`),
        )
        const name = freshName('net')
        const xml = `<network><name>${name}</name><forward mode='bridge'/><bridge name='${subject.bridge}'/></network>`
        const { net } = await libvirt.call('networkDefineXml', { xml })
        const reject = (text: string, code: number, domain: number, message: RegExp | string) =>
          refused(libvirt, 'networkDefineXml', { xml: text }, { code, domain, message })
        await reject(xml, 9, 19, `operation failed: network '${name}' already exists with uuid ${net.uuid}`)
        await reject('<network', 35, 19, /^\(network_definition\):1: /)
        await reject('<x/>', 27, 5, "XML error: expecting root element of 'network', not 'x'")
        await reject('<network/>', 21, 19, 'missing name information')
        await libvirt.call('networkUndefine', { net })
      }),
  },
]
