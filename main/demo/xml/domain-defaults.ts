import { child, node, type XmlNode } from './tree.ts'

type Defaults = { readonly arch: string; readonly freshMac: () => string }

const machines: Readonly<Record<string, string>> = {
  x86_64: 'pc-i440fx-7.2',
  i686: 'pc-i440fx-7.2',
  aarch64: 'virt-7.2',
}
const canonicalMachine: Readonly<Record<string, string>> = { pc: 'pc-i440fx-7.2', q35: 'pc-q35-7.2', virt: 'virt-7.2' }
const emulators: Readonly<Record<string, string>> = {
  x86_64: '/usr/bin/qemu-system-x86_64',
  i686: '/usr/bin/qemu-system-i386',
  aarch64: '/usr/bin/qemu-system-aarch64',
}
const deviceOrder = [
  'emulator', 'disk', 'controller', 'lease', 'filesystem', 'interface', 'smartcard', 'serial', 'parallel', 'console',
  'channel', 'input', 'tpm', 'graphics', 'sound', 'audio', 'video', 'hostdev', 'redirdev', 'watchdog', 'memballoon',
  'rng', 'panic',
] // prettier-ignore

/** Copies an element with other attributes or children. */
const withChildren = (element: XmlNode, children: readonly XmlNode[]): XmlNode => ({ ...element, children })
const has = (elements: readonly XmlNode[], name: string) => elements.some(item => item.name === name)
const missing = (elements: readonly XmlNode[], made: readonly XmlNode[]) =>
  made.filter(item => !has(elements, item.name))

function completeOs(os: XmlNode | undefined, hostArch: string): XmlNode {
  const type = child(os, 'type')
  const arch = type?.attributes.arch ?? hostArch
  const asked = type?.attributes.machine
  const machine = asked === undefined ? (machines[arch] ?? '') : (canonicalMachine[asked] ?? asked)
  const rest = os?.children.filter(item => item.name !== 'type') ?? []
  const boot = has(rest, 'boot') || has(rest, 'kernel') || has(rest, 'bootmenu') ? [] : [node('boot', { dev: 'hd' })]
  return node('os', os?.attributes ?? {}, [
    node('type', { arch, machine }, type?.text.trim() ?? 'hvm'),
    ...rest,
    ...boot,
  ])
}

function busOf(dev: string): string {
  if (dev.startsWith('hd')) return 'ide'
  if (dev.startsWith('sd')) return 'scsi'
  return dev.startsWith('fd') ? 'fdc' : 'virtio'
}

function completeDisk(disk: XmlNode): XmlNode {
  const kind = disk.attributes.type ?? 'file'
  const driver = child(disk, 'driver') ?? node('driver', { name: 'qemu', type: kind === 'volume' ? undefined : 'raw' })
  const target = child(disk, 'target')
  const dev = target?.attributes.dev ?? 'vda'
  const rest = disk.children.filter(item => item.name !== 'driver' && item.name !== 'target')
  const source = rest.filter(item => item.name === 'source')
  const others = rest.filter(item => item.name !== 'source')
  const device = disk.attributes.device ?? 'disk'
  const readonly = device === 'cdrom' && !has(others, 'readonly') ? [node('readonly')] : []
  return node('disk', { ...disk.attributes, type: kind, device }, [
    { ...driver, attributes: { name: 'qemu', ...driver.attributes } },
    ...source,
    node('target', { ...target?.attributes, dev, bus: target?.attributes.bus ?? busOf(dev) }),
    ...readonly,
    ...others,
  ])
}

function completeInterface(nic: XmlNode, { arch, freshMac }: Defaults): XmlNode {
  const mac = child(nic, 'mac') ?? node('mac', { address: freshMac() })
  const model = child(nic, 'model') ?? node('model', { type: arch === 'x86_64' ? 'rtl8139' : 'virtio' })
  const rest = nic.children.filter(item => item.name !== 'mac' && item.name !== 'model')
  const source = rest.filter(item => item.name === 'source')
  return withChildren(nic, [mac, ...source, model, ...rest.filter(item => item.name !== 'source')])
}

function completeSerial(serial: XmlNode): XmlNode {
  const target = child(serial, 'target')
  const type = target?.attributes.type ?? 'isa-serial'
  const port = target?.attributes.port ?? '0'
  const rest = serial.children.filter(item => item.name !== 'target')
  return withChildren(serial, [...rest, node('target', { type, port }, [node('model', { name: type })])])
}

function completeGraphics(graphics: XmlNode): XmlNode {
  const { port, autoport, listen, ...rest } = graphics.attributes
  const isAuto = port === undefined || port === '-1' || autoport === 'yes'
  const ports = isAuto ? { port: '-1', autoport: 'yes' } : { port, autoport: autoport ?? 'no' }
  const address = node('listen', { type: 'address', address: listen })
  const children = has(graphics.children, 'listen') ? graphics.children : [...graphics.children, address]
  return node('graphics', { ...rest, ...ports, listen }, children)
}

const videoMemory: Readonly<Record<string, string>> = { cirrus: '16384', vga: '16384' }

function completeVideo(video: XmlNode): XmlNode {
  const children = video.children.map(item => {
    if (item.name !== 'model') return item
    const { type = 'vga', vram = videoMemory[type], heads = '1', ...rest } = item.attributes
    return node('model', { type, vram, heads, primary: 'yes', ...rest }, item.children)
  })
  return withChildren(video, children)
}

function completeChannel(channel: XmlNode): XmlNode {
  const isVirtio = child(channel, 'target')?.attributes.type === 'virtio'
  if (!isVirtio || child(channel, 'address')) return channel
  const address = node('address', { type: 'virtio-serial', controller: '0', bus: '0', port: '1' })
  return withChildren(channel, [...channel.children, address])
}

function completeDevice(device: XmlNode, defaults: Defaults): XmlNode {
  if (device.name === 'graphics') return completeGraphics(device)
  if (device.name === 'video') return completeVideo(device)
  if (device.name === 'channel') return completeChannel(device)
  if (device.name === 'disk') return completeDisk(device)
  if (device.name === 'interface') return completeInterface(device, defaults)
  if (device.name === 'serial') return completeSerial(device)
  return device
}

const implicitX86 = [
  node('controller', { type: 'usb', index: '0', model: 'piix3-uhci' }, [
    node('address', { type: 'pci', domain: '0x0000', bus: '0x00', slot: '0x01', function: '0x2' }),
  ]),
  node('controller', { type: 'pci', index: '0', model: 'pci-root' }),
]
const implicitArm = [node('controller', { type: 'pci', index: '0', model: 'pcie-root' })]

function implicitDevices(devices: readonly XmlNode[], arch: string): readonly XmlNode[] {
  const given = (type: string) => devices.some(item => item.name === 'controller' && item.attributes.type === type)
  const controllers = (arch === 'x86_64' ? implicitX86 : implicitArm).filter(item => !given(item.attributes.type ?? ''))
  const virtioSerial = devices.some(
    ({ name, children }) =>
      name === 'channel' && children.some(item => item.name === 'target' && item.attributes.type === 'virtio'),
  )
  const [serial] = devices.filter(item => item.name === 'serial')
  const hasScreen = has(devices, 'graphics')
  return [
    ...controllers,
    ...(virtioSerial && !given('virtio-serial') ? [node('controller', { type: 'virtio-serial', index: '0' })] : []),
    ...(serial && !has(devices, 'console')
      ? [node('console', { type: serial.attributes.type }, [node('target', { type: 'serial', port: '0' })])]
      : []),
    ...(arch === 'x86_64'
      ? [node('input', { type: 'mouse', bus: 'ps2' }), node('input', { type: 'keyboard', bus: 'ps2' })]
      : []),
    ...(hasScreen && !has(devices, 'video')
      ? [completeVideo(node('video', {}, [node('model', { type: arch === 'x86_64' ? 'cirrus' : 'virtio' })]))]
      : []),
    ...missing(devices, [node('audio', { id: '1', type: 'none' }), node('memballoon', { model: 'virtio' })]),
  ]
}

/** Which devices take a PCI slot of their own, in the order in which libvirt hands slots out. */
const slotted: readonly ((device: XmlNode) => boolean)[] = [
  device => device.name === 'video',
  device => device.name === 'interface',
  device => device.name === 'controller' && ['virtio-serial', 'scsi'].includes(device.attributes.type ?? ''),
  device => device.name === 'disk' && child(device, 'target')?.attributes.bus === 'virtio',
  device => device.name === 'memballoon' && device.attributes.model !== 'none',
  device => device.name === 'rng' || device.name === 'watchdog',
]

function withAddresses(devices: readonly XmlNode[], arch: string): readonly XmlNode[] {
  const addressOf = (device: XmlNode) => child(device, 'address')?.attributes
  const taken = new Set(devices.map(device => addressOf(device)?.[arch === 'x86_64' ? 'slot' : 'bus']))
  let next = 1 // slot 0 is the bridge, slot 1 the chip set
  const fresh = (): XmlNode => {
    const hex = () => `0x${next.toString(16).padStart(2, '0')}`
    do next++
    while (taken.has(hex()))
    const place = arch === 'x86_64' ? { bus: '0x00', slot: hex() } : { bus: hex(), slot: '0x00' }
    return node('address', { type: 'pci', domain: '0x0000', ...place, function: '0x0' })
  }
  const made = new Map<XmlNode, XmlNode>()
  for (const takesSlot of slotted) {
    for (const device of devices.filter(takesSlot)) {
      if (!addressOf(device)) made.set(device, withChildren(device, [...device.children, fresh()]))
    }
  }
  return devices.map(device => made.get(device) ?? device)
}

function completeDevices(devices: XmlNode | undefined, defaults: Defaults & { readonly guestArch: string }): XmlNode {
  const given = (devices?.children ?? []).filter(item => item.name !== 'emulator')
  const emulator = child(devices, 'emulator') ?? node('emulator', {}, emulators[defaults.guestArch] ?? '')
  const completed = given.map(device => completeDevice(device, defaults))
  const all = [emulator, ...completed, ...implicitDevices(completed, defaults.arch)]
  const rank = ({ name }: XmlNode) => deviceOrder.indexOf(name) + 1 || deviceOrder.length + 1
  return node(
    'devices',
    {},
    withAddresses(all, defaults.arch).toSorted((a, b) => rank(a) - rank(b)),
  )
}

const usualCpu = (arch: string): XmlNode =>
  arch === 'x86_64'
    ? node('cpu', { mode: 'custom', match: 'exact', check: 'none' }, [node('model', { fallback: 'forbid' }, 'qemu64')])
    : node('cpu', { mode: 'custom', match: 'exact', check: 'none' }, [
        node('model', { fallback: 'forbid' }, 'cortex-a15'),
      ])

/** Adds what the qemu driver adds to a definition: machine type, CPU, life cycle, controllers, PCI addresses. */
export function completeBody(given: readonly XmlNode[], defaults: Defaults): readonly XmlNode[] {
  const os = completeOs(
    given.find(item => item.name === 'os'),
    defaults.arch,
  )
  const guestArch = child(os, 'type')?.attributes.arch ?? defaults.arch
  const devices = completeDevices(
    given.find(item => item.name === 'devices'),
    { ...defaults, guestArch },
  )
  const rest = given.filter(item => item.name !== 'os' && item.name !== 'devices')
  const made = [
    usualCpu(defaults.arch),
    node('clock', { offset: 'utc' }),
    node('on_poweroff', {}, 'destroy'),
    node('on_reboot', {}, 'restart'),
    node('on_crash', {}, 'destroy'),
  ]
  return [...rest, ...missing(rest, made), os, devices]
}
