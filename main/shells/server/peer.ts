import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'

const table = '/proc/net/tcp'
const established = '01'
/** As the kernel writes an end of a connection over 127.0.0.1: both in hexadecimal, the address as it lies in memory. */
const end = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`

/**
 * The user whose process holds the end at `local` of a connection over the loopback address.
 * @param text   the kernel's table
 * @source       proc_pid_net(5), /proc/net/tcp
 */
export function uidOf(text: string, local: number, remote: number): number | undefined {
  for (const line of text.split('\n')) {
    const [, from, to, state, , , , uid] = line.trim().split(/\s+/)
    if (from === end(local) && to === end(remote) && state === established) return Number(uid)
  }
  return undefined
}

/** Whether who calls runs as the user we run as; true as well where the system has no such table. */
export function isOwnUser({ remotePort, localPort }: Socket): boolean {
  try {
    const uid = uidOf(readFileSync(table, 'utf8'), remotePort ?? 0, localPort ?? 0)
    return uid === process.getuid?.()
  } catch {
    return true
  }
}
