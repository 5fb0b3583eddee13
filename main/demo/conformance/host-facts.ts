import assert from 'node:assert/strict'
import { connected, refused, type Fact } from './subject.ts'

const fields = (rows: readonly { readonly field: string }[]): readonly string[] => rows.map(({ field }) => field)

export const hostFacts: readonly Fact[] = [
  {
    title: 'counts as many CPUs as its sockets, cores and threads make',
    check: subject =>
      connected(subject, async libvirt => {
        const { model, memory, cpus, nodes, sockets, cores, threads } = await libvirt.call('nodeGetInfo', {})
        assert.equal(model, subject.arch)
        assert.equal(cpus, nodes * sockets * cores * threads)
        assert.ok(memory > 1_000_000n)
        const map = await libvirt.call('nodeGetCpuMap', { needMap: 1, needOnline: 1 })
        assert.deepEqual([map.ret, map.online, map.cpumap.byteLength], [cpus, cpus, Math.ceil(cpus / 8)])
      }),
  },
  {
    title: 'describes CPU, topology and guests in its capabilities',
    check: subject =>
      connected(subject, async libvirt => {
        const { capabilities } = await libvirt.call('connectGetCapabilities', {})
        const { cpus } = await libvirt.call('nodeGetInfo', {})
        assert.match(
          capabilities,
          new RegExp(`<host>\\s*<uuid>[0-9a-f-]{36}</uuid>\\s*<cpu>\\s*<arch>${subject.arch}</arch>`),
        )
        assert.match(
          capabilities,
          /<cpu>[\s\S]*<model>[\w-]+<\/model>\s*<vendor>\w+<\/vendor>[\s\S]*<topology sockets='\d+' dies='\d+' cores='\d+' threads='\d+'\/>/,
        )
        assert.equal(
          capabilities.match(/<cpu id='\d+' socket_id='\d+' die_id='\d+' core_id='\d+' siblings='[\d,-]+'\/>/g)?.length,
          cpus,
        )
        assert.match(
          capabilities,
          new RegExp(
            `<os_type>hvm</os_type>\\s*<arch name='${subject.arch}'>\\s*<wordsize>64</wordsize>\\s*<emulator>/usr/bin/qemu-system-${subject.arch}</emulator>`,
          ),
        )
        assert.match(capabilities, /<domain type='qemu'\/>/)
      }),
  },
  {
    title: 'tells CPU times that never go back, under four names',
    check: subject =>
      connected(subject, async libvirt => {
        const read = async () => (await libvirt.call('nodeGetCpuStats', { cpuNum: -1, nparams: 4 })).params
        const [before, after] = [await read(), await read()]
        assert.deepEqual(fields(before), ['kernel', 'user', 'idle', 'iowait'])
        for (const [index, { value }] of after.entries()) assert.ok(value >= (before[index]?.value ?? 0n))
        const { nparams, params } = await libvirt.call('nodeGetCpuStats', { cpuNum: -1, nparams: 0 })
        assert.deepEqual([nparams, params], [4, []])
        const wrongCount = { code: 8, domain: 0, message: 'nparams in virHostCPUGetStatsLinux must be equal to 4' }
        await refused(libvirt, 'nodeGetCpuStats', { cpuNum: -1, nparams: 16 }, wrongCount)
        const refusal = { code: 8, domain: 0, message: 'Invalid cpuNum in virHostCPUGetStatsLinux' }
        await refused(libvirt, 'nodeGetCpuStats', { cpuNum: 9_999, nparams: 4 }, refusal)
      }),
  },
  {
    title: 'tells memory of the whole host and of one node',
    check: subject =>
      connected(subject, async libvirt => {
        const read = async (cellNum: number, nparams: number) =>
          (await libvirt.call('nodeGetMemoryStats', { cellNum, nparams })).params
        const whole = await read(-1, 4)
        assert.deepEqual(fields(whole), ['total', 'free', 'buffers', 'cached'])
        const [total = 0n, free = 0n, buffers = 0n, cached = 0n] = whole.map(({ value }) => value)
        assert.ok(free + buffers + cached < total)
        assert.deepEqual(fields(await read(0, 2)), ['total', 'free'])
        assert.ok((await libvirt.call('nodeGetFreeMemory', {})).freeMem > 0n)
        const wrongCount = { code: 8, domain: 0, message: 'nparams in virHostMemGetStatsLinux must be 4' }
        await refused(libvirt, 'nodeGetMemoryStats', { cellNum: -1, nparams: 16 }, wrongCount)
        const refusal = {
          code: 8,
          domain: 0,
          message: /^cellNum in virHostMemGetStats must be less than or equal to \d+$/,
        }
        await refused(libvirt, 'nodeGetMemoryStats', { cellNum: 99, nparams: 4 }, refusal)
      }),
  },
]
