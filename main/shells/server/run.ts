import { fileURLToPath } from 'node:url'
import { exitCode, exitCodeOf } from '#shells/exit-code.ts'
import { sentenceOf } from '#shells/sentence.ts'
import { readArgs, serveUsage } from './args.ts'
import { openBrowser } from './browser.ts'
import { startDemo } from './demo.ts'
import { openLog } from './log.ts'
import { openShell, SiteTaken } from './shell.ts'
import { stopSignal } from './stop-signal.ts'

/** Runs a site until it is told to stop. @returns the exit code */
export async function serve(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(`用法 usage: npm start -- [OPTIONS]\n\n${serveUsage}`)
    return exitCode.done
  }
  try {
    const args = readArgs(argv)
    const stopped = stopSignal()
    const pages = fileURLToPath(new URL('../../../dist/renderer', import.meta.url))
    const report = openLog(args.site)
    const shell = await openShell({ ...args, pages, report, startDemo }, args.demo)
    const link = await shell.startLink()
    const facts = { url: shell.url, link, site: args.site, pid: process.pid }
    const sentence = `云龙 Yunlong\n  ${link}\n  站点 site: ${args.site}\n  Ctrl+C 停止 to stop`
    process.stdout.write(`${args.json ? JSON.stringify(facts) : sentence}\n`)
    // The arguments of a program can be read by every user of the machine: a link of its own, good for ours alone.
    if (args.opensBrowser) openBrowser(await shell.startLink(true))
    const lost = await Promise.race([stopped, shell.lost])
    if (lost) {
      report(lost, { ref: 'core', path: 'core' })
      return explain(lost)
    }
    await shell.close()
    return exitCode.done
  } catch (error) {
    return explain(error)
  }
}

function explain(error: unknown): number {
  const code = exitCodeOf(error)
  const said = error instanceof SiteTaken ? takenSentence(error) : sentenceOf(error)
  process.stderr.write(code === exitCode.usage ? `用法错误 wrong usage: ${said}\n\n${serveUsage}` : `${said}\n`)
  return code
}

const takenSentence = ({ message: url }: SiteTaken): string =>
  url === ''
    ? '此站点正由另一进程启动 another process is just starting this site'
    : `此站点已在运行，请打开 this site is already running, open ${url}`
