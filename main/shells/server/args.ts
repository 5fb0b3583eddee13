import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError } from '#shells/exit-code.ts'
import { defaultSite } from '#shells/data-home.ts'

const defaultPort = 7070

export type Args = {
  readonly site: string
  readonly port: number
  readonly demo: boolean
  /** One JSON line instead of sentences, for programs. */
  readonly json: boolean
  readonly opensBrowser: boolean
}

export const serveUsage = `  --site DIR   站点目录：配置、数据库、密钥 site directory: configuration, database, keys
               默认 default: ${defaultSite()}
  --port N     端口，默认 ${defaultPort}，只监听 127.0.0.1 port, on 127.0.0.1 only; 0: 任一空闲端口 any free one
  --demo       内嵌的演示数据中心，每次重新开始 the embedded demo data centre, anew with every start
  --no-open    不打开浏览器 open no browser
  --json       以一行 JSON 代替说明 one line of JSON instead of sentences
`

/** @throws {UsageError} an option is unknown or its value impossible */
export function readArgs(argv: readonly string[]): Args {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      site: { type: 'string' },
      port: { type: 'string', default: String(defaultPort) },
      demo: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'no-open': { type: 'boolean', default: false },
    },
  })
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN
  if (!(port <= 65_535)) throw new UsageError(`--port ${values.port}: 0–65535`)
  if (values.site === '') throw new UsageError('--site: 缺少目录 names no directory')
  const site = resolve(values.site ?? defaultSite())
  return { site, port, demo: values.demo, json: values.json, opensBrowser: !values['no-open'] && !values.json }
}
