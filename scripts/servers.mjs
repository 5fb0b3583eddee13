// The real servers that live tests and journeys talk to. As root on Debian or Ubuntu they are installed, elsewhere named.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { must } from './set-up.mjs'

const onPath = name => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
const drivers = () =>
  existsSync('/usr/lib') &&
  readdirSync('/usr/lib').some(arch => existsSync(`/usr/lib/${arch}/libvirt/connection-driver/libvirt_driver_qemu.so`))

/** What is needed, how one sees that it is there, and the Debian packages that bring it. */
const needs = [
  [() => onPath('chromium'), ['chromium']],
  [() => existsSync('/usr/share/fonts/opentype/noto'), ['fonts-noto-cjk']],
  [() => onPath('libvirtd'), ['libvirt-daemon']],
  [drivers, ['libvirt-daemon-driver-qemu']],
  [() => onPath('virsh'), ['libvirt-clients']],
  [() => onPath('qemu-system-x86_64'), ['qemu-system-x86', 'seabios', 'ipxe-qemu']],
  [() => onPath('qemu-img'), ['qemu-utils']],
  [() => existsSync('/usr/sbin/sshd'), ['openssh-server']],
  [() => onPath('ssh-keygen'), ['openssh-client']],
  [() => onPath('nc'), ['netcat-openbsd']],
  [() => onPath('dnsmasq') || existsSync('/usr/sbin/dnsmasq'), ['dnsmasq-base']],
  [() => onPath('iptables') || existsSync('/usr/sbin/iptables'), ['iptables']],
  [() => onPath('ip') || existsSync('/sbin/ip'), ['iproute2']],
]
const noServices = '/usr/sbin/policy-rc.d'

export function ensureServers() {
  const missing = needs.filter(([isThere]) => !isThere()).flatMap(([, packages]) => packages)
  if (missing.length === 0) return
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing]
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    process.stderr.write(
      `测试需要以下服务，请先安装 the tests need these servers, install them first:\n  sudo ${install.join(' ')}\n`,
    )
    process.exit(1)
  }
  process.stderr.write(`安装测试用的服务 installing servers for the tests: ${missing.join(' ')}\n`)
  // Packages bring services; the tests start their own and nothing else may run.
  const isOurs = !existsSync(noServices)
  if (isOurs) writeFileSync(noServices, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    must('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 2] })
    must(install[0], install.slice(1), { env, stdio: ['ignore', 'ignore', 2] })
  } finally {
    if (isOurs) rmSync(noServices, { force: true })
  }
}
