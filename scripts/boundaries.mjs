// Room boundaries. A cruise that saw fewer modules than there are files proves nothing, so that fails too.
import { existsSync, readdirSync } from 'node:fs'
import { cruise } from 'dependency-cruiser'
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const folders = ['contract', 'main', 'renderer', 'e2e'].filter(existsSync)
const files = folders.flatMap(folder =>
  readdirSync(folder, { recursive: true }).filter(name => /(?<!\.d)\.tsx?$/.test(name)),
)
const config = await extractConfig('./.dependency-cruiser.mjs')
const { output } = await cruise(
  folders,
  { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true },
  {},
  { tsConfig: extractTsConfig('./tsconfig.json') },
)
const seen = output.modules.filter(({ source }) => folders.some(folder => source.startsWith(`${folder}/`))).length
for (const { rule, from, to } of output.summary.violations) process.stderr.write(`${rule.name}: ${from} → ${to}\n`)
if (seen < files.length) process.stderr.write(`only ${seen} of ${files.length} modules were read\n`)
process.exit(output.summary.violations.length > 0 || seen < files.length ? 1 : 0)
