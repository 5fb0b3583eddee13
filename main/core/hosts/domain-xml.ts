import type { VmMark } from './model.ts'
import { markXml } from './vm-mark.ts'
import { escapeXml } from './xml.ts'

/** A VM to be made. */
export type NewDomain = {
  readonly uuid: string
  /** libvirt's name: no `/`, at most 255 bytes. */
  readonly name: string
  readonly title: string | null
  readonly vcpus: number
  readonly memoryBytes: number
  /** `x86_64` or `aarch64`. */
  readonly arch: string
  /** `kvm` where the machine's processor runs guests itself, else `qemu` (emulated). */
  readonly virtualisation: 'kvm' | 'qemu'
  /** Path of its qcow2 volume on the host. */
  readonly diskPath: string
  /** Name of a libvirt network; null: no network card. */
  readonly network: string | null
  readonly mark: VmMark
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const MIB = 2 ** 20

/**
 * The domain XML that `defineVm` takes. A VNC console listens on the host's loopback only, reached through SSH; the
 * balloon reports the guest's memory every 10 s.
 *
 * @throws {RangeError} a size or a name that libvirt would not take
 * @throws {XmlError}   a text with characters that XML cannot hold
 * @source libvirt's domain format
 */
export function newDomainXml(vm: NewDomain): string {
  assertSound(vm)
  const title = vm.title === null ? '' : `\n  <title>${escapeXml(vm.title)}</title>`
  return `<domain type="${vm.virtualisation}">
  <name>${escapeXml(vm.name)}</name>
  <uuid>${vm.uuid}</uuid>${title}
  <metadata>${markXml(vm.mark)}</metadata>
  <memory unit="MiB">${vm.memoryBytes / MIB}</memory>
  <vcpu placement="static">${vm.vcpus}</vcpu>
  ${osXml(vm.arch)}
  ${cpuXml(vm)}
  <clock offset="utc"/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type="file" device="disk">
      <driver name="qemu" type="qcow2" discard="unmap"/>
      <source file="${escapeXml(vm.diskPath)}"/>
      <target dev="vda" bus="virtio"/>
    </disk>${networkXml(vm.network)}
    <serial type="pty"><target port="0"/></serial>
    <console type="pty"><target type="serial" port="0"/></console>
    <channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>
    <graphics type="vnc" autoport="yes" listen="127.0.0.1"/>
    <video><model type="${vm.arch === 'x86_64' ? 'vga' : 'virtio'}"/></video>
    <memballoon model="virtio"><stats period="10"/></memballoon>
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
  </devices>
</domain>
`
}

function assertSound(vm: NewDomain): void {
  const isSound =
    UUID.test(vm.uuid) &&
    ['x86_64', 'aarch64'].includes(vm.arch) &&
    vm.name !== '' &&
    !/[/\n]/.test(vm.name) &&
    Buffer.byteLength(vm.name) <= 255 &&
    Number.isInteger(vm.vcpus) &&
    vm.vcpus > 0 &&
    Number.isInteger(vm.memoryBytes / MIB) &&
    vm.memoryBytes > 0 &&
    vm.diskPath.startsWith('/')
  if (!isSound) throw new RangeError(`not a VM that libvirt takes: ${JSON.stringify(vm)}`)
}

function osXml(arch: string): string {
  // A 64-bit ARM machine starts through UEFI; libvirt picks the firmware that the host has.
  return arch === 'x86_64'
    ? '<os><type arch="x86_64" machine="q35">hvm</type><boot dev="hd"/></os>\n  <features><acpi/><apic/></features>'
    : '<os firmware="efi"><type arch="aarch64" machine="virt">hvm</type><boot dev="hd"/></os>\n  <features><acpi/><gic/></features>'
}

function cpuXml(vm: NewDomain): string {
  if (vm.virtualisation === 'qemu') return vm.arch === 'x86_64' ? '' : '<cpu mode="maximum"/>'
  // ARM has no named models to choose a common one from.
  return vm.arch === 'x86_64' ? '<cpu mode="host-model"/>' : '<cpu mode="host-passthrough"/>'
}

function networkXml(network: string | null): string {
  if (network === null) return ''
  return `
    <interface type="network"><source network="${escapeXml(network)}"/><model type="virtio"/></interface>`
}
