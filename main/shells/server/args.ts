import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError } from '#shells/exit-code.ts'
import { defaultSite } from '#shells/data-home.ts'

export type Args = {
  readonly site: string
  readonly port: number
  readonly demo: boolean
  /** One JSON line instead of sentences, for programs. */
  readonly json: boolean
  readonly opensBrowser: boolean
}

/** @throws {UsageError} an option is unknown or its value impossible */
export function readArgs(argv: readonly string[]): Args {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      site: { type: 'string' },
      port: { type: 'string', default: '7070' },
      demo: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'no-open': { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port ${values.port}: 0 to 65535`)
  const site = resolve(values.site ?? defaultSite())
  return { site, port, demo: values.demo, json: values.json, opensBrowser: !values['no-open'] && !values.json }
}
