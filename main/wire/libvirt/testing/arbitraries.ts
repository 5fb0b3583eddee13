import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Codec } from '../codec.ts'
import { events, procedures, structLayouts } from '../procedures.gen.ts'
import { camelCase, parseProtocol, type Field, type FieldType, type Struct } from '../protocol-source.ts'
import type { TypedParam } from '../typed-params.ts'

const protocol = parseProtocol(readFileSync(new URL('../protocol.txt', import.meta.url), 'utf8'))
const structs = new Map(protocol.structs.map(struct => [struct.short, struct]))

const text = fc.string({ unit: 'binary', maxLength: 12 }).map(value => value.replaceAll('\0', '~').toWellFormed())
const int = fc.integer({ min: -0x80000000, max: 0x7fffffff })
const uint = fc.integer({ min: 0, max: 0xffffffff })
const hyper = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const uhyper = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const double = fc.double({ noNaN: true })

/** Any typed parameter, of all seven types. */
const anyParam: fc.Arbitrary<TypedParam> = fc.oneof(
  fc.record({ name: text, type: fc.constant('int' as const), value: int }),
  fc.record({ name: text, type: fc.constant('uint' as const), value: uint }),
  fc.record({ name: text, type: fc.constant('llong' as const), value: hyper }),
  fc.record({ name: text, type: fc.constant('ullong' as const), value: uhyper }),
  fc.record({ name: text, type: fc.constant('double' as const), value: double }),
  fc.record({ name: text, type: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({ name: text, type: fc.constant('string' as const), value: text }),
)

const bytes = fc.uint8Array({ maxLength: 9 })
const bases: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  i32: int,
  u32: uint,
  i64: hyper,
  u64: uhyper,
  f64: double,
  str: text,
  uuid: fc.uuid(),
  tparam: anyParam,
}
const wholes: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  opaque: bytes.map(value => Buffer.from(value)),
  charbytes: bytes,
  chars: fc.string({ maxLength: 8 }).map(value => value.replaceAll('\0', '~')),
}

function anyOf({ base, form }: FieldType): fc.Arbitrary<unknown> {
  const whole = wholes[base]
  if (whole) return whole
  const one = bases[base] ?? anyFields((structs.get(base) as Struct).fields)
  if (form === 'list') return fc.array(one, { maxLength: 3 })
  return form === 'optional' ? fc.option(one) : one
}

function anyFields(fields: readonly Field[]): fc.Arbitrary<unknown> {
  return fc.record(Object.fromEntries(fields.map(({ name, type }) => [name, anyOf(type)])), { noNullPrototype: true })
}

/** A layout of the protocol and values that it can hold. */
export type Sample = {
  readonly title: string
  readonly fields: readonly Field[]
  readonly codec: Codec<unknown>
  readonly values: fc.Arbitrary<unknown>
}

const exported = structLayouts as unknown as Readonly<Record<string, Codec<unknown>>>
const rows = procedures as unknown as Readonly<
  Record<string, { readonly args: Codec<unknown>; readonly result: Codec<unknown> }>
>
const eventRows = events as unknown as Readonly<Record<string, { readonly body: Codec<unknown> }>>

/** Every struct, all arguments, all results and all events of protocol.txt. */
export const samples: readonly Sample[] = [
  ...protocol.structs.map(({ name, fields }) =>
    sample(name, fields, exported[name.charAt(0).toLowerCase() + name.slice(1)]),
  ),
  ...protocol.calls.flatMap(({ program, name, args, result }) => {
    const key = camelCase(program.name === 'remote' ? name : `QEMU_${name}`)
    return [sample(`${key} arguments`, args, rows[key]?.args), sample(`${key} result`, result, rows[key]?.result)]
  }),
  ...protocol.events.map(({ name, fields }) =>
    sample(`${camelCase(name)} event`, fields, eventRows[camelCase(name)]?.body),
  ),
]

function sample(title: string, fields: readonly Field[], codec: Codec<unknown> | undefined): Sample {
  if (!codec) throw new Error(`${title} has no layout`)
  return { title, fields, codec, values: anyFields(fields) }
}
