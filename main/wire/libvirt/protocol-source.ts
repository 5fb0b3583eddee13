/** `protocol.txt` as data; its first lines explain the notation. */
export type Protocol = {
  readonly version: string
  readonly structs: readonly Struct[]
  readonly calls: readonly Call[]
  readonly refused: readonly Refused[]
  readonly events: readonly Event[]
  readonly enums: readonly Enumeration[]
}
export type Field = { readonly name: string; readonly type: FieldType }
export type FieldType = {
  readonly base: string
  readonly form: 'one' | 'optional' | 'list' | 'fixed'
  readonly max: number
}
export type Struct = { readonly name: string; readonly short: string; readonly fields: readonly Field[] }
export type Program = { readonly name: string; readonly number: string; readonly version: string }
export type Call = {
  readonly program: Program
  readonly number: number
  readonly name: string
  readonly flags: string
  readonly args: readonly Field[]
  readonly result: readonly Field[]
}
export type Refused = { readonly program: Program; readonly number: number; readonly name: string }
export type Event = {
  readonly program: Program
  readonly number: number
  readonly name: string
  readonly source: string
  readonly eventId: number
  readonly fields: readonly Field[]
}
export type Enumeration = {
  readonly name: string
  readonly values: readonly (readonly [name: string, value: number])[]
}

const lineShapes = {
  version: /^version (\S+)$/,
  struct: /^struct (\w+) (\w+)  (.+)$/,
  program: /^program (\w+) (\w+) (\d+)$/,
  call: /^call (\d+) (\w+)(?: \[([HRW]+)\])?  (.+) => (.+)$/,
  refused: /^refused (\d+) (\w+)$/,
  event: /^event (\d+) (\w+) (\w+) (\d+)  (.+)$/,
  enum: /^enum (\w+)  (.+)$/,
} as const

type Draft = { -readonly [K in keyof Protocol]: Protocol[K] extends readonly (infer Row)[] ? Row[] : Protocol[K] }

/** @throws {Error} with the line that is not in the notation */
export function parseProtocol(text: string): Protocol {
  const draft: Draft = { version: '', structs: [], calls: [], refused: [], events: [], enums: [] }
  let program: Program = { name: '', number: '', version: '' }
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const kind = line.slice(0, line.indexOf(' ')) as keyof typeof lineShapes
    const cells = lineShapes[kind]?.exec(line)
    if (!cells) throw new Error(`not in the notation of protocol.txt: ${line}`)
    const [, a = '', b = '', c = '', d = '', e = ''] = cells
    if (kind === 'program') program = { name: a, number: b, version: c }
    else addRow(draft, kind, [a, b, c, d, e], program)
  }
  return draft
}

type Cells = readonly [string, string, string, string, string]

function addRow(draft: Draft, kind: Exclude<keyof typeof lineShapes, 'program'>, cells: Cells, program: Program): void {
  const [a, b, c, d, e] = cells
  switch (kind) {
    case 'version':
      draft.version = a
      return
    case 'struct':
      draft.structs.push({ name: a, short: b, fields: parseFields(c) })
      return
    case 'call':
      draft.calls.push({ program, number: Number(a), name: b, flags: c, args: parseFields(d), result: parseFields(e) })
      return
    case 'refused':
      draft.refused.push({ program, number: Number(a), name: b })
      return
    case 'event':
      draft.events.push({ program, number: Number(a), name: b, source: c, eventId: Number(d), fields: parseFields(e) })
      return
    case 'enum':
      draft.enums.push({ name: a, values: b.split(' ').map(parseValue) })
  }
}

function parseFields(text: string): Field[] {
  if (text === '-') return []
  return text.split(' ').map(field => {
    const [, name = '', base = '', form = ''] = /^(\w+):(\w+)(|\?|<\d+>|\[\d+\])$/.exec(field) ?? []
    if (!base) throw new Error(`not a field: ${field}`)
    return { name: camelCase(name), type: { base, form: formOf(form), max: Number(form.replaceAll(/\D/g, '')) } }
  })
}

function formOf(suffix: string): FieldType['form'] {
  if (suffix === '') return 'one'
  if (suffix === '?') return 'optional'
  return suffix.startsWith('<') ? 'list' : 'fixed'
}

function parseValue(text: string): readonly [string, number] {
  const [name = '', value = ''] = text.split('=')
  return [name, Number(value)]
}

/** need_results → needResults, CONNECT_OPEN → connectOpen; names that are camel-cased already stay. */
export function camelCase(name: string): string {
  const plain = name === name.toUpperCase() ? name.toLowerCase() : name
  return plain.replaceAll(/_+(\w)/g, (_, letter: string) => letter.toUpperCase())
}
