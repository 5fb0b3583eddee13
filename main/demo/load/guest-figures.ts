import { busyUntil, drift, type Activity } from './activity.ts'

/** What one guest keeps in its memory, KiB; `availableKiB` is what its kernel manages, as qemu's balloon tells it. */
export type GuestMemory = {
  readonly availableKiB: number
  readonly unusedKiB: number
  readonly usableKiB: number
  readonly cachesKiB: number
  readonly rssKiB: number
}

const HOUR_MS = 3_600_000
/** What firmware and kernel keep away from the guest's own accounting. */
const KERNEL_SHARE = 0.024
const QEMU_OVERHEAD_KIB = 90_000

/**
 * Memory of a guest that has been up for `upMs`; programs need more while there is work, caches fill over hours.
 * @param memoryKiB  what the balloon gives it now
 */
export function guestMemory(activity: Activity, memoryKiB: number, upMs: number, at: number): GuestMemory {
  const { seed } = activity
  const ownShare = 0.18 + 0.5 * drift(seed + 3, 0, HOUR_MS)
  const recentLoad = Math.min(1, (busyUntil(activity, at) - busyUntil(activity, at - 600_000)) / 600_000)
  const swing = 0.06 * drift(seed + 1, at, 2 * HOUR_MS) + 0.12 * recentLoad
  const warmth = 1 - Math.exp(-upMs / (3 * HOUR_MS))
  const availableKiB = Math.floor(memoryKiB * (1 - KERNEL_SHARE))
  const usedKiB = Math.floor(
    availableKiB * Math.min(0.93, 0.05 + (ownShare - 0.05 + swing) * Math.min(1, 0.4 + warmth)),
  )
  const roomKiB = availableKiB - usedKiB
  const cachesKiB = Math.floor(roomKiB * (0.1 + (0.5 + 0.25 * drift(seed + 2, at, 5 * HOUR_MS)) * warmth))
  const unusedKiB = roomKiB - cachesKiB
  const touchedKiB = Math.min(memoryKiB, Math.floor((memoryKiB - unusedKiB) * (0.9 + 0.1 * warmth)))
  return {
    availableKiB,
    unusedKiB,
    usableKiB: unusedKiB + Math.floor(cachesKiB * 0.85),
    cachesKiB,
    rssKiB: touchedKiB + QEMU_OVERHEAD_KIB,
  }
}

/** Independent noise for what moves beside the CPU. */
export const channel = { cpu: 0, diskRead: 1, diskWrite: 2, netIn: 3, netOut: 4 } as const
export type Channel = keyof typeof channel

/** Bytes moved per busy second of one virtual CPU. */
export type Intensity = Readonly<Record<Exclude<Channel, 'cpu'>, number>>

/** How much a machine reads, writes, receives and sends for its work: its own mixture, from its seed. */
export function intensityOf(seed: number): Intensity {
  const spread = (purpose: number, low: number, high: number) => low * (high / low) ** drift(seed + purpose, 0, 1)
  return {
    diskRead: spread(11, 40_000, 3_000_000),
    diskWrite: spread(12, 150_000, 2_500_000),
    netIn: spread(13, 60_000, 1_500_000),
    netOut: spread(14, 90_000, 6_000_000),
  }
}
