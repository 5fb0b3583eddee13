import { parentPort, workerData } from 'node:worker_threads'
import { Engine, type Ask, type EngineOptions } from './engine.ts'

const port = parentPort
if (!port) throw new Error('sqlite-worker runs in a worker thread')
const engine = new Engine(workerData as EngineOptions)
port.postMessage({ id: 0 })

port.on('message', ({ id, ask }: { id: number; ask: Ask }) => {
  try {
    port.postMessage({ id, answer: engine.answer(ask) })
  } catch (error) {
    port.postMessage({ id, error: { message: error instanceof Error ? error.message : String(error) } })
  }
})
