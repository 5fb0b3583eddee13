import { formatAge, formatExact, formatInstant } from './format/index.ts'
import { useFromNow } from './now.ts'
import { text } from './i18n/index.ts'

/** How long ago, ticking: `4 秒前`. The exact instant is its tooltip. */
export function Age({ at }: { readonly at: number | null }) {
  const told = useFromNow(now => (at === null ? text('units:never') : formatAge(at, now)))
  return <time title={at === null ? undefined : formatExact(at)}>{told}</time>
}

/** A point in time as `08:31`, `10-31 08:31` or in full, by how far back it is. */
export function Instant({ at }: { readonly at: number | null }) {
  const told = useFromNow(now => formatInstant(at, now))
  return <time title={at === null ? undefined : formatExact(at)}>{told}</time>
}
