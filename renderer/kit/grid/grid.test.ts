import { expect, test } from 'vitest'
import { filterRows, nextSorting, sortRows, type Column } from './column.ts'
import { fittingColumns } from './fitting.ts'
import { gridMove, keptFocus } from './keyboard.ts'

type Row = { readonly name: string; readonly cpu: number | null }
const columns: readonly Column<Row>[] = [
  { id: 'name', title: '名称', width: 1, value: row => row.name },
  { id: 'cpu', title: 'CPU', width: 1, value: row => row.cpu, text: row => `${row.cpu ?? '未知'}` },
]
const rows: readonly Row[] = [
  { name: '主机10', cpu: 0.5 },
  { name: '主机2', cpu: null },
  { name: '主机1', cpu: 0.9 },
]
const names = (some: readonly Row[]): readonly string[] => some.map(row => row.name)
const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false })

test('names with numbers sort as people count', () => {
  expect(names(sortRows(rows, columns, { columnId: 'name', isDescending: false }))).toEqual([
    '主机1',
    '主机2',
    '主机10',
  ])
})

test('numbers sort by their amount, in both directions', () => {
  const some = [0.2, 10, -1, 3].map(cpu => ({ name: String(cpu), cpu }))
  expect(names(sortRows(some, columns, { columnId: 'cpu', isDescending: false }))).toEqual(['-1', '0.2', '3', '10'])
  expect(names(sortRows(some, columns, { columnId: 'cpu', isDescending: true }))).toEqual(['10', '3', '0.2', '-1'])
})

test('rows without a value stay last in both directions', () => {
  expect(names(sortRows(rows, columns, { columnId: 'cpu', isDescending: false })).at(-1)).toBe('主机2')
  expect(names(sortRows(rows, columns, { columnId: 'cpu', isDescending: true })).at(-1)).toBe('主机2')
})

test('sorting leaves the given rows as they are', () => {
  const before = names(rows)
  sortRows(rows, columns, { columnId: 'name', isDescending: true })
  expect(names(rows)).toEqual(before)
})

test('every word of a filter must stand somewhere in the row', () => {
  expect(names(filterRows(rows, columns, ' 主机 未知 '))).toEqual(['主机2'])
  expect(filterRows(rows, columns, '主机 没有')).toEqual([])
  expect(filterRows(rows, columns, '  ')).toBe(rows)
})

test('a third click on a head gives the order back', () => {
  const once = nextSorting(null, 'cpu')
  const twice = nextSorting(once, 'cpu')
  expect([once?.isDescending, twice?.isDescending, nextSorting(twice, 'cpu')]).toEqual([false, true, null])
  expect(nextSorting(twice, 'name')).toEqual({ columnId: 'name', isDescending: false })
})

test('arrows, Home, End and pages move the focus and stop at the ends', () => {
  const to = (name: string, from: number) => gridMove(key(name), from, 100, 11)
  expect(to('ArrowDown', -1)).toEqual({ kind: 'focus', index: 0 })
  expect(to('ArrowDown', 99)).toEqual({ kind: 'focus', index: 99 })
  expect(to('ArrowUp', 50)).toEqual({ kind: 'focus', index: 49 })
  expect(to('ArrowUp', 0)).toEqual({ kind: 'focus', index: 0 })
  expect(to('PageDown', 5)).toEqual({ kind: 'focus', index: 15 })
  expect(to('PageUp', 5)).toEqual({ kind: 'focus', index: 0 })
  expect(to('Home', 50)).toEqual({ kind: 'focus', index: 0 })
  expect(to('End', 50)).toEqual({ kind: 'focus', index: 99 })
})

test('Enter opens and space selects the focused row, and nothing without one', () => {
  expect(gridMove(key('Enter'), 3, 10, 5)).toEqual({ kind: 'open', index: 3 })
  expect(gridMove(key(' '), 3, 10, 5)).toEqual({ kind: 'select', index: 3 })
  expect(gridMove(key('Enter'), -1, 10, 5)).toBeNull()
  expect(gridMove(key('ArrowDown'), -1, 0, 5)).toBeNull()
})

test('chords of the browser are left alone', () => {
  expect(gridMove(key('a', true), 0, 10, 5)).toEqual({ kind: 'select-all' })
  expect(gridMove(key('End', true), 0, 10, 5)).toBeNull()
})

test('the focus follows its row through a refresh', () => {
  expect(keptFocus('b', 1, ['x', 'y', 'a', 'b'])).toBe(3)
})

test('when the focused row goes, the one that took its place has the focus', () => {
  expect(keptFocus('b', 1, ['a', 'c', 'd'])).toBe(1)
  expect(keptFocus('d', 3, ['a', 'b'])).toBe(1)
  expect(keptFocus('d', 3, [])).toBe(-1)
  expect(keptFocus(null, -1, ['a'])).toBe(-1)
})

test('where room is short the columns of the highest rank go first, those without a rank never', () => {
  const wide = (id: string, rank?: number): Column<Row> => ({
    id,
    title: id,
    width: 100,
    value: () => null,
    ...(rank !== undefined && { rank }),
  })
  const some = [wide('name'), wide('host', 1), wide('rack', 2), wide('model', 2)]
  const fitting = (width: number) => fittingColumns(some, width).map(column => column.id)
  expect(fitting(400)).toEqual(['name', 'host', 'rack', 'model'])
  expect(fitting(399)).toEqual(['name', 'host', 'rack'])
  expect(fitting(299)).toEqual(['name', 'host'])
  expect(fitting(50)).toEqual(['name'])
  expect(fitting(0)).toHaveLength(4)
})
