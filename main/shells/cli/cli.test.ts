import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { note, openTestStore, tamper, testDirectory } from '#store/testing.ts'

/** Runs the command line as a shell would. */
async function yunlong(...args: string[]) {
  const child = spawn(process.execPath, ['main/shells/cli/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { out, err, code }
}

/** A site with five entries, its store still open as a core would have it, and an export of them. */
async function openSite() {
  const site = testDirectory()
  const store = await openTestStore({ file: join(site, 'site.sqlite') })
  for (let at = 1; at <= 5; at++) await store.database.commit({ writes: [], audit: [note(`test.${at}`)] })
  const entries = (await store.audit.list({ limit: 9 })).entries.toReversed()
  const file = join(site, 'export.jsonl')
  const write = (lines: readonly string[]): void => writeFileSync(file, lines.map(line => `${line}\n`).join(''))
  const lines = entries.map(entry => JSON.stringify(entry))
  write(lines)
  return { site, store, file, lines, write, head: entries.at(-1)?.hash ?? '' }
}

test('a whole chain is said to be one, with its head; exit code 0, beside a running core', async () => {
  const { site, head } = await openSite()
  const { out, code } = await yunlong('audit', 'verify', '--site', site)
  expect([code, out]).toEqual([0, `审计链完整 the chain is whole: 5 条 entries\n末端哈希 head ${head}\n`])
})

test('with --json the verdict is one line of JSON', async () => {
  const { site, head, file } = await openSite()
  const whole = await yunlong('audit', 'verify', '--site', site, '--json', '--head', head)
  expect(JSON.parse(whole.out)).toEqual({ isWhole: true, entries: 5, head, fault: null })
  const cut = await yunlong('audit', 'verify', '--file', file, '--json', '--head', 'f'.repeat(64))
  expect(cut.code).toBe(1)
  expect(JSON.parse(cut.out)).toMatchObject({ isWhole: false, fault: { seq: 6, fault: 'truncated' } })
})

test('an exported file is verified alone; exit code 1 for each way to spoil it', async () => {
  const { file, lines, write, head } = await openSite()
  const verify = (...more: string[]) => yunlong('audit', 'verify', '--file', file, ...more)
  expect((await verify('--head', head)).code).toBe(0)
  const [a = '', b = '', c = '', d = '', e = ''] = lines
  const spoilt: readonly (readonly [string, readonly string[], string])[] = [
    ['edited', [a, b, c.replace('test.3', 'test.9'), d, e], '第 3 条 entry 3 被改动 was edited'],
    ['removed', [a, b, d, e], '第 3 条 entry 3 被删除 was removed'],
    ['beheaded', [b, c, d, e], '第 1 条 entry 1 被删除 was removed'],
    ['reordered', [a, c, b, d, e], '第 2 条 entry 2 次序被改动 was moved'],
    ['doubled', [a, b, b, c, d, e], '第 2 条 entry 2 次序被改动 was moved'],
    ['truncated', [a, b, c, d], '第 5 条 entry 5 之后的记录被截去'],
    ['half written', [a, b, c, d, e.slice(0, 40)], '第 5 条 entry 5 被改动 was edited'],
  ]
  for (const [what, kept, sentence] of spoilt) {
    write(kept)
    const { code, out } = await verify('--head', head)
    expect([code, out], what).toEqual([1, expect.stringContaining(sentence)])
  }
  write([c, d, e])
  expect((await verify('--head', head, '--first', '3')).code).toBe(0)
})

test('what was spoilt on the site is found there', async () => {
  const { site, store } = await openSite()
  tamper(store.file, 'delete from audit where seq = 2')
  const { code, out } = await yunlong('audit', 'verify', '--site', site)
  expect([code, out]).toEqual([1, expect.stringContaining('entry 2 被删除 was removed')])
})

test('verifying changes nothing, not even of a site that was killed', async () => {
  const { site, store } = await openSite()
  await store.database.terminate()
  const before = readFileSync(store.file)
  expect((await yunlong('audit', 'verify', '--site', site)).code).toBe(0)
  expect(readFileSync(store.file).equals(before)).toBe(true)
})

test('hosts are listed as the last core knew them', async () => {
  const { site } = await openSite()
  const { out, code } = await yunlong('hosts', '--site', site, '--json')
  expect([code, JSON.parse(out)]).toEqual([0, []])
})

test('a directory without a site, or a file that is not there, fails with a sentence', async () => {
  const site = testDirectory()
  expect(await yunlong('audit', 'verify', '--site', site)).toEqual({
    out: '',
    err: `没有站点 no site in ${site}\n`,
    code: 1,
  })
  const missing = await yunlong('audit', 'verify', '--file', join(site, 'no.jsonl'))
  expect([missing.code, missing.err]).toEqual([1, `${join(site, 'no.jsonl')} 找不到 there is no such file\n`])
})

test.each([
  [[]],
  [['nothing']],
  [['audit']],
  [['audit', 'verify', '--nothing']],
  [['audit', 'verify', '--file', 'x', '--first', '0']],
  [['serve', '--port', '70000']],
  [['serve', '--port', '']],
  [['serve', '--site', '']],
  [['hosts', 'extra']],
])('wrong usage, %j, ends with 64 and says something', async args => {
  const { code, err } = await yunlong(...args)
  expect([code, err.length > 0]).toEqual([64, true])
})

const unusable: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  ['is newer', file => tamper(file, 'pragma user_version = 99'), /由更新版本的云龙写成.* newer Yunlong \(schema 99/],
  ['is older', file => tamper(file, 'pragma user_version = 0'), /请先启动一次此站点 .*older Yunlong/],
  ['is spoilt', file => writeFileSync(file, 'no database, and long enough'), /已损坏 is damaged.*备份/],
]
test.each(unusable)('a site whose database %s is refused with what to do', async (_, spoil, sentence) => {
  const { site, store } = await openSite()
  await store.database.close()
  spoil(store.file)
  const { code, out, err } = await yunlong('audit', 'verify', '--site', site)
  expect([code, out, err]).toEqual([1, '', expect.stringMatching(sentence)])
  expect(err).toContain(store.file)
})

test('help of the server is no failure either, and a wrong option is answered with it', async () => {
  const help = await yunlong('serve', '--help')
  expect([help.code, help.out]).toEqual([0, expect.stringContaining('--site DIR')])
  const wrong = await yunlong('serve', '--prot', '1')
  expect([wrong.code, wrong.out, wrong.err]).toEqual([64, '', expect.stringMatching(/^用法错误 .*--prot.*--port N/s)])
})

test('help is no failure', async () => {
  const { code, out } = await yunlong('--help')
  expect([code, out]).toEqual([0, expect.stringContaining('audit verify')])
})
