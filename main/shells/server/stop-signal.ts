const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** One Ctrl+C reaches us from the terminal, and again from npm and from the script that started us. */
const sameMs = 1_000
/** Work that does not stop by then is taken up at the next start, as after a crash. */
const patienceMs = 20_000
const killed = 130

/** Resolves when we are told to stop; a second time is meant, and so is a stop that takes too long: then all ends at once. */
export function stopSignal(): Promise<void> {
  return new Promise(resolve => {
    let toldAt: number | undefined
    const told = (): void => {
      const now = performance.now()
      if (toldAt !== undefined && now - toldAt > sameMs) process.exit(killed)
      if (toldAt !== undefined) return
      toldAt = now
      setTimeout(() => process.exit(killed), patienceMs).unref()
      resolve()
    }
    for (const signal of signals) process.on(signal, told)
  })
}
