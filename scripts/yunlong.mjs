// npm run --silent yunlong -- COMMAND
import { ensureBuild, ensureDependencies } from './set-up.mjs'
import { runNode } from './run-node.mjs'

ensureDependencies()
if (process.argv[2] === 'serve') ensureBuild()
runNode('main/shells/cli/main.ts', process.argv.slice(2))
