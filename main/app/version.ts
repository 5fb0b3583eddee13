import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { getEventIteratorSchemaDetails, isContractProcedure, type ErrorMap } from '@orpc/contract'
import { z } from 'zod'
import { contract } from '#contract/index.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const shapeOf = (schema: unknown): unknown =>
  schema instanceof z.ZodType ? z.toJSONSchema(schema, { unrepresentable: 'any' }) : null

/** Digest of every entry's name, rule, shapes and failures: two ends with the same one understand each other. */
export function digestOf(rooms: Readonly<Record<string, object>>): string {
  const hash = createHash('sha256')
  for (const [room, entries] of Object.entries(rooms))
    for (const [name, entry] of Object.entries(entries) as [string, unknown][]) {
      if (!isContractProcedure(entry)) continue
      const { meta, inputSchema, outputSchema, errorMap } = entry['~orpc']
      const message = getEventIteratorSchemaDetails(outputSchema)?.yields
      const shapes = [inputSchema, message ?? outputSchema].map(shapeOf)
      const failures = Object.entries(errorMap as ErrorMap).map(([code, failure]) => [code, shapeOf(failure?.data)])
      hash.update(JSON.stringify([room, name, meta, shapes, failures]))
    }
  return hash.digest('hex').slice(0, 16)
}

export const coreVersion = { version, contract: digestOf(contract) }
