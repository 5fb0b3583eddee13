import { useEffect } from 'react'

/**
 * Keeps open what was opened by itself: the first item stands open when nobody chose one, and must not give way to
 * another that comes in above it while somebody reads or writes.
 *
 * @param chosen  key in the address; null: nobody chose
 * @param shown   key of what stands open; null: nothing does
 */
export function usePinned(chosen: string | null, shown: string | null, choose: (key: string) => void): void {
  useEffect(() => {
    if (shown !== null && shown !== chosen) choose(shown)
  }, [chosen, shown, choose])
}
