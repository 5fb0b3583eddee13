// npm test: everything that is missing, then unit, live and journeys; the last line counts them all.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild, ensureDependencies, environment, node24, root } from './set-up.mjs'
import { ensureServers } from './servers.mjs'

ensureDependencies()
ensureBuild()
ensureServers()

const results = mkdtempSync(join(tmpdir(), 'yunlong-test-'))
const total = { passed: 0, failed: 0, skipped: 0 }

/** A suite that leaves no report has failed as a whole, whatever it printed. */
function suite(title, program, args, env, read) {
  process.stderr.write(`\n== ${title}\n`)
  const { status } = spawnSync(node24(), [join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environment(), ...env },
  })
  const file = join(results, `${title}.json`)
  const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 1, skipped: 0 }
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  for (const key of Object.keys(total)) total[key] += counts[key]
}

const vitest = title => {
  const args = [
    'run',
    '--project',
    title,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(results, `${title}.json`)}`,
  ]
  suite(title, 'vitest/vitest.mjs', args, {}, report => ({
    passed: report.numPassedTests,
    failed:
      report.numFailedTests +
      report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length,
    skipped: report.numPendingTests + report.numTodoTests,
  }))
}
vitest('unit')
vitest('live')
const journeys = { PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, 'journeys.json') }
suite('journeys', '@playwright/test/cli.js', ['test', '--reporter=list,json'], journeys, ({ stats }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  skipped: stats.skipped,
}))

rmSync(results, { recursive: true, force: true })
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0)
