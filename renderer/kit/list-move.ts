/**
 * Where a key leads in a list of `count` items.
 *
 * @param from  index of the open item; -1 when none is, then the first key takes the first item
 * @param page  how many items a page key passes
 * @returns     null when the key means nothing here
 */
export function listMove(key: string, from: number, count: number, page: number): number | null {
  if (count === 0) return null
  const to = (index: number): number => Math.min(Math.max(index, 0), count - 1)
  switch (key) {
    case 'ArrowDown':
      return to(from + 1)
    case 'ArrowUp':
      return to(from < 0 ? 0 : from - 1)
    case 'PageDown':
      return to(Math.max(from, 0) + page)
    case 'PageUp':
      return to(Math.max(from, 0) - page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
