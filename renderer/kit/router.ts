import { useCallback, useSyncExternalStore } from 'react'

/** Where the page is: `#/hosts?open=…`. In the fragment, so that any web server can serve the one page. */
export type Place = { readonly path: string; readonly query: Readonly<Record<string, string>> }

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2)
  return { path: path.replace(/^\/+|\/+$/g, ''), query: Object.fromEntries(new URLSearchParams(search)) }
}

/** The address of a place, for `href`. Empty values are left out. */
export function hrefOf(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): string {
  const kept = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const search = new URLSearchParams(kept).toString()
  return `#/${path}${search ? `?${search}` : ''}`
}

let seen = { hash: '', place: parsePlace('') }
function present(): Place {
  if (location.hash !== seen.hash) seen = { hash: location.hash, place: parsePlace(location.hash) }
  return seen.place
}
const listen = (changed: () => void) => {
  addEventListener('hashchange', changed)
  addEventListener('popstate', changed)
  return () => {
    removeEventListener('hashchange', changed)
    removeEventListener('popstate', changed)
  }
}

/** Goes to a place; with `replace` Back does not return to the present one. */
export function goTo(href: string, options: { readonly replace?: boolean } = {}): void {
  if (href === location.hash) return
  if (!options.replace) {
    location.hash = href
    return
  }
  history.replaceState(null, '', href)
  dispatchEvent(new PopStateEvent('popstate'))
}

export const usePlace = (): Place => useSyncExternalStore(listen, present)

/** One parameter of the address, `open`, and how to change it on this page (which Back then does not undo). */
export function useParam(name: string): [string | null, (value: string | null) => void] {
  const value = usePlace().query[name] ?? null
  const set = useCallback(
    (next: string | null) => {
      const { path, query } = present()
      goTo(hrefOf(path, { ...query, [name]: next }), { replace: true })
    },
    [name],
  )
  return [value, set]
}
