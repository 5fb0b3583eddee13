import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Codec } from './codec.ts'
import { XdrError } from './errors.ts'
import { generatedFiles } from './generate.ts'
import { decodeBody } from './messages.ts'
import { procedures } from './procedures.gen.ts'
import { samples } from './testing/arbitraries.ts'
import { readParamMap, typedParam, type TypedParam } from './typed-params.ts'
import { XdrReader } from './xdr-reader.ts'
import { XdrWriter } from './xdr-writer.ts'

const uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f'

function encode<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter()
  codec.encode(writer, value)
  return writer.finish()
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4))
  return bytes
}

test('the generated files are what the generator makes of protocol.txt', async () => {
  for (const [name, text] of Object.entries(await generatedFiles())) {
    expect(readFileSync(new URL(name, import.meta.url), 'utf8') === text, `${name}: run npm run generate`).toBe(true)
  }
})

test.each(samples)('$title survives being written and read', ({ codec, values }) => {
  fc.assert(
    fc.property(values, value => {
      expect(decodeBody(codec, encode(codec, value))).toEqual(value)
    }),
    { numRuns: 25 },
  )
})

test('every layout, cut at every byte, is refused and never misread', () => {
  for (const { title, codec, values } of samples) {
    for (const value of fc.sample(values, { numRuns: 2, seed: 7 })) {
      const whole = encode(codec, value)
      for (let cut = 0; cut < whole.byteLength; cut++) {
        expect(() => decodeBody(codec, whole.subarray(0, cut)), `${title} cut at ${cut}`).toThrow(XdrError)
      }
    }
  }
})

test('bytes behind the end of a layout are refused', () => {
  for (const { codec, values } of samples) {
    const [value] = fc.sample(values, { numRuns: 1, seed: 3 })
    expect(() => decodeBody(codec, Buffer.concat([encode(codec, value), u32(0)]))).toThrow(/4 bytes too many/)
  }
})

test('every list has its limit on reading, checked before anything is allocated', () => {
  const lists = samples.filter(({ fields }) => fields[0]?.type.form === 'list')
  expect(lists.length).toBeGreaterThan(30)
  for (const { title, codec, fields } of lists) {
    const max = fields[0]?.type.max ?? 0
    expect(() => decodeBody(codec, u32(max + 1, 0, 0)), title).toThrow(`the limit is ${max}`)
    expect(() => decodeBody(codec, u32(max)), title).toThrow(XdrError)
  }
})

test('every list has its limit on writing', () => {
  for (const { title, codec, fields, values } of samples) {
    const [value] = fc.sample(values, { numRuns: 1, seed: 5 }) as [Record<string, unknown>]
    for (const { name, type } of fields.filter(field => field.type.form === 'list')) {
      const { base, max } = type
      const tooMany =
        base === 'opaque' || base === 'charbytes'
          ? new Uint8Array(max + 1)
          : base === 'chars'
            ? 'x'.repeat(max)
            : new Array<number>(max + 1)
      expect(() => encode(codec, { ...value, [name]: tooMany }), `${title} ${name}`).toThrow(`the limit is ${max}`)
    }
  }
})

test('a string may have 4,194,304 bytes and not one more, either way', () => {
  const { args } = procedures.domainDefineXml
  const longest = 'x'.repeat(4_194_304)
  expect(decodeBody(args, encode(args, { xml: longest })).xml).toBe(longest)
  expect(() => encode(args, { xml: `${longest}x` })).toThrow(/limit is 4194304/)
  expect(() => decodeBody(args, u32(4_194_305))).toThrow(/limit is 4194304/)
})

test('a message cannot be written beyond the limit of a frame', () => {
  const longest = 'x'.repeat(4_194_304)
  const { args } = procedures.connectBaselineCpu
  expect(() => encode(args, { xmlCPUs: new Array<string>(9).fill(longest), flags: 0 })).toThrow(/33554436/)
})

test('the name of a typed parameter may have 80 bytes', () => {
  const { args } = procedures.connectSetIdentity
  const named = (name: string) => ({ params: [typedParam.int(name, 1)], flags: 0 })
  expect(decodeBody(args, encode(args, named('n'.repeat(80))))).toEqual(named('n'.repeat(80)))
  expect(() => encode(args, named('n'.repeat(81)))).toThrow(/limit is 80/)
  expect(() => decodeBody(args, Buffer.concat([u32(1, 81), Buffer.alloc(96)]))).toThrow(/limit is 80/)
})

test.each([
  ['a number beyond 32 bits', procedures.domainLookupById.args, { id: 2 ** 31 }],
  ['a fraction', procedures.domainLookupById.args, { id: 1.5 }],
  ['not a number', procedures.domainLookupById.args, { id: NaN }],
  ['a negative number without sign', procedures.connectGetSysinfo.args, { flags: -1 }],
  ['a name with a NUL, which would mean another name', procedures.domainLookupByName.args, { name: 'web\0' }],
  ['half a surrogate pair', procedures.domainLookupByName.args, { name: '\ud800' }],
  ['a UUID without its dashes', procedures.domainLookupByUuid.args, { uuid: uuid.replaceAll('-', '') }],
  ['a UUID too short', procedures.domainLookupByUuid.args, { uuid: uuid.slice(1) }],
  [
    'a 64-bit number beyond its range',
    procedures.nodeSuspendForDuration.args,
    { target: 0, duration: 2n ** 64n, flags: 0 },
  ],
])('%s is refused before it is sent', (_, codec, value) => {
  expect(() => encode(codec as Codec<unknown>, value)).toThrow(XdrError)
})

test('what is neither absent nor present is refused', () => {
  expect(() => decodeBody(procedures.domainScreenshot.result, u32(2, 0))).toThrow(/only 0 \(absent\) or 1/)
})

test('a typed parameter of a type that libvirt does not have is refused', () => {
  const bytes = Buffer.concat([u32(1, 4), Buffer.from('name'), u32(8, 0), u32(0)])
  expect(() => decodeBody(procedures.connectSetIdentity.args, bytes)).toThrow(/"name" of unknown type 8/)
  expect(() => readParamMap(new XdrReader(bytes), 16)).toThrow(/"name" of unknown type 8/)
})

test('a hostile count in a small message is refused without reserving memory for it', () => {
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 1_000; i++) {
    expect(() => decodeBody(procedures.connectListAllDomains.result, u32(16_384, 0))).toThrow(/16384 items in 4 bytes/)
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 << 20)
})

test('flags and the wish for results need not be written by a caller', () => {
  const written = encode(procedures.connectListAllDomains.args, {} as { needResults: number; flags: number })
  expect(written).toEqual(u32(1, 0))
})

test('all seven types of parameters have the bytes of libvirt', () => {
  const params: TypedParam[] = [
    typedParam.int('a', -2),
    typedParam.uint('b', 4_000_000_000),
    typedParam.llong('c', -1n),
    typedParam.ullong('d', 2n ** 63n),
    typedParam.double('e', 0.5),
    typedParam.boolean('f', true),
    typedParam.string('g', '云'),
  ]
  const name = (letter: string) => `00000001${Buffer.from(letter).toString('hex')}000000`
  const expected = [
    '00000007',
    `${name('a')}00000001fffffffe`,
    `${name('b')}00000002ee6b2800`,
    `${name('c')}00000003ffffffffffffffff`,
    `${name('d')}000000048000000000000000`,
    `${name('e')}000000053fe0000000000000`,
    `${name('f')}0000000600000001`,
    `${name('g')}0000000700000003e4ba9100`,
    '00000000',
  ].join('')
  const { args } = procedures.connectSetIdentity
  expect(encode(args, { params, flags: 0 }).toString('hex')).toBe(expected)
  const bytes = Buffer.from(expected, 'hex')
  expect(decodeBody(args, bytes).params).toEqual(params)
  expect(readParamMap(new XdrReader(bytes), 16)).toEqual(new Map(params.map(each => [each.name, each.value])))
})

test('the model of a node takes 32 words of four bytes', () => {
  const { result } = procedures.nodeGetInfo
  const chars = Buffer.alloc(128)
  Buffer.from('x86_64').forEach((char, i) => chars.writeInt32BE(char, i * 4))
  const numbers = Buffer.concat([Buffer.from('00000000005f6264', 'hex'), u32(2, 2445, 1, 1, 2, 1)])
  const info = { model: 'x86_64', memory: 6_251_108n, cpus: 2, mhz: 2445, nodes: 1, sockets: 1, cores: 2, threads: 1 }
  expect(decodeBody(result, Buffer.concat([chars, numbers]))).toEqual(info)
  expect(encode(result, info)).toEqual(Buffer.concat([chars, numbers]))
})

test('a name that is known is not confused with one that differs in a byte', () => {
  const read = (name: string): string => {
    const writer = new XdrWriter()
    writer.string(name)
    return new XdrReader(writer.finish()).name(80)
  }
  for (const name of [
    'net.0.rx.bytes',
    'net.1.rx.bytes',
    'net.0.rx.byte',
    '云',
    'net.0.rx.bytes',
    'é',
    'e\u0301',
    '',
  ]) {
    expect(read(name)).toBe(name)
  }
  fc.assert(
    fc.property(
      fc.string({ maxLength: 60, unit: 'grapheme' }).filter(s => Buffer.byteLength(s) <= 80 && !s.includes('\0')),
      name => read(name) === name,
    ),
  )
})
