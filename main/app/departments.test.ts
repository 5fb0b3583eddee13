import { expect, test } from 'vitest'
import { VmId } from '#contract/ids.ts'
import { addTenants, callerOf, hostId, openTestCore, type TestCore } from './testing.ts'
import { entries, inputNames, outcomeOf, sampleOf, type Entry } from './testing-contract.ts'
import { vmRow } from './testing-requests.ts'

const operator = callerOf(['operator'])
/** Names that stand for something of a department; one that is added to the contract belongs here. */
const ownedNames = ['departmentId', 'applicationId', 'requestId'] as const
type Owned = Readonly<Record<(typeof ownedNames)[number], string>>
const own = entries.filter(({ rule }) => rule.scope === 'own-department')

/** Two departments with an application, a request and a machine each. */
async function openTwoDepartments() {
  const site = await openTestCore()
  const { a, b, platformId } = await addTenants(site)
  const furnish = async (tenant: typeof a, mark: string) => {
    const request = await site.core.intake.submit(operator, { ...tenant.need(`vm-${mark}`), purpose: `用途 ${mark}` })
    const vmId = VmId.parse(`h1.${mark}`)
    site.core.fleet.vms.put(vmId, vmRow(vmId, hostId('h1'), platformId, `machine-${mark}`))
    await site.core.adopt(operator, [{ vmId, applicationId: tenant.applicationId }], '清查')
    const { departmentId, applicationId } = tenant
    return { departmentId, applicationId, requestId: request.requestId }
  }
  const [ofA, ofB] = [await furnish(a, 'of-a'), await furnish(b, 'of-b')]
  await expect.poll(() => site.core.requestBoard.size).toBe(2)
  const marksOfB = [...Object.values(ofB), '乙部门', 'of-b']
  return { ...site, a, b, platformId, ofA, ofB, marksOfB }
}

/** A need that goes through, so that nothing but the department can be wrong with it. */
const knownOf = ({ a, platformId }: Awaited<ReturnType<typeof openTwoDepartments>>, owned: Owned) => ({
  ...a.need('vm-new'),
  ...owned,
  ...{ platformId, version: 1, reason: '按规定', name: '新名称', since: undefined },
})

/** Every way to mix what is A's and what is B's, but for "all A's". */
const mixtures = (names: readonly (typeof ownedNames)[number][], ofA: Owned, ofB: Owned): Owned[] =>
  Array.from({ length: 2 ** names.length - 1 }, (_, at) =>
    names.reduce<Owned>((mix, name, bit) => ((at + 1) & (1 << bit) ? { ...mix, [name]: ofB[name] } : mix), ofA),
  )

const snapshot = async ({ core }: TestCore) => {
  const { requests, applications, departments, quotas, grants } = core.store
  return Promise.all([requests, applications, departments, quotas, grants].map(rows => rows.list()))
}

test('there is something to try: entries with ids of a department, and lists without', () => {
  const takesIds = own.filter(each => ownedNames.some(name => inputNames(each).includes(name)))
  expect(takesIds.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['requests.submit', 'requests.resubmit', 'requests.withdraw', 'requests.grants']),
  )
  expect(own.length).toBeGreaterThan(takesIds.length + 3)
})

const idsElsewhere = (entry: Entry): readonly string[] => inputNames(entry).filter(name => name.endsWith('Id'))

test('every id that an applicant can name is one that this test knows', () => {
  const known = [...ownedNames, 'platformId']
  const unknown = own.flatMap(each => idsElsewhere(each).filter(name => !(known as string[]).includes(name)))
  expect(unknown).toEqual([])
})

test('with what is the own department’s, an applicant is never told that it is another’s', async () => {
  const site = await openTwoDepartments()
  for (const entry of own) {
    const { code } = await outcomeOf(site.as(site.a.applicant), entry, sampleOf(entry, knownOf(site, site.ofA)))
    expect(['session/other-department', 'input/invalid', 'internal'], entry.path).not.toContain(code)
  }
})

test('with any id of another department, an applicant is refused or learns nothing, and changes nothing', async () => {
  const site = await openTwoDepartments()
  const before = await snapshot(site)
  const wrong: string[] = []
  for (const entry of own) {
    const names = ownedNames.filter(name => inputNames(entry).includes(name))
    const tried = names.length > 0 ? mixtures(names, site.ofA, site.ofB) : [site.ofA]
    for (const owned of tried) {
      const input = sampleOf(entry, knownOf(site, owned))
      const { code, value } = await outcomeOf(site.as(site.a.applicant), entry, input)
      const text = JSON.stringify(value ?? null)
      const tells = site.marksOfB.filter(mark => text.includes(mark) && !JSON.stringify(input).includes(mark))
      const isRefused = ['session/other-department', 'store/not-found'].includes(code)
      if (tells.length > 0 || (names.length > 0 && !isRefused)) wrong.push(`${entry.path}: ${code} ${tells.join(' ')}`)
    }
  }
  expect(wrong).toEqual([])
  expect(await snapshot(site)).toEqual(before)
})

test('an applicant’s stream shows the own department’s changes and none of another’s', async () => {
  const site = await openTwoDepartments()
  const { core, a, b, marksOfB } = site
  const streams = own.filter(({ isStream }) => isStream)
  expect(streams.map(({ path }) => path)).toEqual(['requests.watch'])
  const ending = new AbortController()
  const messages: string[] = []
  const stream = await site.as(a.applicant).requests.watch({}, { signal: ending.signal })
  const reading = (async () => {
    for await (const message of stream) messages.push(JSON.stringify(message))
  })().catch(() => undefined)
  await core.intake.submit(operator, { ...b.need('vm-b2'), purpose: '用途 of-b' })
  await core.intake.submit(operator, a.need('vm-a2'))
  await expect.poll(() => messages.join(), { timeout: 5_000 }).toContain('vm-a2')
  ending.abort()
  await reading
  for (const mark of [...marksOfB, 'vm-b2']) expect(messages.join()).not.toContain(mark)
})

test('an applicant sees the own department and its applications, staff see all', async () => {
  const { as, a, ofA, ofB } = await openTwoDepartments()
  const ids = async (caller: typeof a.applicant) => ({
    departments: (await as(caller).tenants.departments({})).map(each => each.departmentId as string),
    applications: (await as(caller).tenants.applications({})).map(each => each.applicationId as string),
    grants: (await as(caller).requests.grants({})).map(each => each.departmentId as string),
  })
  const { departmentId, applicationId } = ofA
  const mine = { departments: [departmentId], applications: [applicationId], grants: [departmentId] }
  expect(await ids(a.applicant)).toEqual(mine)
  const all = await ids(operator)
  expect(all.departments.sort()).toEqual([departmentId, ofB.departmentId].sort())
  expect(all.applications.sort()).toEqual([applicationId, ofB.applicationId].sort())
  expect(all.grants.sort()).toEqual([departmentId, ofB.departmentId].sort())
})
