import { expect, test } from 'vitest'
import { sparkPaths } from './spark-paths.ts'

const strokes = (path: string): number => path.split('M').length - 1

test('a gap stays a gap', () => {
  expect(strokes(sparkPaths([0.1, 0.2, null, 0.3, 0.4], 60, 20).line)).toBe(2)
})

test('a lone value is drawn as a dash', () => {
  expect(sparkPaths([null, 0.5, null], 60, 20).line).toMatch(/^M30\.0 [\d.]+L45\.0 [\d.]+$/)
})

test('nothing known draws nothing', () => {
  expect(sparkPaths([null, null], 60, 20)).toEqual({ line: '', area: '' })
  expect(sparkPaths([], 60, 20)).toEqual({ line: '', area: '' })
})
