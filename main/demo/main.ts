import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { systemClock } from '#lib/clock.ts'
import { generatePrivateKey, readPrivateKey } from '#wire/ssh/index.ts'
import { announcementOf, type DemoKey } from './announcement.ts'
import { control } from './control.ts'
import { Simulation } from './simulation.ts'

const usage = `usage: node main/demo/main.ts [--seed N] [--hosts N] [--port N] [--key-file FILE | --authorized-key KEY] [--pace N]

Runs a simulated data centre until its standard input ends. Prints one line of JSON when all hosts answer.
  --seed N              which centre (default 1)
  --hosts N             how many hosts (default 8)
  --port N              port of the first host on 127.0.0.1, the others follow; 0: any free ones (default 0)
  --key-file FILE       private key for logging in; made there when FILE does not exist
  --authorized-key KEY  public key that may log in; without both options a key is made and printed
  --pace N              how long starts and shutdowns take, 1 as in life, 0 at once (default 1)
Each line of standard input is a command, such as {"do":"freeze","host":"hlw-r710-01"}; see control.ts.
`

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function keyInFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
    const made = generatePrivateKey('demo')
    writeFileSync(path, made, { mode: 0o600, flag: 'wx' })
    return made
  }
}

function keyOf(options: { 'key-file'?: string; 'authorized-key'?: string }): DemoKey {
  const { 'key-file': path, 'authorized-key': publicKey } = options
  if (publicKey !== undefined) return { privateKey: null, privateKeyPath: null, publicKey }
  const privateKey = path === undefined ? generatePrivateKey('demo') : keyInFile(path)
  return { privateKey, privateKeyPath: path ?? null, publicKey: readPrivateKey(privateKey).publicKey }
}

function wholeNumber(text: string, name: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new RangeError(`--${name} must be a whole number up to ${most}`)
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      hosts: { type: 'string', default: '8' },
      port: { type: 'string', default: '0' },
      pace: { type: 'string', default: '1' },
      'key-file': { type: 'string' },
      'authorized-key': { type: 'string' },
    },
  })
  const key = keyOf(values)
  const simulation = await Simulation.open({
    seed: wholeNumber(values.seed, 'seed', 2 ** 31 - 1),
    hosts: wholeNumber(values.hosts, 'hosts', 10_000),
    port: wholeNumber(values.port, 'port', 65_535),
    pace: Number(values.pace),
    authorizedKey: key.publicKey,
  })
  process.stdout.write(`${JSON.stringify(announcementOf(simulation, key, systemClock.now()))}\n`)
  const lines = createInterface({ input: process.stdin })
  lines.on('line', line => {
    if (line.trim() !== '') void control(simulation, line).then(answer => process.stdout.write(`${answer}\n`))
  })
  // Whoever started us has gone, or wants us gone.
  lines.on('close', () => {
    simulation.close()
    process.exit(0)
  })
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  process.exit(2)
})
