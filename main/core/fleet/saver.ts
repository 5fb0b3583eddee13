import type { HostId } from '#contract/ids.ts'
import type { Clock } from '#lib/clock.ts'
import type { HostSnapshot } from './model.ts'
import type { FleetPort } from './port.ts'

/** A host whose VMs come and go by the dozen is written this often at most. */
const CHANGE_MS = 5_000
/** Without any change only the age moves on. */
const IDLE_MS = 60_000

/** Keeps a host's last known state in the store, never two writes at a time. */
export class Saver {
  readonly #clock: Clock
  readonly #store: Pick<FleetPort, 'save'>
  readonly #onError: (error: unknown) => void
  #savedAt = -Infinity
  #isChanged = false
  #saving: Promise<void> | undefined

  constructor(clock: Clock, store: Pick<FleetPort, 'save'>, onError: (error: unknown) => void) {
    this.#clock = clock
    this.#store = store
    this.#onError = onError
  }

  /** There is something new that a restart should not lose. */
  changed(): void {
    this.#isChanged = true
  }

  /** Saves when it is time to; never waits. */
  tick(hostId: HostId, snapshot: () => HostSnapshot | null): void {
    const sinceMs = this.#clock.monotonic() - this.#savedAt
    if (this.#saving || sinceMs < (this.#isChanged ? CHANGE_MS : IDLE_MS)) return
    void this.#save(hostId, snapshot)
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#saving
  }

  /** Saves what was not saved; resolves when nothing is being written. */
  async flush(hostId: HostId, snapshot: () => HostSnapshot | null): Promise<void> {
    await this.#saving
    if (this.#isChanged) await this.#save(hostId, snapshot)
  }

  async #save(hostId: HostId, snapshot: () => HostSnapshot | null): Promise<void> {
    const taken = snapshot()
    if (!taken) return
    this.#savedAt = this.#clock.monotonic()
    this.#isChanged = false
    this.#saving = this.#store.save(hostId, taken).catch((error: unknown) => {
      this.#isChanged = true
      this.#onError(error)
    })
    await this.#saving
    this.#saving = undefined
  }
}
