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
]

test('a lawful tree passes the room check', () => {
  expect(checkTree(lawful)).toEqual({ code: 0, said: '' })
})

test('each planted violation is found and named', () => {
  const { code, said } = checkTree({ ...lawful, ...Object.fromEntries(planted.map(([, file, text]) => [file, text])) })
  for (const [rule, file] of planted) expect(said).toContain(`${rule}: ${file}`)
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
