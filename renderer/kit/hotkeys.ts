import { useEffect, useRef } from 'react'

/**
 * `keys` is one key (`j`, `?`, `Escape`), a chord (`ctrl+k`, where ⌘ counts as Ctrl) or a sequence (`g h`). `label` is
 * what the help overlay says; without it the key is not listed. `shownAs` names several keys of one kind there: `↑ ↓`.
 */
export type Hotkey = {
  readonly keys: string
  readonly label?: string
  readonly shownAs?: string
  readonly run: (event: KeyboardEvent) => void
}
export type HotkeyGroup = { readonly title: string; readonly keys: readonly Hotkey[] }

const groups: { current: HotkeyGroup }[] = []
const SEQUENCE_MS = 1_000
let pending: { readonly prefix: string; readonly at: number } | null = null

/** The groups on the page now, the latest first: what `?` shows. */
export function presentHotkeys(): readonly HotkeyGroup[] {
  const byTitle = Map.groupBy(groups.map(group => group.current).reverse(), group => group.title)
  return [...byTitle].map(([title, same]) => ({ title, keys: same.flatMap(group => group.keys) }))
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'keyCode'>

/** True while the reader is typing: in a field, or anywhere with an input method that has not finished a word. */
export function isTyping(event: Pressed, target: unknown): boolean {
  if (event.isComposing || event.keyCode === 229) return true
  const element = target as { tagName?: string; isContentEditable?: boolean; type?: string } | null
  if (!element?.tagName) return false
  if (element.isContentEditable) return true
  const tag = element.tagName.toUpperCase()
  if (tag === 'INPUT') return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(element.type ?? 'text')
  return tag === 'TEXTAREA' || tag === 'SELECT'
}

/**
 * Whether a key belongs to what has the focus and not to the page: whatever has it uses Enter, Space and the arrows for
 * itself, and a dialog covers the page and with it the page's keys.
 */
export function isTaken(name: string, target: unknown): boolean {
  const element = target as Pick<Element, 'closest' | 'tagName'> | null
  if (!element?.closest || element.tagName.toUpperCase() === 'BODY') return false
  if (element.closest('[aria-modal="true"]') !== null) return name !== '?'
  return (
    ['Enter', ' ', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(name) && element.closest('main#main') !== element
  )
}

/** The name of what is pressed: `k`, `ctrl+k`, `?`. */
export function keyName(event: Pressed): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const ctrl = event.ctrlKey || event.metaKey ? 'ctrl+' : ''
  return `${ctrl}${event.altKey ? 'alt+' : ''}${key}`
}

function find(name: string): Hotkey | undefined {
  for (const group of [...groups].reverse()) {
    const hit = group.current.keys.find(key => key.keys === name)
    if (hit) return hit
  }
  return undefined
}

const isPrefix = (name: string): boolean =>
  groups.some(group => group.current.keys.some(key => key.keys.startsWith(`${name} `)))

function pressed(event: KeyboardEvent): void {
  const name = keyName(event)
  // Fields have their own use for Ctrl+A; the other chords of the page work from everywhere.
  const worksInFields = name === 'Escape' || (name.startsWith('ctrl+') && name !== 'ctrl+a')
  if (event.defaultPrevented || (isTyping(event, event.target) && !worksInFields)) return
  if (event.isComposing || event.keyCode === 229 || isTaken(name, event.target)) return
  const now = Date.now()
  const sequence = pending && now - pending.at < SEQUENCE_MS ? `${pending.prefix} ${name}` : null
  pending = null
  const hit = (sequence && find(sequence)) || find(name)
  if (hit) {
    event.preventDefault()
    hit.run(event)
  } else if (isPrefix(name)) pending = { prefix: name, at: now }
}

/**
 * Keys that work while the component is on the page, wherever the focus is, but never while the reader types or an
 * input method is composing. A component that appears later wins over an earlier one.
 */
export function useHotkeys(title: string, keys: readonly Hotkey[]): void {
  const group = useRef<HotkeyGroup>({ title, keys })
  group.current = { title, keys }
  useEffect(() => {
    if (groups.length === 0) addEventListener('keydown', pressed)
    groups.push(group)
    return () => {
      groups.splice(groups.indexOf(group), 1)
      if (groups.length === 0) removeEventListener('keydown', pressed)
    }
  }, [])
}
