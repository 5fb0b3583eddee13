import { expect, test } from 'vitest'
import { isTyping, keyName } from './hotkeys.ts'

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
