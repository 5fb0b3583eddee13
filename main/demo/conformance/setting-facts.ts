import assert from 'node:assert/strict'
import { libvirtCode } from '#wire/libvirt/index.ts'
import { connected, eventsDuring, freshName, guestXml, refused, withGuest, type Fact } from './subject.ts'

const { DomainModificationImpact: Impact, DomainMetadataType: Kind } = libvirtCode
const absent = { code: 80, domain: 20, message: 'metadata not found: Requested metadata element is not present' }
const namespace = 'http://example.org/grant'

export const settingFacts: readonly Fact[] = [
  {
    title: 'completes a definition: UUID, sizes in KiB, machine type, controllers, addresses',
    check: subject =>
      connected(subject, async libvirt => {
        const devices =
          "<interface type='network'><source network='nonet'/></interface><disk type='file'><source file='/nowhere/x'/><target dev='vda'/></disk>"
        await withGuest(libvirt, guestXml(subject, freshName('xml'), { devices }), async dom => {
          const { xml } = await libvirt.call('domainGetXmlDesc', { dom })
          assert.match(xml, /^<domain type='qemu'>\n {2}<name>/)
          assert.ok(xml.includes(`<uuid>${dom.uuid}</uuid>`))
          assert.match(
            xml,
            /<memory unit='KiB'>65536<\/memory>\s*<currentMemory unit='KiB'>65536<\/currentMemory>\s*<vcpu placement='static'>2<\/vcpu>/,
          )
          assert.match(
            xml,
            new RegExp(
              `<os>\\s*<type arch='${subject.arch}' machine='[\\w.-]+'>hvm</type>\\s*<boot dev='hd'/>\\s*</os>`,
            ),
          )
          assert.match(
            xml,
            /<on_poweroff>destroy<\/on_poweroff>\s*<on_reboot>restart<\/on_reboot>\s*<on_crash>destroy<\/on_crash>/,
          )
          assert.match(xml, /<mac address='52:54:00(:[0-9a-f]{2}){3}'\/>\s*<source network='nonet'\/>/)
          assert.match(
            xml,
            /<disk type='file' device='disk'>\s*<driver name='qemu' type='raw'\/>\s*<source file='\/nowhere\/x'\/>\s*<target dev='vda' bus='virtio'\/>\s*<address type='pci'/,
          )
          assert.match(xml, /<memballoon model='virtio'>\s*<address type='pci'/)
          assert.ok(!xml.includes('<alias'))
        })
      }),
  },
  {
    title: 'shows the running machine with its id and aliases, and the stored one without',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('live')), async dom => {
          await libvirt.call('domainCreate', { dom })
          const live = (await libvirt.call('domainGetXmlDesc', { dom })).xml
          assert.match(live, /^<domain type='qemu' id='\d+'>/)
          assert.match(live, /<alias name='balloon0'\/>/)
          const stored = (await libvirt.call('domainGetXmlDesc', { dom, flags: 2 })).xml
          assert.match(stored, /^<domain type='qemu'>/)
          assert.ok(!stored.includes('<alias'))
        })
      }),
  },
  {
    title: 'keeps title, description and foreign elements, and tells of changes',
    check: subject =>
      connected(subject, async libvirt => {
        const name = freshName('meta')
        await withGuest(libvirt, guestXml(subject, name), async dom => {
          for (const type of [Kind.DESCRIPTION, Kind.TITLE])
            await refused(libvirt, 'domainGetMetadata', { dom, type }, absent)
          await refused(libvirt, 'domainGetMetadata', { dom, type: Kind.ELEMENT, uri: namespace }, absent)
          const told = await eventsDuring(
            libvirt,
            'domainMetadataChange',
            body => (body.dom.name === name ? `${body.type} ${body.nsuri ?? '-'}` : undefined),
            3,
            async () => {
              await libvirt.call('domainSetMetadata', { dom, type: Kind.TITLE, metadata: '标题' })
              await libvirt.call('domainSetMetadata', {
                dom,
                type: Kind.DESCRIPTION,
                metadata: '描述',
                flags: Impact.CONFIG,
              })
              const element = { metadata: "<grant id='1'/>", key: 'g', uri: namespace }
              await libvirt.call('domainSetMetadata', { dom, type: Kind.ELEMENT, ...element, flags: Impact.CONFIG })
            },
          )
          assert.deepEqual(told, ['1 -', '0 -', `2 ${namespace}`])
          const read = async (type: number, uri?: string) =>
            (await libvirt.call('domainGetMetadata', { dom, type, ...(uri !== undefined && { uri }) })).metadata
          assert.equal(await read(Kind.TITLE), '标题')
          assert.equal(await read(Kind.DESCRIPTION), '描述')
          assert.equal(await read(Kind.ELEMENT, namespace), '<grant id="1"/>')
          const { xml } = await libvirt.call('domainGetXmlDesc', { dom })
          assert.match(
            xml,
            /<title>标题<\/title>\s*<description>描述<\/description>\s*<metadata>\s*<g:grant xmlns:g="http:\/\/example.org\/grant" id="1"\/>/,
          )
        })
      }),
  },
  {
    title: 'refuses titles of two lines, elements without a prefix, and live changes of a machine that is off',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('meta')), async dom => {
          const newline = { code: 8, domain: 20, message: "metadata title can't contain newlines" }
          await refused(libvirt, 'domainSetMetadata', { dom, type: Kind.TITLE, metadata: 'a\nb' }, newline)
          const off = { code: 55, domain: 20, message: 'Requested operation is not valid: domain is not running' }
          const live = { dom, type: Kind.TITLE, metadata: 'a', flags: Impact.LIVE }
          await refused(libvirt, 'domainSetMetadata', live, off)
        })
      }),
  },
  {
    title: 'changes memory and virtual CPUs within what was defined',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('resize')), async dom => {
          await libvirt.call('domainCreate', { dom })
          const tooMuch = { code: 8, domain: 10, message: 'invalid argument: cannot set memory higher than max memory' }
          await refused(libvirt, 'domainSetMemoryFlags', { dom, memory: 131_072n, flags: Impact.LIVE }, tooMuch)
          await libvirt.call('domainSetMemoryFlags', { dom, memory: 32_768n, flags: Impact.CONFIG })
          const message =
            'invalid argument: requested vcpus is greater than max allowable vcpus for the live domain: 9 > 2'
          await refused(
            libvirt,
            'domainSetVcpusFlags',
            { dom, nvcpus: 9, flags: Impact.LIVE },
            { code: 8, domain: 10, message },
          )
          const fixed = { code: 67, domain: 10, message: /failed to find appropriate hotpluggable vcpus/ }
          await refused(libvirt, 'domainSetVcpusFlags', { dom, nvcpus: 1, flags: Impact.LIVE }, fixed)
          await libvirt.call('domainSetVcpusFlags', { dom, nvcpus: 1, flags: Impact.CONFIG })
          const { xml } = await libvirt.call('domainGetXmlDesc', { dom, flags: 2 })
          assert.match(
            xml,
            /<currentMemory unit='KiB'>32768<\/currentMemory>\s*<vcpu placement='static' current='1'>2<\/vcpu>/,
          )
          assert.equal((await libvirt.call('domainGetInfo', { dom })).nrVirtCpu, 2)
        })
      }),
  },
  {
    title: 'remembers what to start with the host',
    check: subject =>
      connected(subject, async libvirt => {
        await withGuest(libvirt, guestXml(subject, freshName('auto')), async dom => {
          assert.equal((await libvirt.call('domainGetAutostart', { dom })).autostart, 0)
          await libvirt.call('domainSetAutostart', { dom, autostart: 1 })
          assert.equal((await libvirt.call('domainGetAutostart', { dom })).autostart, 1)
          await libvirt.call('domainSetAutostart', { dom, autostart: 0 })
        })
      }),
  },
]
