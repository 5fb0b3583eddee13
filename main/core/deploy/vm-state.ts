import { AppError } from '#contract/errors.ts'
import type { VmState } from '#contract/vms.ts'
import type { HostLink } from '#core/hosts/index.ts'
import type { Clock } from '#lib/clock.ts'

type StateWish = { readonly uuid: string; readonly wanted: 'running' | 'shutoff'; readonly deadlineMs: number }

/** @throws {AppError} vm/did-not-start, vm/still-running: it was in another state until the deadline; the signal's reason */
export async function waitForState(
  clock: Clock,
  link: HostLink,
  { uuid, wanted, deadlineMs }: StateWish,
  signal: AbortSignal,
): Promise<void> {
  const start = clock.monotonic()
  for (let pauseMs = 100; ; pauseMs = Math.min(1_000, pauseMs * 2)) {
    const state: VmState = await link.vmState(uuid)
    if (state === wanted) return
    const waitedMs = Math.round(clock.monotonic() - start)
    if (waitedMs > deadlineMs)
      throw wanted === 'shutoff'
        ? new AppError('vm/still-running', { waitedMs })
        : new AppError('vm/did-not-start', { state })
    await clock.sleep(pauseMs, signal)
  }
}

type RebootWish = { readonly uuid: string; readonly deadlineMs: number }
const off: readonly VmState[] = ['shutoff', 'crashed']

/**
 * Waits until libvirt tells that the guest has rebooted: the VM's state alone does not show it.
 *
 * @throws {AppError} vm/did-not-reboot: nothing was told until the deadline; vm/reboot-unknown: nobody listened all the
 *   time; vm/did-not-start: it went off instead; the signal's reason
 */
export async function waitForReboot(
  clock: Clock,
  link: Pick<HostLink, 'rebootOf' | 'vmState'>,
  { uuid, deadlineMs }: RebootWish,
  signal: AbortSignal,
): Promise<void> {
  const start = clock.monotonic()
  for (;;) {
    if (link.rebootOf(uuid) === 'told') return
    const state = await link.vmState(uuid)
    if (off.includes(state)) throw new AppError('vm/did-not-start', { state })
    const waitedMs = Math.round(clock.monotonic() - start)
    if (waitedMs > deadlineMs)
      throw link.rebootOf(uuid) === 'unheard'
        ? new AppError('vm/reboot-unknown', {})
        : new AppError('vm/did-not-reboot', { waitedMs })
    await clock.sleep(500, signal)
  }
}
