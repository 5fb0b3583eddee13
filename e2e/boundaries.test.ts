import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
type Files = Readonly<Record<string, string>>

const lawful: Files = {
  'contract/errors.ts': 'export const code = 1\n',
  'main/store/records.ts': "import { entry } from '#core/audit/index.ts'\nexport const stored = entry\n",
  'main/core/audit/index.ts': "export { entry } from './entry.ts'\n",
  'main/core/audit/entry.ts': "import { code } from '#contract/errors.ts'\nexport const entry = code\n",
  'main/core/jobs/index.ts': "import { entry } from '#core/audit/index.ts'\nexport const job = entry\n",
}

/** Runs the project's own check over a small tree with the project's own rules. */
function checkTree(
  files: Files,
  rules: (text: string) => void = () => undefined,
): { code: number | null; said: string } {
  const tree = mkdtempSync(join(tmpdir(), 'yunlong-rooms-'))
  onTestFinished(() => rmSync(tree, { recursive: true, force: true }))
  for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json'])
    cpSync(join(root, name), join(tree, name))
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true })
    writeFileSync(join(tree, name), text)
  }
  rules(tree)
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/boundaries.mjs')], {
    cwd: tree,
    encoding: 'utf8',
  })
  return { code: status, said: stderr }
}

const planted: readonly (readonly [rule: string, file: string, text: string])[] = [
  [
    'core-knows-no-storage-or-shell',
    'main/core/audit/type-only.ts',
    "import type { stored } from '#store/records.ts'\nexport type Stored = typeof stored\n",
  ],
  ['audit-looks-left', 'main/core/audit/right.ts', "import { job } from '#core/jobs/index.ts'\nexport const a = job\n"],
  [
    'outsiders-knock-too',
    'main/store/no-door.ts',
    "import { entry } from '#core/audit/entry.ts'\nexport const a = entry\n",
  ],
  [
    'rooms-have-one-door',
    'main/core/jobs/no-door.ts',
    "import { entry } from '#core/audit/entry.ts'\nexport const a = entry\n",
  ],
  [
    'sql-in-one-place',
    'main/core/audit/sql.ts',
    "import { DatabaseSync } from 'node:sqlite'\nexport const a = DatabaseSync\n",
  ],
  [
    'pages-see-only-the-contract',
    'renderer/kit/a.ts',
    "import { job } from '#core/jobs/index.ts'\nexport const a = job\n",
  ],
  ['contract-stands-alone', 'contract/core.ts', "import { job } from '#core/jobs/index.ts'\nexport const a = job\n"],
  ['pages-do-not-mix', 'renderer/tenant/a.ts', "import { a } from '#console/a.ts'\nexport const b = a\n"],
  ['wire-knows-no-business', 'main/wire/bmc/a.ts', "import { job } from '#core/jobs/index.ts'\nexport const a = job\n"],
  ['lib-knows-nobody', 'main/lib/a.ts', "import { job } from '#core/jobs/index.ts'\nexport const a = job\n"],
  ['store-knows-no-app', 'main/store/up.ts', "import { made } from '#app/made.ts'\nexport const a = made\n"],
  ['app-knows-no-shell', 'main/app/up.ts', "import { shell } from '#shells/shell.ts'\nexport const a = shell\n"],
  ['electron-in-two-places', 'main/app/window.ts', "import { app } from 'electron'\nexport const a = app\n"],
  ['lab-is-for-tests', 'main/app/lab.ts', "import { lab } from '#lab/index.ts'\nexport const a = lab\n"],
  ['demo-stands-apart', 'main/app/demo.ts', "import { city } from '#demo/city.ts'\nexport const a = city\n"],
  [
    'no-circles',
    'main/core/audit/about.ts',
    "import type { Round } from './round.ts'\nexport type About = Round | 2\n",
  ],
]
/** What the planted imports lead to. */
const targets: Files = {
  'renderer/console/a.ts': 'export const a = 1\n',
  'main/app/made.ts': 'export const made = 1\n',
  'main/shells/shell.ts': 'export const shell = 1\n',
  'main/demo/city.ts': 'export const city = 1\n',
  'e2e/lab/index.ts': 'export const lab = 1\n',
  'main/core/audit/round.ts': "import type { About } from './about.ts'\nexport type Round = About | 1\n",
}

test('a lawful tree passes the room check', () => {
  expect(checkTree(lawful)).toEqual({ code: 0, said: '' })
})

test('each planted violation is found and named', () => {
  const violations = Object.fromEntries(planted.map(([, file, text]) => [file, text]))
  const { code, said } = checkTree({ ...lawful, ...targets, ...violations })
  for (const [rule, file] of planted) expect(said).toContain(`${rule}: ${file} →`)
  expect(code).toBe(1)
})

test('a check that read fewer modules than there are files fails', () => {
  const { code, said } = checkTree(lawful, tree => {
    writeFileSync(
      join(tree, '.dependency-cruiser.mjs'),
      "export default { forbidden: [], options: { exclude: '^main/store/' } }\n",
    )
  })
  expect(said).toContain('only 4 of 5 modules were read')
  expect(code).toBe(1)
})
