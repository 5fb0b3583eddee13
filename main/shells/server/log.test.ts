import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testDirectory } from '#store/testing.ts'
import { openLog } from './log.ts'

const facts = { ref: 'r', path: 'a.b' }

test('a line says when, what and why, and only the owner can read it', () => {
  const site = testDirectory()
  openLog(site)(new Error('bug', { cause: new Error('why') }), facts)
  const file = join(site, 'yunlong.log')
  const line = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  expect(line).toMatchObject({ ref: 'r', path: 'a.b', error: { message: 'bug', cause: { message: 'why' } } })
  expect(Date.parse(String(line['time']))).toBeGreaterThan(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a log that is full makes room, and the one before it stays', () => {
  const site = testDirectory()
  writeFileSync(join(site, 'yunlong.log'), 'x'.repeat(9 * 1024 ** 2))
  openLog(site)(new Error('next'), facts)
  expect(readdirSync(site).sort()).toEqual(['yunlong.log', 'yunlong.log.1'])
  expect(readFileSync(join(site, 'yunlong.log'), 'utf8')).toMatch(/^{"time".*"next"/)
})

test('a log that cannot be written stops nothing', () => {
  const site = testDirectory()
  mkdirSync(join(site, 'yunlong.log'))
  expect(() => openLog(site)(new Error('bug'), facts)).not.toThrow()
})
