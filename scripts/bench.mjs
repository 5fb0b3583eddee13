// npm run --silent bench -- NAME: progress to stderr, one JSON object a line to stdout.
import { ensureDependencies } from './set-up.mjs'
import { runNode } from './run-node.mjs'

ensureDependencies()
runNode('e2e/bench/main.ts', process.argv.slice(2))
