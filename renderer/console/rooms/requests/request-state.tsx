import type { Request, RequestState } from '#contract/requests.ts'
import { formatDuration } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'
import type { Verdict } from './verdict.ts'
import { isLate, isWaiting } from './queue.ts'

const looks: Readonly<Record<RequestState, readonly [Shape, Tone]>> = {
  submitted: ['wait', 'notice'],
  returned: ['ask', 'warning'],
  rejected: ['cross', 'quiet'],
  withdrawn: ['stop', 'quiet'],
  allocating: ['busy', 'notice'],
  granted: ['tick', 'good'],
  failed: ['warn', 'critical'],
}

export function RequestGlyph({ state, isBare = false }: { readonly state: RequestState; readonly isBare?: boolean }) {
  const [shape, tone] = looks[state]
  return <StateGlyph shape={shape} tone={tone} label={word('requestState', state)} isBare={isBare} />
}

const verdicts: Readonly<Record<Verdict | 'checking' | 'unknown', readonly [Shape, Tone]>> = {
  passes: ['tick', 'good'],
  notice: ['warn', 'warning'],
  blocked: ['block', 'critical'],
  checking: ['busy', 'quiet'],
  unknown: ['ask', 'unknown'],
}

export function VerdictGlyph(props: { readonly verdict: Verdict | 'checking' | 'unknown'; readonly isBare?: boolean }) {
  const [shape, tone] = verdicts[props.verdict]
  return (
    <StateGlyph
      shape={shape}
      tone={tone}
      label={text(`requests:verdict.${props.verdict}`)}
      isBare={props.isBare ?? false}
    />
  )
}

const MINUTE = 60_000
/** Whole minutes: a deadline that ticks by the second only makes people nervous. */
const inMinutes = (ms: number): string => formatDuration(Math.max(MINUTE, Math.floor(ms / MINUTE) * MINUTE))

/** `剩 3 小时`, or `超时 2 天 4 小时` in red. Nothing for what does not wait. */
export function Deadline({ request }: { readonly request: Request }) {
  const late = useFromNow(now => isLate(request, now))
  const says = useFromNow(now =>
    text(late ? 'requests:lateBy' : 'requests:dueIn', { duration: inMinutes(Math.abs(request.deadlineAt - now)) }),
  )
  if (!isWaiting(request)) return null
  return <span className={late ? 'requests-late' : 'y-second'}>{says}</span>
}

/** How long it has waited: `已等 2 天`, and within the first minute that it has just come. */
export function Waited({ request }: { readonly request: Request }) {
  const since = request.history.at(-1)?.at ?? request.submittedAt
  const says = useFromNow(now =>
    now - since < MINUTE ? text('requests:arrived') : text('requests:waited', { duration: inMinutes(now - since) }),
  )
  return <>{says}</>
}
