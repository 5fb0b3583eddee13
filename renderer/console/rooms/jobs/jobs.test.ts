import { expect, test } from 'vitest'
import { HostId, JobId, PlatformId, VmId } from '#contract/ids.ts'
import type { Job, JobStep } from '#contract/jobs.ts'
import { countJobs, jobsInOrder } from './order.ts'
import { jobProgress, tookMs, whatExists, willDo } from './sentence.ts'

const step = (name: JobStep['name'], state: JobStep['state']): JobStep => ({
  name,
  state,
  startedAt: null,
  endedAt: null,
  fault: null,
  plan: '',
  inverse: null,
})
const job = (facts: Partial<Omit<Job, 'jobId'>> & { jobId: string }): Job => {
  const { jobId, ...rest } = facts
  return {
    jobId: JobId.parse(jobId),
    kind: 'vm.create',
    platformId: PlatformId.parse('platform'),
    hostId: HostId.parse('host'),
    hostName: 'gov-03',
    vmId: VmId.parse('vm'),
    vmName: 'zk-web-01',
    requestId: null,
    forWhom: '市教育局 · 招考报名',
    author: '某人',
    reason: '考试报名',
    state: 'done',
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    steps: [],
    fault: null,
    version: 1,
    ...rest,
  }
}

const all = [
  job({ jobId: 'done-new', createdAt: 50 }),
  job({ jobId: 'running-old', state: 'running', createdAt: 10 }),
  job({ jobId: 'queued-new', state: 'queued', createdAt: 40 }),
  job({ jobId: 'stuck', state: 'stuck', createdAt: 5 }),
  job({ jobId: 'undone', state: 'undone', createdAt: 30, hostName: 'net-01' }),
]
const keys = (jobs: readonly Job[]): string => jobs.map(one => one.jobId).join(' ')

test('what waits for a person stands first, then what is at work, then the rest, each newest first', () => {
  expect(keys(jobsInOrder(all, 'all'))).toBe('stuck queued-new running-old done-new undone')
})

test('the filters keep what is open and what did not succeed, and counts agree with them', () => {
  expect(keys(jobsInOrder(all, 'open'))).toBe('stuck queued-new running-old')
  expect(keys(jobsInOrder(all, 'failed'))).toBe('stuck undone')
  expect(countJobs(all)).toEqual({ all: 5, open: 3, failed: 2 })
})

test('a search finds jobs by host, department or reason', () => {
  expect(keys(jobsInOrder(all, 'all', 'net-01'))).toBe('undone')
  expect(jobsInOrder(all, 'all', '教育 报名')).toHaveLength(5)
})

test('progress counts steps that are done and names the one at work', () => {
  const steps = [step('check', 'done'), step('create-volume', 'running'), step('define', 'waiting')]
  expect(jobProgress({ steps })).toMatchObject({ done: 1, of: 3, current: { name: 'create-volume' } })
})

test('time runs until the end, up to now while there is none, and not before the start', () => {
  expect(tookMs({ startedAt: 100, endedAt: 350 }, 9_999)).toBe(250)
  expect(tookMs({ startedAt: 100, endedAt: null }, 400)).toBe(300)
  expect(tookMs({ startedAt: null, endedAt: null }, 400)).toBeNull()
})

test('a half-done job says of each thing that it makes whether it is there', () => {
  const steps = [
    step('check', 'done'),
    step('create-volume', 'done'),
    step('define', 'unknown'),
    step('start', 'waiting'),
  ]
  const remains = whatExists(job({ jobId: 'a', state: 'stuck', steps }))
  expect(remains.map(({ what, exists }) => [what, exists])).toEqual([
    ['volume', 'yes'],
    ['definition', 'unknown'],
    ['power', 'no'],
  ])
  expect(remains[1]?.says).toBe('虚拟机 zk-web-01 是否已登记尚不清楚')
})

test('what was taken back is told apart from what never was', () => {
  const steps = [step('create-volume', 'undone'), step('define', 'failed')]
  const says = whatExists(job({ jobId: 'a', state: 'undone', steps })).map(one => one.says)
  expect(says).toEqual(['磁盘已删除', '虚拟机 zk-web-01 尚未登记'])
})

test('a job that only starts a machine makes nothing that could be left behind', () => {
  const steps = [step('start', 'failed'), step('verify', 'waiting')]
  expect(whatExists({ ...job({ jobId: 'a', state: 'failed', steps }), kind: 'vm.start' })).toEqual([])
})

const halfDone = (['check', 'create-volume', 'define', 'start', 'verify'] as const).map((name, i) => ({
  ...step(name, (['done', 'done', 'unknown', 'undone', 'waiting'] as const)[i] ?? 'waiting'),
  inverse: ['create-volume', 'define', 'start'].includes(name) ? 'undo it' : null,
}))

test('going on does what is not done, taking back undoes what may stand, last things first', () => {
  expect(willDo({ steps: halfDone }, 'resume')).toBe('将依次执行：登记虚拟机、开机、核实结果。')
  expect(willDo({ steps: halfDone }, 'undo')).toBe('将依次执行：取消虚拟机登记、删除磁盘。')
  expect(willDo({ steps: halfDone }, 'abandon')).toBe('')
})
