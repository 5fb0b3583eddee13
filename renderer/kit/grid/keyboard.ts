import { listMove } from '../list-move.ts'

/** What a key does in a grid. `focus` goes to a row, `select` turns its selection over, `open` shows it. */
export type GridMove =
  | { readonly kind: 'focus'; readonly index: number }
  | { readonly kind: 'select' | 'open'; readonly index: number }
  | { readonly kind: 'select-all' }

type Pressed = { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean }

/**
 * The meaning of a key press.
 *
 * @param focused  index of the focused row; -1 when none is, then the first key takes the first row
 * @param rows     how many rows there are
 * @param page     how many rows fit on the screen
 * @returns        null when the key means nothing here
 */
export function gridMove(pressed: Pressed, focused: number, rows: number, page: number): GridMove | null {
  const isChord = pressed.ctrlKey || pressed.metaKey
  if (isChord) return pressed.key.toLowerCase() === 'a' && rows > 0 ? { kind: 'select-all' } : null
  const index = listMove(pressed.key, focused, rows, Math.max(1, page - 1))
  if (index !== null) return { kind: 'focus', index }
  if (focused < 0 || (pressed.key !== 'Enter' && pressed.key !== ' ')) return null
  return { kind: pressed.key === 'Enter' ? 'open' : 'select', index: focused }
}

/**
 * Which row has the focus after the rows have changed: the same key where it is now; if it has gone, the row that took
 * its place.
 *
 * @param key       key of the row that had the focus; null: none had
 * @param wasIndex  where it stood
 */
export function keptFocus(key: string | null, wasIndex: number, keys: readonly string[]): number {
  if (key === null || keys.length === 0) return -1
  const index = keys.indexOf(key)
  return index >= 0 ? index : Math.min(Math.max(wasIndex, 0), keys.length - 1)
}
