// Runs one of our TypeScript programs on Node 24, in the foreground, handing signals and the exit code through.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { environment, node24, root } from './set-up.mjs'

export function runNode(program, args) {
  // npm changes to the project's folder; names of files are meant from where they were typed.
  const cwd = process.env.INIT_CWD ?? process.cwd()
  const child = spawn(node24(), [join(root, program), ...args], { stdio: 'inherit', env: environment(), cwd })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
