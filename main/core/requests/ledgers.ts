import { AppError } from '#contract/errors.ts'
import { Gate } from '#lib/gate.ts'
import { next, type Expect, type Records, type Write } from '#lib/records.ts'
import type { LedgerRecord } from './model.ts'

/** Another core on the same store may decide at the same moment: the later one looks again, this often at most. */
const tries = 5

/** What a decision adds to its commit, so that no other one was based on the same state. */
export type Turn = {
  /** How many decisions of this ledger there will have been with this one. */
  readonly number: number
  readonly expect: Expect
  readonly write: Write
}

/** Lets the decisions about one thing happen one after the other. */
export function openLedgers(ledgers: Records<LedgerRecord>) {
  const gate = new Gate(1)

  async function attempt<T>(ledgerId: string, decide: (turn: Turn) => Promise<T>): Promise<T> {
    const before = await ledgers.get(ledgerId)
    const after = before ? next(before, {}) : { ledgerId, version: 1 }
    const expect = before ? ledgers.seen(before) : ledgers.absent(ledgerId)
    return decide({ number: after.version, expect, write: ledgers.put(after) })
  }

  return {
    /** Calls `decide` when it is its turn, again when somebody else's commit came first. */
    inTurn: <T>(ledgerId: string, decide: (turn: Turn) => Promise<T>): Promise<T> =>
      gate.run(ledgerId, async () => {
        for (let round = 1; ; round++) {
          try {
            return await attempt(ledgerId, decide)
          } catch (error) {
            if (!isRace(error) || round >= tries) throw error
          }
        }
      }),
  }
}

/** Somebody else's decision, or a quota that was set while this one was taken. */
const isRace = (error: unknown): boolean =>
  error instanceof AppError &&
  error.code === 'store/changed-meanwhile' &&
  ['ledgers', 'quotas'].includes((error as AppError<'store/changed-meanwhile'>).data.what)
