import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hostId } from '#app/testing.ts'
import { openLog } from './log.ts'
import { bearer, cookieOf, followLink, openReadyShell, secretOf } from './testing.ts'

/** Everything that lies in a directory, whatever it is, as one text of bytes. */
function contentsOf(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  expect(files.length).toBeGreaterThan(3)
  return files.map(file => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n')
}
/** A secret as it may lie about: as it is, and in the common encodings. */
const forms = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=*$/, ''),
  Buffer.from(secret).toString('hex'),
  JSON.stringify(secret).slice(1, -1),
]
const found = (text: string, secrets: Record<string, string>): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) => (forms(secret).some(form => text.includes(form)) ? [name] : []))

async function openPlanted() {
  const shell = await openReadyShell()
  const { post, security, administrator, issue } = shell
  const secrets = {
    hostPassword: 'Planted-host-password-1',
    hostKey: '-----BEGIN PLANTED KEY-----\nUGxhbnRlZC1rZXktMg\n-----END PLANTED KEY-----',
    passphrase: 'Planted-passphrase-3',
    personPassword: 'Planted-person-password-4',
    newPassword: 'Planted-new-password-5',
    wrongPassword: 'Planted-wrong-password-6',
    token: await issue('operator'),
    session: security,
    link: (await shell.startLink()).split('#token=')[1] ?? '',
    linkSession: await followLink(shell),
  }
  const as = (secret: string) => (path: string, body: object) => post(`/api/${path}`, body, cookieOf(secret))
  const platforms = JSON.parse((await as(administrator)('site/platforms', {})).text) as { platformId: string }[]
  const host = (name: string, credential: object) => ({
    ...{ address: '127.0.0.1', port: 1, user: 'root', credential, name, platformId: platforms[0]?.platformId },
    ...{ origin: 'new', model: null, serial: null, rack: null, fingerprint: 'SHA256:x' },
  })
  const withPassword = { kind: 'password', password: secrets.hostPassword }
  const withKey = { kind: 'key', privateKey: secrets.hostKey, passphrase: secrets.passphrase }
  const added = [
    await as(administrator)('hosts/add', host('h1', withPassword)),
    await as(administrator)('hosts/add', { ...host('h2', withKey), port: 2 }),
    await as(administrator)('hosts/probe', { address: '127.0.0.1', port: 1, user: 'root', credential: withPassword }),
  ]
  expect(added.map(({ status }) => status)).toEqual([200, 200, 200])
  const person = { name: 'planted', displayName: 'planted', roles: ['leader'], departmentId: null }
  await as(security)('identity/create', { ...person, password: secrets.personPassword })
  const planted = secretOf(await post('/auth/sign-in', { name: 'planted', password: secrets.personPassword }))
  await as(planted)('session/changePassword', { current: secrets.personPassword, next: secrets.newPassword })
  await post('/auth/sign-in', { name: 'planted', password: secrets.wrongPassword })
  return {
    ...shell,
    secrets,
    as,
    hostIds: added.slice(0, 2).map(each => (JSON.parse(each.text) as { hostId: string }).hostId),
  }
}

test('no secret lies readable in the site’s directory, while it is open or after', async () => {
  const { site, secrets, close } = await openPlanted()
  const log = openLog(site)
  const cause = Object.assign(new Error('cause'), { answer: secrets.token })
  log(Object.assign(new Error('bug', { cause }), { data: { password: secrets.hostPassword } }), { ref: 'x', path: 'x' })
  expect(found(contentsOf(site), secrets)).toEqual([])
  await close()
  expect(found(contentsOf(site), secrets)).toEqual([])
})

test('the test finds what lies there readable', async () => {
  const { site } = await openPlanted()
  expect(found(contentsOf(site), { account: 'planted', role: 'security-administrator' })).toEqual(['account', 'role'])
})

test('no answer of the contract tells a secret again', async () => {
  const { secrets, as, security, administrator, post, issue } = await openPlanted()
  const auditor = await issue('auditor')
  const answers = await Promise.all([
    as(security)('identity/list', {}),
    as(security)('identity/listTokens', {}),
    as(administrator)('hosts/siteKey', {}),
    as(administrator)('site/settings', {}),
    post('/api/audit/list', {}, bearer(auditor)),
    post('/api/audit/export', {}, bearer(auditor)),
  ])
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  const text = answers.map(answer => answer.text).join('\n')
  expect(found(text, secrets)).toEqual([])
  expect(text).not.toMatch(/scrypt\$|PRIVATE KEY|passwordHash|tokenHash/)
})

test('a stored credential opens with the site’s key, and for its own host only', async () => {
  const { core, secrets, hostIds } = await openPlanted()
  const [one = '', two = ''] = hostIds
  expect(await core().registry.credentialOf(one)).toEqual({ kind: 'password', password: secrets.hostPassword })
  const { store } = core()
  const sealed = await store.secrets.get(one)
  if (!sealed) throw new Error('nothing sealed')
  const moved = { ...sealed, secretId: hostId(two) }
  await store.committer.commit({ writes: [store.secrets.put(moved)], audit: [] })
  await expect(core().registry.credentialOf(two)).rejects.toThrow()
})
