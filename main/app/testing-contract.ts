import { getEventIteratorSchemaDetails, isContractProcedure } from '@orpc/contract'
import { ORPCError } from '@orpc/server'
import { z } from 'zod'
import type { Rule } from '#contract/define.ts'
import { contract } from '#contract/index.ts'

/** One entry of the contract, whatever room it is in. */
export type Entry = {
  readonly path: string
  readonly rule: Rule
  readonly input: z.ZodType
  readonly isStream: boolean
  readonly errors: readonly string[]
}

/** All entries, straight from the contract: a new one is among them without anybody's doing. */
export const entries: readonly Entry[] = Object.entries(contract).flatMap(([room, procedures]) =>
  Object.entries(procedures).map(([name, procedure]: [string, unknown]) => {
    const path = `${room}.${name}`
    if (!isContractProcedure(procedure)) throw new Error(`${path} is no entry`)
    const { meta, inputSchema, outputSchema, errorMap } = procedure['~orpc']
    const { rule } = meta as { rule?: Rule }
    if (!rule || !(inputSchema instanceof z.ZodType)) throw new Error(`${path} says not who may call it with what`)
    const isStream = getEventIteratorSchemaDetails(outputSchema) !== undefined
    return { path, rule, input: inputSchema, isStream, errors: Object.keys(errorMap as object) }
  }),
)

type Call = (input: unknown, options: { readonly signal: AbortSignal }) => Promise<unknown>
type Client = Readonly<Record<string, Readonly<Record<string, unknown>>>>
export type Outcome = { readonly code: string; readonly value: unknown }

/** Calls an entry by its path; of a stream the first message counts. `code` is `ok`, or why it was refused. */
export async function outcomeOf(client: object, { path, isStream }: Entry, input: unknown): Promise<Outcome> {
  const [room = '', name = ''] = path.split('.')
  const call = (client as Client)[room]?.[name] as Call
  const ending = new AbortController()
  try {
    const result = await call(input, { signal: ending.signal })
    if (!isStream) return { code: 'ok', value: result }
    const first = await (result as AsyncIterator<unknown>).next()
    return { code: 'ok', value: first.value }
  } catch (error) {
    if (error instanceof ORPCError) return { code: error.code, value: error.data as unknown }
    throw error
  } finally {
    ending.abort()
  }
}

type JsonSchema = {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly minLength?: number
}

/** Every name that occurs in an entry's input, at any depth. */
export function inputNames({ input }: Entry): readonly string[] {
  const names = new Set<string>()
  const walk = (schema: JsonSchema): void => {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      names.add(name)
      walk(property)
    }
    for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])])
      walk(part)
  }
  walk(z.toJSONSchema(input, { io: 'input' }) as JsonSchema)
  return [...names]
}

/**
 * An input that the entry takes, with known values by name, also where they may be left out.
 * @throws {RangeError} a value whose kind is not known here: then it must be among the known ones
 */
export function sampleOf({ path, input }: Entry, known: Readonly<Record<string, unknown>>): unknown {
  const fill = (schema: JsonSchema, name: string): unknown => {
    if (name in known) return known[name]
    if (schema.const !== undefined) return schema.const
    if (schema.enum) return schema.enum[0]
    const [first] = schema.anyOf ?? schema.oneOf ?? []
    if (first) return fill(first, name)
    switch (schema.type) {
      case 'object': {
        const wanted = Object.entries(schema.properties ?? {}).filter(
          ([key]) => key in known || schema.required?.includes(key),
        )
        return Object.fromEntries(wanted.map(([key, property]) => [key, fill(property, key)]))
      }
      case 'array':
        return [fill(schema.items ?? {}, name)]
      case 'string':
        return 'x'.repeat(Math.max(schema.minLength ?? 0, 8))
      case 'integer':
      case 'number':
        return Math.max(schema.minimum ?? 1, 1)
      case 'boolean':
        return true
      case 'null':
        return null
      default:
        throw new RangeError(`${path}: no sample of ${name}`)
    }
  }
  return fill(z.toJSONSchema(input, { io: 'input' }) as JsonSchema, '')
}
