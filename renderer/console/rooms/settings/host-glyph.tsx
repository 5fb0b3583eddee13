import type { HostState } from '#contract/hosts.ts'
import { word } from '#kit/i18n/index.ts'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'

const looks: Readonly<Record<HostState, readonly [Shape, Tone]>> = {
  connecting: ['busy', 'notice'],
  up: ['tick', 'good'],
  silent: ['ask', 'unknown'],
  blocked: ['block', 'critical'],
}

export function HostGlyph({ state, isBare = false }: { readonly state: HostState; readonly isBare?: boolean }) {
  const [shape, tone] = looks[state]
  return <StateGlyph shape={shape} tone={tone} label={word('hostState', state)} isBare={isBare} />
}
