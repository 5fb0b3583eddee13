import type { JobState } from '#contract/jobs.ts'
import { word } from '#kit/i18n/index.ts'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'

const looks: Readonly<Record<JobState, readonly [Shape, Tone]>> = {
  queued: ['wait', 'quiet'],
  running: ['busy', 'notice'],
  undoing: ['busy', 'warning'],
  done: ['tick', 'good'],
  undone: ['stop', 'warning'],
  failed: ['cross', 'critical'],
  stuck: ['warn', 'critical'],
  abandoned: ['pause', 'warning'],
  superseded: ['stop', 'quiet'],
}

export function JobGlyph({ state, isBare = false }: { readonly state: JobState; readonly isBare?: boolean }) {
  const [shape, tone] = looks[state]
  return <StateGlyph shape={shape} tone={tone} label={word('jobState', state)} isBare={isBare} />
}
