import { useEffect, type RefObject } from 'react'

/** Scrolls an element to where it was left, and from then on writes down where it is. */
export function useKeptScroll(viewport: RefObject<HTMLElement | null>, kept: { scrollTop: number }): void {
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    element.scrollTop = kept.scrollTop
    const remember = () => {
      kept.scrollTop = element.scrollTop
    }
    element.addEventListener('scroll', remember, { passive: true })
    return () => element.removeEventListener('scroll', remember)
  }, [viewport, kept])
}
