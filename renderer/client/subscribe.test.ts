import { expect, test } from 'vitest'
import { Failure } from './failure.ts'
import { subscribe } from './subscribe.ts'

type Log = string[]
/** Each turn is what one opened stream gives: texts are messages, an error ends it. */
function read(turns: readonly (readonly (string | Error)[])[], log: Log): Promise<void> {
  return new Promise(done => {
    let turn = 0
    const close = subscribe<string>({
      ready: () => Promise.resolve(),
      open: () => {
        const script = turns[turn++]
        log.push(`open ${turn}`)
        return Promise.resolve(play(script ?? []))
      },
      message: text => log.push(text),
      lost: failure => log.push(`lost ${failure.code}`),
      refused: failure => {
        log.push(`refused ${failure.code}`)
        done()
      },
      random: () => 1,
      wait: ms => {
        log.push(`wait ${ms}`)
        if (turn >= turns.length) {
          close()
          done()
        }
        return Promise.resolve()
      },
    })
  })
}

async function* play(script: readonly (string | Error)[]): AsyncGenerator<string> {
  for (const step of script) {
    await Promise.resolve()
    if (step instanceof Error) throw step
    yield step
  }
}

test('a stream that is cut off is opened again, and says so in between', async () => {
  const log: Log = []
  const cut = new Error('[AsyncIdQueue] Cannot access queue[3] because it is not open or aborted.')
  await read([['a', cut], ['b']], log)
  expect(log).toEqual([
    'open 1',
    'a',
    'lost client/offline',
    'wait 500',
    'open 2',
    'b',
    'lost client/offline',
    'wait 500',
  ])
})

test('waits double while nothing comes, and begin anew after a message', async () => {
  const log: Log = []
  await read([[], [], ['a'], []], log)
  expect(log.filter(line => line.startsWith('wait'))).toEqual(['wait 500', 'wait 1000', 'wait 500', 'wait 1000'])
})

test('a stream that this person may not read is not asked for again', async () => {
  const log: Log = []
  await read([[new Failure('session/not-allowed', { needs: ['operator'] })], ['never']], log)
  expect(log).toEqual(['open 1', 'refused session/not-allowed'])
})

test('a locked session is no reason to give up', async () => {
  const log: Log = []
  await read([[new Failure('session/locked')], ['a']], log)
  expect(log).toContain('a')
})
