import { expect, test } from 'vitest'
import { readDomain } from './domain-facts.ts'
import { newDomainXml, type NewDomain } from './domain-xml.ts'
import { attribute, child, children, parseXml, XmlError } from './xml.ts'

const GIB = 2 ** 30
const vm: NewDomain = {
  uuid: '0c5f2d9a-7b1e-4c6d-9e2f-3a4b5c6d7e8f',
  name: 'tax-web-1',
  title: 'Tax & "portal" <1>',
  vcpus: 4,
  memoryBytes: 8 * GIB,
  arch: 'x86_64',
  virtualisation: 'kvm',
  diskPath: '/var/lib/libvirt/images/tax-web-1.qcow2',
  network: 'default',
  mark: { jobId: 'j1', grantId: 'g1', departmentId: 'd"1', applicationId: null },
}

test('what is built is read back with every fact', () => {
  expect(readDomain(newDomainXml(vm))).toEqual({
    uuid: vm.uuid,
    name: vm.name,
    title: vm.title,
    vcpus: 4,
    memoryBytes: 8 * GIB,
    disks: ['vda'],
    removable: [],
    mark: vm.mark,
  })
})

test('the console listens on loopback only', () => {
  const graphics = children(child(parseXml(newDomainXml(vm), 'domain'), 'devices'), 'graphics')
  expect(graphics.map(each => [attribute(each, 'type'), attribute(each, 'listen')])).toEqual([['vnc', '127.0.0.1']])
})

test('text cannot break out of its place', () => {
  const hostile = `x</title><devices><disk/></devices><title a="`
  const root = parseXml(newDomainXml({ ...vm, title: hostile, diskPath: `/a"/><source file="/etc/shadow` }), 'domain')
  expect(children(root, 'devices')).toHaveLength(1)
  expect(children(child(root, 'devices', 'disk'), 'source')).toHaveLength(1)
})

test('without a network there is no network card', () => {
  expect(newDomainXml(vm)).toContain('<source network="default"/>')
  expect(newDomainXml({ ...vm, network: null })).not.toContain('<interface')
})

test('each architecture gets its machine, and emulation no host processor', () => {
  const arm = newDomainXml({ ...vm, arch: 'aarch64' })
  expect(arm).toContain('machine="virt"')
  expect(arm).toContain('firmware="efi"')
  expect(newDomainXml({ ...vm, virtualisation: 'qemu' })).not.toContain('host-')
})

test.each([
  ['a name with a slash', { name: '../x' }],
  ['no name', { name: '' }],
  ['a UUID of another form', { uuid: 'x' }],
  ['no processor', { vcpus: 0 }],
  ['memory that is no whole number of MiB', { memoryBytes: 1_000_000 }],
  ['an architecture that is not known', { arch: 'riscv64' }],
  ['a disk without a path', { diskPath: 'x.qcow2' }],
])('refuses %s', (_what, change) => {
  expect(() => newDomainXml({ ...vm, ...change })).toThrow(RangeError)
})

test('refuses characters that XML cannot hold', () => {
  expect(() => newDomainXml({ ...vm, title: 'a\u0001' })).toThrow(XmlError)
})

test('reads a definition as libvirt writes it', () => {
  const facts = readDomain(`<domain type='qemu' id='7'>
  <name>db</name><uuid>4d74dc90-f1ea-4f39-9598-8014308cb738</uuid>
  <metadata>
    <other:vm xmlns:other="https://example.invalid/x" job="not ours"/>
    <y:vm xmlns:y="https://yunlong.invalid/vm" job="j9" grant="g9"/>
  </metadata>
  <memory unit='KiB'>2097152</memory><currentMemory unit='KiB'>1048576</currentMemory>
  <vcpu placement='static' current='2'>8</vcpu>
  <devices>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
    <disk type='block' device='disk'><source dev='/dev/vg/db'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file'><target dev='vdb' bus='virtio'/></disk>
  </devices>
</domain>`)
  expect(facts).toEqual({
    uuid: '4d74dc90-f1ea-4f39-9598-8014308cb738',
    name: 'db',
    title: null,
    vcpus: 2,
    memoryBytes: 2 * GIB,
    disks: ['vda', 'vdb'],
    removable: ['sda'],
    mark: { jobId: 'j9', grantId: 'g9', departmentId: null, applicationId: null },
  })
})

test('a VM that something else made has no mark', () => {
  expect(readDomain('<domain><name>x</name><metadata><vm job="1"/></metadata></domain>').mark).toBeNull()
})
