import { createRouterClient } from '@orpc/server'
import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { HostId, JobId, VmId } from '#contract/ids.ts'
import { systemClock } from '#lib/clock.ts'
import type { Context } from './context.ts'
import { guarded, UndeclaredFailure } from './guard.ts'
import { callerOf } from './testing.ts'

const operator = callerOf(['operator'])
const context: Context = {
  attend: () => Promise.resolve({ caller: operator, isLocked: false }),
  sessionSecret: undefined,
  drained: () => Promise.resolve(),
}
const hostId = HostId.parse('h1')
const vmId = VmId.parse('h1.a')

/** Two entries that fail as they are told, and what was reported. */
function failing(error: Error) {
  const reports: unknown[] = []
  const os = guarded(bug => void reports.push(bug), systemClock)
  const router = {
    describe: os.vms.describe.handler(() => Promise.reject(error)),
    watch: os.vms.watch.handler(async function* () {
      yield await Promise.reject(error)
    }),
  }
  return { reports, client: createRouterClient(router, { context }) }
}

test('a code that its entry declares crosses the door and is no bug', async () => {
  const { reports, client } = failing(new AppError('host/lost', { hostId }))
  await expect(client.describe({ vmId })).rejects.toMatchObject({ code: 'host/lost', data: { hostId } })
  expect(reports).toEqual([])
})

test('a code that its entry does not declare crosses the door and is reported as a bug', async () => {
  const error = new AppError('vm/busy', { jobId: JobId.parse('j1') })
  const { reports, client } = failing(error)
  await expect(client.describe({ vmId })).rejects.toMatchObject({ code: 'vm/busy', data: { jobId: 'j1' } })
  expect(reports).toEqual([new UndeclaredFailure('describe does not declare vm/busy', { cause: error })])
})

test('so it is when a stream fails after it began', async () => {
  const { reports, client } = failing(new AppError('vm/not-found', { vm: 'a' }))
  const stream = await client.watch({})
  await expect(stream.next()).rejects.toMatchObject({ code: 'vm/not-found' })
  expect(reports).toEqual([new UndeclaredFailure('watch does not declare vm/not-found')])
})
