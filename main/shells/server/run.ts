import { fileURLToPath } from 'node:url'
import { exitCode, exitCodeOf } from '#shells/exit-code.ts'
import { readArgs } from './args.ts'
import { openBrowser } from './browser.ts'
import { startDemo } from './demo.ts'
import { openLog } from './log.ts'
import { openShell, SiteTaken } from './shell.ts'

/** Runs a site until it is told to stop. @returns the exit code */
export async function serve(argv: readonly string[]): Promise<number> {
  try {
    const args = readArgs(argv)
    const pages = fileURLToPath(new URL('../../../dist/renderer', import.meta.url))
    const shell = await openShell({ ...args, pages, report: openLog(args.site), startDemo }, args.demo)
    const link = await shell.startLink()
    const facts = { url: shell.url, link, site: args.site, pid: process.pid }
    const sentence = `云龙 Yunlong\n  ${link}\n  站点 site: ${args.site}\n  Ctrl+C 停止 to stop`
    process.stdout.write(`${args.json ? JSON.stringify(facts) : sentence}\n`)
    if (args.opensBrowser) openBrowser(link)
    await stopSignal()
    await shell.close()
    return exitCode.done
  } catch (error) {
    return explain(error)
  }
}

function stopSignal(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

function explain(error: unknown): number {
  process.stderr.write(`${sentenceOf(error)}\n`)
  return exitCodeOf(error)
}

function sentenceOf(error: unknown): string {
  if (error instanceof SiteTaken)
    return error.message === ''
      ? '此站点正由另一进程启动 another process is just starting this site'
      : `此站点已在运行，请打开 this site is already running, open ${error.message}`
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return '端口被占用，请用 --port 换一个 the port is in use, choose another one with --port'
  return error instanceof Error ? error.message : String(error)
}
