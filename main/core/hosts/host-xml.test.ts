import { expect, test } from 'vitest'
import { newVolumeXml, readCapabilities, readNetwork, readPoolType, readSysinfo } from './host-xml.ts'
import { XmlError } from './xml.ts'

const capabilities = (domains: string): string => `<capabilities>
  <host><uuid>dcf530a0-8f26-4cce-a3e0-789194f67085</uuid><cpu><arch>x86_64</arch><model>Skylake-Server-IBRS</model></cpu>
    <topology><cells num='2'>
      <cell id='0'><cpus num='4'>
        <cpu id='0' socket_id='0' die_id='0' core_id='0' siblings='0,4'/><cpu id='4' socket_id='0' die_id='0' core_id='0' siblings='0,4'/>
        <cpu id='1' socket_id='0' die_id='0' core_id='1' siblings='1,5'/><cpu id='5' socket_id='0' die_id='0' core_id='1' siblings='1,5'/>
      </cpus></cell>
      <cell id='1'><cpus num='2'>
        <cpu id='2' socket_id='1' die_id='0' core_id='0' siblings='2,6'/><cpu id='6' socket_id='1' die_id='0' core_id='0' siblings='2,6'/>
      </cpus></cell>
    </cells></topology></host>
  <guest><os_type>hvm</os_type><arch name='i686'><domain type='qemu'/></arch></guest>
  <guest><os_type>hvm</os_type><arch name='x86_64'>${domains}</arch></guest>
</capabilities>`

test('counts sockets and cores of all NUMA nodes, and finds hardware virtualisation', () => {
  expect(readCapabilities(capabilities(`<domain type='qemu'/><domain type='kvm'/>`))).toEqual({
    uuid: 'dcf530a0-8f26-4cce-a3e0-789194f67085',
    arch: 'x86_64',
    cpuModel: 'Skylake-Server-IBRS',
    sockets: 2,
    cores: 3,
    virtualisation: 'kvm',
  })
})

test('a machine without hardware virtualisation emulates', () => {
  expect(readCapabilities(capabilities(`<domain type='qemu'/>`)).virtualisation).toBe('qemu')
})

const sysinfo = (serial: string): string => `<sysinfo type='smbios'>
  <system><entry name='manufacturer'>Inspur</entry><entry name='product'>NF5280M5</entry><entry name='serial'>${serial}</entry></system>
  <processor><entry name='version'>Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz</entry></processor>
</sysinfo>`

test('names model, serial number and processor as the firmware does', () => {
  expect(readSysinfo(sysinfo('2197'))).toEqual({
    model: 'Inspur NF5280M5',
    serial: '2197',
    cpuModel: 'Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz',
  })
})

test.each(['To be filled by O.E.M.', 'Not Specified', '00000000', 'Default string', 'N/A'])(
  'the placeholder %s is no serial number',
  placeholder => {
    expect(readSysinfo(sysinfo(placeholder)).serial).toBeNull()
  },
)

test('reads what kind of pool and network there is', () => {
  expect(readPoolType(`<pool type='logical'><name>vg</name></pool>`)).toBe('logical')
  expect(readNetwork(`<network><bridge name='br0'/><forward mode='bridge'/></network>`)).toEqual({
    bridge: 'br0',
    forward: 'bridge',
  })
  expect(readNetwork(`<network><forward/></network>`)).toEqual({ bridge: null, forward: 'nat' })
  expect(readNetwork(`<network><bridge name='virbr1'/></network>`)).toEqual({ bridge: 'virbr1', forward: null })
})

test('a volume takes no room before it is used, and its name cannot leave the pool', () => {
  const volume = { name: 'a&b.qcow2', capacityBytes: 1024, format: 'qcow2' as const }
  expect(newVolumeXml(volume)).toContain(
    '<name>a&#38;b.qcow2</name><capacity unit="bytes">1024</capacity><allocation>0</allocation>',
  )
  expect(() => newVolumeXml({ ...volume, name: '../x' })).toThrow(XmlError)
  expect(() => newVolumeXml({ ...volume, capacityBytes: 0 })).toThrow(RangeError)
})
