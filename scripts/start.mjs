// npm start: everything that is missing, then the core with its pages.
import { ensureBuild, ensureDependencies } from './set-up.mjs'
import { runNode } from './run-node.mjs'

// What stands before `--` npm keeps for itself, and the real site would start where the demo was wanted.
const kept = ['demo', 'site', 'port'].filter(name => process.env[`npm_config_${name}`] !== undefined)
if (kept.length > 0) {
  const example = kept.map(name => `--${name}${name === 'demo' ? '' : ' …'}`).join(' ')
  process.stderr.write(`选项要写在 -- 之后 options go after a --: npm start -- ${example}\n`)
  process.exit(64)
}

ensureDependencies()
ensureBuild()
runNode('main/shells/server/main.ts', process.argv.slice(2))
