declare const opaque: unique symbol

/** A change to one row, made by a store; nobody else looks inside. */
export type Write = { readonly [opaque]: 'write' }
/** What a decision was based on: "this row had this version", "there was no such row". Made by a store. */
export type Expect = { readonly [opaque]: 'expect' }

/** A stored thing: an id and a version that grows with every change. */
export type Versioned = { readonly version: number }

/**
 * Rows of one kind. Reads see the last commit. `Keys` are the columns that can be asked for; values of one call are
 * joined by AND, an array means "any of".
 */
export type Records<Row extends Versioned, Keys extends object = object> = {
  readonly get: (id: string) => Promise<Row | undefined>
  readonly list: (where?: Where<Keys>, page?: Page<Keys>) => Promise<readonly Row[]>
  readonly count: (where?: Where<Keys>) => Promise<number>
  /** Inserts or replaces; the row's version becomes the given one. */
  readonly put: (row: Row) => Write
  readonly remove: (id: string) => Write
  /** Removes whatever matches when it is committed, also what came after the last read. */
  readonly removeAll: (where: Where<Keys>) => Write
  /** Holds while the row still has this version. */
  readonly seen: (row: Row) => Expect
  /** Holds while there is no such row. */
  readonly absent: (id: string) => Expect
}
export type Where<Keys> = { readonly [K in keyof Keys]?: Keys[K] | readonly Keys[K][] }
export type Page<Keys> = {
  readonly orderBy?: keyof Keys & string
  readonly descending?: boolean
  readonly limit?: number
}

/** The next version of a row that was read. */
export const next = <Row extends Versioned>(row: Row, change: Partial<Row>): Row => ({
  ...row,
  ...change,
  version: row.version + 1,
})
