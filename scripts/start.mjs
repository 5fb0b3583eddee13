// npm start: everything that is missing, then the core with its pages.
import { ensureBuild, ensureDependencies } from './set-up.mjs'
import { runNode } from './run-node.mjs'

ensureDependencies()
ensureBuild()
runNode('main/shells/server/main.ts', process.argv.slice(2))
