import { AppError } from '#contract/errors.ts'
import type { Note } from '#core/audit/index.ts'
import { Gate } from '#lib/gate.ts'
import type { IdentityPorts } from './port.ts'

/**
 * Sessions that end. A full disk cannot take that down, but who signs out is out all the same: it is kept here until it
 * can be recorded.
 */
export function openEndedSessions({ sessions, committer }: IdentityPorts) {
  const unrecorded = new Map<string, Note>()
  const recording = new Gate(1)

  /** Records what could not be recorded before. */
  const record = (): Promise<void> =>
    recording.run('all', async () => {
      const ended = [...unrecorded]
      if (ended.length === 0) return
      await committer.commit({
        writes: ended.map(([hash]) => sessions.remove(hash)),
        audit: ended.map(([, note]) => note),
      })
      for (const [hash] of ended) unrecorded.delete(hash)
    })

  return {
    has: (sessionHash: string): boolean => unrecorded.has(sessionHash),
    record,
    end: async (sessionHash: string, note: Note): Promise<void> => {
      unrecorded.set(sessionHash, note)
      await record().catch(unlessFull)
    },
  }
}

function unlessFull(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'store/full') throw error
}
