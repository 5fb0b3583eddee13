import { exitCode, exitCodeOf } from '#shells/exit-code.ts'
import { sentenceOf } from '#shells/sentence.ts'

const help = `用法 usage: npm run --silent yunlong -- COMMAND

  serve [--site DIR] [--port N] [--demo] [--json] [--no-open]
      运行站点 run a site until it is stopped
  audit verify [--site DIR | --file FILE] [--head HASH] [--first SEQ] [--json]
      校验审计链 verify the audit chain of a site, or of an exported file alone;
      SEQ: 导出片段的首条序号 number of the first entry of an exported span
  hosts [--site DIR] [--json]
      列出主机及最后已知状态 list hosts with their last known state
  --help

退出码 exit codes: 0 正常 done · 1 失败或审计链断裂 failed, or the chain is broken · 64 用法错误 wrong usage
`

/** Each command loads only what it needs: a verifier is not to wait for a server. */
async function run(argv: readonly string[]): Promise<number> {
  const [command, sub] = argv
  if (['--help', '-h', 'help'].includes(command ?? '')) return say(help, exitCode.done)
  if (command === 'serve') return (await import('#shells/server/run.ts')).serve(argv.slice(1))
  if (command === 'audit' && sub === 'verify') return (await import('./audit-verify.ts')).auditVerify(argv.slice(2))
  if (command === 'hosts') return (await import('./hosts.ts')).listHosts(argv.slice(1))
  process.stderr.write(help)
  return exitCode.usage
}

function say(text: string, code: number): number {
  process.stdout.write(text)
  return code
}

const code = await run(process.argv.slice(2)).catch((error: unknown) => {
  const code = exitCodeOf(error)
  const wrong = code === exitCode.usage ? '用法错误 wrong usage: ' : ''
  process.stderr.write(`${wrong}${sentenceOf(error)}\n`)
  return code
})
process.exit(code)
