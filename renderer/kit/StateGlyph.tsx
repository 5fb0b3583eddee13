import './state-glyph.css'

export type Tone = 'good' | 'notice' | 'warning' | 'critical' | 'quiet' | 'unknown'
/** Each shape has one meaning everywhere; colour only repeats it. */
export type Shape = 'run' | 'stop' | 'pause' | 'cross' | 'moon' | 'busy' | 'tick' | 'wait' | 'warn' | 'ask' | 'block'

const paths: Readonly<Record<Shape, string>> = {
  run: 'M5 3.2v7.6L11 7z',
  stop: 'M4 4h6v6H4z',
  pause: 'M4 3.5h2v7H4zM8 3.5h2v7H8z',
  cross: 'M3.6 4.8 4.8 3.6 7 5.8l2.2-2.2 1.2 1.2L8.2 7l2.2 2.2-1.2 1.2L7 8.2l-2.2 2.2-1.2-1.2L5.8 7z',
  moon: 'M9.8 8.9A4.2 4.2 0 0 1 5.6 3 4.4 4.4 0 1 0 11 8.6a4 4 0 0 1-1.2.3z',
  busy: 'M7 2.5a4.5 4.5 0 1 1-4.5 4.5H4A3 3 0 1 0 7 4z',
  tick: 'm5.9 10.4-3-3L4.1 6.2 5.9 8l4-4 1.2 1.2z',
  wait: 'M7 2.5A4.5 4.5 0 1 0 7 11.5 4.5 4.5 0 0 0 7 2.5zm0 1.4a3.1 3.1 0 1 1 0 6.2 3.1 3.1 0 0 1 0-6.2zM6.4 5v2.4l1.9 1.1.5-.9-1.2-.7V5z',
  warn: 'M7 2 13 12H1zM6.3 5.5v3.2h1.4V5.5zm0 4.1V11h1.4V9.6z',
  ask: 'M4.6 5.2a2.4 2.4 0 1 1 3.4 2.2c-.3.2-.4.3-.4.7v.3H6.2v-.4c0-1 .5-1.5 1.1-1.8a1 1 0 1 0-1.3-1zM6.2 9.4h1.4v1.4H6.2z',
  block:
    'M7 1.8 11.6 3.4V7c0 2.6-1.9 4.4-4.6 5.4C4.300 11.400 2.400 9.600 2.400 7V3.400zM4.600 6.300v1.400h4.800V6.300z',
}

/** A state as a shape in a colour with its word beside it; `isBare` leaves the word to the screen reader. */
export function StateGlyph(props: {
  readonly shape: Shape
  readonly tone: Tone
  readonly label: string
  readonly isBare?: boolean
}) {
  return (
    <span className="y-state" data-tone={props.tone} title={props.isBare ? props.label : undefined}>
      <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden data-shape={props.shape}>
        <path fillRule="evenodd" d={paths[props.shape]} />
      </svg>
      <span className={props.isBare ? 'y-hidden' : 'y-cut'}>{props.label}</span>
    </span>
  )
}
