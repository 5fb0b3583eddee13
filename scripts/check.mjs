// npm run check: format, lint, types, room boundaries, unused code. The first that fails ends it.
import { join } from 'node:path'
import { ensureDependencies, environment, must, node24, root } from './set-up.mjs'

ensureDependencies()
const steps = [
  ['格式 format', 'prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['类型 types: core', 'typescript-7/bin/tsc', '-p', 'tsconfig.json'],
  ['类型 types: pages', 'typescript-7/bin/tsc', '-p', 'renderer/tsconfig.json'],
  ['规范 lint', 'eslint/bin/eslint.js', '--max-warnings=0', '.'],
  ['边界 boundaries', '../scripts/boundaries.mjs'],
  ['多余 unused', 'knip/bin/knip.js', '--no-progress'],
]
for (const [title, program, ...args] of steps) {
  process.stderr.write(`${title} …\n`)
  must(node24(), [join(root, 'node_modules', program), ...args], { env: environment() })
}
process.stderr.write('检查通过 all checks passed\n')
