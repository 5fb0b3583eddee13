import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isContractProcedure } from '@orpc/contract'
import { z } from 'zod'
import { contract } from '#contract/index.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** Digest of every entry's name, rule and shapes: two ends with the same one understand each other. */
function digest(): string {
  const hash = createHash('sha256')
  for (const [room, entries] of Object.entries(contract))
    for (const [name, entry] of Object.entries(entries)) {
      if (!isContractProcedure(entry)) continue
      const { meta, inputSchema, outputSchema } = entry['~orpc']
      const shapes = [inputSchema, outputSchema].map(schema =>
        schema instanceof z.ZodType ? z.toJSONSchema(schema, { unrepresentable: 'any' }) : null,
      )
      hash.update(JSON.stringify([room, name, meta, shapes]))
    }
  return hash.digest('hex').slice(0, 16)
}

export const coreVersion = { version, contract: digest() }
