import { XdrError } from './errors.ts'
import type { XdrReader } from './xdr-reader.ts'
import type { XdrWriter } from './xdr-writer.ts'

/** Bytes of the longest name. */
const NAME_MAX_BYTES = 80
/** Empty name, type and the shortest value. */
const MIN_PARAM_BYTES = 12

/** In the order of their numbers, which begin at 1. */
const types = ['int', 'uint', 'llong', 'ullong', 'double', 'boolean', 'string'] as const

/** A named value whose type travels with it; names may repeat. Types are called as in libvirt. */
export type TypedParam =
  | { readonly name: string; readonly type: 'int' | 'uint' | 'double'; readonly value: number }
  | { readonly name: string; readonly type: 'llong' | 'ullong'; readonly value: bigint }
  | { readonly name: string; readonly type: 'boolean'; readonly value: boolean }
  | { readonly name: string; readonly type: 'string'; readonly value: string }

export type ParamValue = TypedParam['value']

/** Makers of typed parameters, one for each type. */
export const typedParam = {
  int: (name: string, value: number): TypedParam => ({ name, type: 'int', value }),
  uint: (name: string, value: number): TypedParam => ({ name, type: 'uint', value }),
  llong: (name: string, value: bigint): TypedParam => ({ name, type: 'llong', value }),
  ullong: (name: string, value: bigint): TypedParam => ({ name, type: 'ullong', value }),
  double: (name: string, value: number): TypedParam => ({ name, type: 'double', value }),
  boolean: (name: string, value: boolean): TypedParam => ({ name, type: 'boolean', value }),
  string: (name: string, value: string): TypedParam => ({ name, type: 'string', value }),
} as const

/** Values by name, without a prototype. Of a name that comes more than once the last value stays. */
export function paramsToRecord(params: readonly TypedParam[]): Record<string, ParamValue> {
  const record = Object.create(null) as Record<string, ParamValue>
  for (const { name, value } of params) record[name] = value
  return record
}

export function writeParams(writer: XdrWriter, params: readonly TypedParam[], maxCount: number): void {
  writer.list(params, maxCount, writeParam)
}

export function readParams(reader: XdrReader, maxCount: number): TypedParam[] {
  const count = reader.count(maxCount, MIN_PARAM_BYTES)
  const params: TypedParam[] = []
  for (let i = 0; i < count; i++) params.push(readParam(reader))
  return params
}

/** As `readParams`, straight into a map: what bulk statistics are read for. */
export function readParamMap(reader: XdrReader, maxCount: number): Map<string, ParamValue> {
  const count = reader.count(maxCount, MIN_PARAM_BYTES)
  const params = new Map<string, ParamValue>()
  for (let i = 0; i < count; i++) {
    const name = reader.name(NAME_MAX_BYTES)
    params.set(name, readValue(reader, name, reader.uint()))
  }
  return params
}

function writeParam(writer: XdrWriter, param: TypedParam): void {
  writer.string(param.name, NAME_MAX_BYTES)
  writer.uint(types.indexOf(param.type) + 1)
  switch (param.type) {
    case 'int':
      return writer.int(param.value)
    case 'uint':
      return writer.uint(param.value)
    case 'llong':
      return writer.hyper(param.value)
    case 'ullong':
      return writer.uhyper(param.value)
    case 'double':
      return writer.double(param.value)
    case 'boolean':
      return writer.int(param.value ? 1 : 0)
    case 'string':
      return writer.string(param.value)
  }
}

function readParam(reader: XdrReader): TypedParam {
  const name = reader.name(NAME_MAX_BYTES)
  const type = reader.uint()
  const value = readValue(reader, name, type)
  return { name, type: types[type - 1], value } as TypedParam
}

function readValue(reader: XdrReader, name: string, type: number): ParamValue {
  switch (types[type - 1]) {
    case 'int':
      return reader.int()
    case 'uint':
      return reader.uint()
    case 'llong':
      return reader.hyper()
    case 'ullong':
      return reader.uhyper()
    case 'double':
      return reader.double()
    case 'boolean':
      return reader.int() !== 0
    case 'string':
      return reader.string()
    default:
      throw new XdrError(`typed parameter ${JSON.stringify(name)} of unknown type ${type}`)
  }
}
