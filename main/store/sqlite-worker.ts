import { parentPort, workerData } from 'node:worker_threads'
import { Engine, type Ask, type EngineOptions } from './engine.ts'
import { storeFaultKind } from './store-fault.ts'

const port = parentPort
if (!port) throw new Error('sqlite-worker runs in a worker thread')
let engine: Engine | undefined

function answer(id: number, work: () => unknown): void {
  try {
    port?.postMessage({ id, answer: work() })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    port?.postMessage({ id, error: { message, kind: storeFaultKind(error) } })
  }
}

answer(0, () => {
  engine = new Engine(workerData as EngineOptions)
  return null
})
port.on('message', ({ id, ask }: { id: number; ask: Ask }) => answer(id, () => engine?.answer(ask)))
