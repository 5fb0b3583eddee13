import { expect, test } from 'vitest'
import { isTaken, isTyping, keyName } from './hotkeys.ts'

const press = (key: string, more: object = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 0,
  ...more,
})

test('an input method that is composing counts as typing, wherever the focus is', () => {
  expect(isTyping(press('j', { isComposing: true }), { tagName: 'BODY' })).toBe(true)
  expect(isTyping(press('Process', { keyCode: 229 }), { tagName: 'DIV' })).toBe(true)
})

test('fields are for typing, check boxes and buttons are not', () => {
  const typing = (target: object) => isTyping(press('j'), target)
  expect([typing({ tagName: 'INPUT', type: 'text' }), typing({ tagName: 'textarea' })]).toEqual([true, true])
  expect(typing({ tagName: 'DIV', isContentEditable: true })).toBe(true)
  expect([typing({ tagName: 'INPUT', type: 'checkbox' }), typing({ tagName: 'BUTTON' })]).toEqual([false, false])
})

test('a letter is the same key with and without shift, and ⌘ counts as Ctrl', () => {
  expect(keyName(press('J'))).toBe('j')
  expect(keyName(press('k', { metaKey: true }))).toBe('ctrl+k')
  expect(keyName(press('Escape'))).toBe('Escape')
})

/** An element of the page, standing in those that the selectors name. */
const inside = (...selectors: readonly string[]) => ({
  tagName: 'BUTTON',
  closest: (selector: string) => (selectors.includes(selector) ? {} : null),
})

test('a focused button keeps Enter, Space and the arrows, and leaves the letters to the page', () => {
  expect(['Enter', ' ', 'ArrowDown', 'End', 'j', 'Escape'].map(key => isTaken(key, inside()))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ])
  expect(isTaken('Enter', { tagName: 'BODY', closest: () => null })).toBe(false)
})

test('a dialog keeps all keys from the page behind it, but for the one that closes the help', () => {
  const field = inside('[aria-modal="true"]')
  expect(['a', 'Escape', 'Enter', '?'].map(key => isTaken(key, field))).toEqual([true, true, true, false])
})
