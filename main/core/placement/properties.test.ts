import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PlatformId } from '#contract/ids.ts'
import type { HostVerdict, RuleResult } from '#contract/placement.ts'
import { placementFault } from './fault.ts'
import type { PlacementHost, PlacementNeed, PlacementPlatform } from './model.ts'
import { previewPlacement } from './preview.ts'
import { GIB, sampleHost, samplePlatform } from './sample-hosts.ts'

type Plan = { platform: PlacementPlatform; hosts: readonly PlacementHost[]; need: PlacementNeed }

const platformIds = ['government', 'internet'].map(id => PlatformId.parse(id))
const often = (percent: number) => fc.integer({ min: 1, max: 100 }).map(n => n <= percent)
const orUnknown = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary, { freq: 20 })
const gib = (max: number) => fc.integer({ min: 0, max }).map(n => n * GIB)

const poolOf = (name: string, type: string) =>
  fc.record({
    name: fc.constant(name),
    type: fc.constant(type),
    isActive: often(90),
    capacityBytes: orUnknown(gib(1000)),
    promisedBytes: orUnknown(gib(1000)),
    freeBytes: orUnknown(gib(1000)),
  })
const pools = fc
  .tuple(poolOf('images', 'dir'), poolOf('fast', 'dir'), poolOf('nfs', 'netfs'), fc.integer({ min: 1, max: 7 }))
  .map(([images, fast, nfs, mask]) => [images, fast, nfs].filter((_, i) => mask & (1 << i)))

const facts = fc.record({
  platformId: fc.constantFrom(...platformIds),
  arch: fc.constantFrom('x86_64', 'x86_64', 'x86_64', 'x86_64', 'x86_64', 'aarch64', 'aarch64', null),
  isReachable: often(90),
  isFresh: often(90),
  cpuThreads: orUnknown(fc.integer({ min: 1, max: 64 })),
  memoryBytes: orUnknown(gib(256)),
  promisedVcpus: fc.integer({ min: 0, max: 40 }),
  promisedMemoryBytes: gib(80),
  pools,
  networks: often(85).map(isActive => [{ name: 'office', isActive }]),
})
const hosts = fc.array(facts, { maxLength: 8 }).map(list => list.map((changes, i) => sampleHost(`h${i}`, changes)))
const need = fc.record({
  arch: fc.constantFrom('x86_64', 'x86_64', 'aarch64'),
  vcpus: fc.integer({ min: 1, max: 24 }),
  memoryBytes: fc.integer({ min: 1, max: 48 }).map(n => n * GIB),
  diskBytes: fc.integer({ min: 1, max: 300 }).map(n => n * GIB),
  network: fc.constantFrom('office', null),
})
const platform = fc
  .record({ cpuOvercommit: fc.constantFrom(1, 1.5, 4), reserveHosts: fc.integer({ min: 0, max: 2 }) })
  .map(rules => samplePlatform(rules))
// Without bias: small and extreme values would make nearly every plan a refusal.
const mixedPlan = fc.noBias(fc.record({ platform, hosts, need }))
const plan = mixedPlan.map(({ hosts: all, ...rest }) => ({
  ...rest,
  hosts: all.map(host => ({ ...host, platformId: rest.platform.platformId })),
}))

const preview = ({ platform, hosts, need }: Plan) => previewPlacement(platform, hosts, need)
const unmet = (verdict: HostVerdict | undefined) => verdict?.rules.filter(rule => !rule.isMet) ?? []
const verdictIn = (plan: Plan, hostId: string) => preview(plan).hosts.find(host => host.hostId === hostId)

test('10,000 random plans never cross a platform', () => {
  let placed = 0
  let mixed = 0
  const check = (plan: Plan) => {
    const own = plan.hosts.filter(host => host.platformId === plan.platform.platformId)
    if (own.length < plan.hosts.length) {
      mixed++
      expect(() => preview(plan)).toThrow(RangeError)
      expect(() => placementFault(plan.platform, plan.hosts, plan.need)).toThrow(RangeError)
    }
    const { chosen, hosts } = preview({ ...plan, hosts: own })
    expect(hosts.map(host => host.hostId).sort()).toEqual(own.map(host => host.hostId).sort())
    if (chosen === null) return
    placed++
    expect(own.some(host => host.hostId === chosen)).toBe(true)
  }
  fc.assert(fc.property(mixedPlan, check), { numRuns: 10_000 })
  expect(placed).toBeGreaterThan(500)
  expect(mixed).toBeGreaterThan(3000)
}, 60_000)

test('the chosen host fits by sums made independently, and stays within every limit', () => {
  let placed = 0
  const check = (plan: Plan) => {
    const { chosen, hosts } = preview(plan)
    expect(chosen === null).toBe(hosts.every(host => !host.fits))
    expect(placementFault(plan.platform, plan.hosts, plan.need) === null).toBe(chosen !== null)
    const host = plan.hosts.find(each => each.hostId === chosen)
    if (!host) return
    placed++
    const memory = host.memoryBytes ?? 0
    expect(host).toMatchObject({ isReachable: true, isFresh: true, arch: plan.need.arch })
    expect(host.promisedVcpus + plan.need.vcpus).toBeLessThanOrEqual(
      (host.cpuThreads ?? 0) * plan.platform.cpuOvercommit,
    )
    expect(plan.need.vcpus).toBeLessThanOrEqual(host.cpuThreads ?? 0)
    expect(host.promisedMemoryBytes + plan.need.memoryBytes).toBeLessThanOrEqual(Math.min(memory - GIB, memory * 0.96))
    const pool = host.pools.find(each => each.name === hosts[0]?.pool)
    expect(pool?.isActive).toBe(true)
    expect(plan.need.diskBytes).toBeLessThanOrEqual(pool?.freeBytes ?? 0)
    expect((pool?.promisedBytes ?? 0) + plan.need.diskBytes).toBeLessThanOrEqual(1.5 * (pool?.capacityBytes ?? 0))
  }
  fc.assert(fc.property(plan, check), { numRuns: 5000 })
  expect(placed).toBeGreaterThan(300)
}, 60_000)

test('after placing, any hosts that the reserve is for can be lost and the others have room for what they carried', () => {
  let checked = 0
  const check = (plan: Plan) => {
    const { chosen } = preview(plan)
    if (chosen === null || plan.platform.reserveHosts === 0) return
    const after = withPlaced(plan).hosts.filter(host => host.arch === plan.need.arch)
    const lost = after.filter(host => !host.isReachable)
    for (const failed of lost.length <= plan.platform.reserveHosts
      ? subsets(after, plan.platform.reserveHosts)
      : [lost]) {
      checked++
      const others = after.filter(host => !failed.includes(host) && host.memoryBytes !== null)
      const all = after.reduce((sum, host) => sum + host.promisedMemoryBytes, 0)
      const room = others.reduce(
        (sum, host) => sum + Math.max(0, Math.min((host.memoryBytes ?? 0) - GIB, (host.memoryBytes ?? 0) * 0.96)),
        0,
      )
      expect(all).toBeLessThanOrEqual(room)
    }
  }
  fc.assert(fc.property(plan, check), { numRuns: 5000 })
  expect(checked).toBeGreaterThan(500)
}, 60_000)

test('for 500 random refusals by one rule, relaxing that rule makes the placement legal', () => {
  const seen = new Map<string, number>()
  let refusals = 0
  for (let seed = 1; refusals < 500 && seed < 200; seed++)
    for (const each of fc.sample(plan, { numRuns: 200, seed }))
      for (const verdict of preview(each).hosts) {
        const [rule, ...others] = unmet(verdict)
        if (!rule || others.length > 0) continue
        refusals++
        seen.set(rule.rule, (seen.get(rule.rule) ?? 0) + 1)
        expect(verdictIn(relax(each, verdict.hostId, rule.rule), verdict.hostId)?.fits).toBe(true)
      }
  expect(refusals).toBeGreaterThanOrEqual(500)
  expect([...seen.keys()].sort()).toEqual([...ruleNames].sort())
}, 60_000)

test('relaxing all rules named makes a host fit; leaving one out leaves exactly that one', () => {
  const check = (plan: Plan) => {
    for (const verdict of preview(plan).hosts) {
      const named = unmet(verdict).map(rule => rule.rule)
      const relaxAll = (rules: RuleResult['rule'][]) =>
        rules.reduce((relaxed, rule) => relax(relaxed, verdict.hostId, rule), plan)
      expect(unmet(verdictIn(relaxAll(named), verdict.hostId))).toEqual([])
      // More capacity on this host also helps its reserve, so that rule may mend by the others.
      for (const left of named.filter(rule => rule !== 'reserve')) {
        const rest = relaxAll(named.filter(rule => rule !== left))
        expect(unmet(verdictIn(rest, verdict.hostId)).map(rule => rule.rule)).toEqual([left])
      }
    }
  }
  fc.assert(fc.property(plan, check), { numRuns: 1000 })
}, 60_000)

const asked = { cpu: 'vcpus', memory: 'memoryBytes', storage: 'diskBytes' } as const
test('the available amount is exact: that much is legal, one more is not', () => {
  let sharp = 0
  const check = (plan: Plan, name: keyof typeof asked) => {
    for (const verdict of preview(plan).hosts) {
      const available = verdict.rules.find(rule => rule.rule === name)?.available ?? 0
      const asking = (amount: number) => ({ ...plan, need: { ...plan.need, [asked[name]]: amount } })
      const isMet = (amount: number) =>
        verdictIn(asking(amount), verdict.hostId)?.rules.find(rule => rule.rule === name)?.isMet
      expect(isMet(available + 1)).toBe(false)
      if (available === 0) continue
      sharp++
      expect(isMet(available)).toBe(true)
    }
  }
  fc.assert(fc.property(plan, fc.constantFrom('cpu', 'memory', 'storage'), check), { numRuns: 1000 })
  expect(sharp).toBeGreaterThan(200)
}, 60_000)

test('more like this is what placing one after the other gives', () => {
  let counted = 0
  const check = (plan: Plan) => {
    let now = plan
    let placed = 0
    for (; preview(now).chosen !== null; placed++) now = withPlaced(now)
    if (placed > 1) counted++
    expect(preview(plan).moreLikeThis).toBe(Math.max(0, placed - 1))
  }
  const local = plan.map(each => ({
    ...each,
    hosts: each.hosts.map(host => ({ ...host, pools: host.pools.filter(pool => pool.type === 'dir') })),
  }))
  fc.assert(fc.property(local, check), { numRuns: 1000 })
  expect(counted).toBeGreaterThan(20)
}, 60_000)

test('a shortage always has numbers that add up to too little', () => {
  let short = 0
  const check = ({ platform, hosts, need }: Plan) => {
    const fault = placementFault(platform, hosts, need)
    if (fault?.code !== 'pool/short') return
    short++
    const { limit, used, reserved, asked } = fault.data
    expect(limit - used - reserved).toBeLessThan(asked)
  }
  fc.assert(fc.property(plan, check), { numRuns: 2000 })
  expect(short).toBeGreaterThan(100)
}, 60_000)

test('the same plan gives the same preview whatever the order of its hosts', () => {
  const check = (plan: Plan) => {
    expect(preview({ ...plan, hosts: plan.hosts.toReversed() })).toEqual(preview(plan))
  }
  fc.assert(fc.property(plan, check), { numRuns: 1000 })
}, 60_000)

const ruleNames = ['reachable', 'fresh', 'architecture', 'cpu', 'memory', 'storage', 'network', 'reserve'] as const

/** The plan with one rule's cause taken away, on that host alone or in the rules of the platform. */
function relax(plan: Plan, hostId: string, rule: RuleResult['rule']): Plan {
  const { platform, need } = plan
  if (rule === 'reserve') return { ...plan, platform: { ...platform, reserveHosts: 0 } }
  const change = (changed: (host: PlacementHost) => Partial<PlacementHost>) => ({
    ...plan,
    hosts: plan.hosts.map(host => (host.hostId === hostId ? { ...host, ...changed(host) } : host)),
  })
  if (rule === 'architecture') {
    const arch = plan.hosts.find(host => host.hostId === hostId)?.arch
    return arch ? { ...plan, need: { ...need, arch } } : change(() => ({ arch: need.arch }))
  }
  if (rule === 'reachable') return change(() => ({ isReachable: true }))
  if (rule === 'fresh') return change(() => ({ isFresh: true }))
  if (rule === 'cpu') return change(host => ({ cpuThreads: (host.cpuThreads ?? 0) + host.promisedVcpus + need.vcpus }))
  if (rule === 'memory')
    return change(host => ({
      memoryBytes: (host.memoryBytes ?? 0) + 2 * (host.promisedMemoryBytes + need.memoryBytes + GIB),
    }))
  if (rule === 'network') return change(() => ({ networks: [{ name: need.network ?? '', isActive: true }] }))
  const roomy = { capacityBytes: 10_000 * GIB, promisedBytes: 0, freeBytes: 10_000 * GIB }
  return change(host => ({ pools: [...host.pools, { name: 'new', type: 'dir', isActive: true, ...roomy }] }))
}

/** The plan after its machine was placed: promised there, and its disk written in full. */
function withPlaced(plan: Plan): Plan {
  const { chosen, hosts } = preview(plan)
  const pool = hosts.find(host => host.hostId === chosen)?.pool
  const place = (host: PlacementHost): PlacementHost => ({
    ...host,
    promisedVcpus: host.promisedVcpus + plan.need.vcpus,
    promisedMemoryBytes: host.promisedMemoryBytes + plan.need.memoryBytes,
    pools: host.pools.map(each =>
      each.name === pool
        ? {
            ...each,
            promisedBytes: (each.promisedBytes ?? 0) + plan.need.diskBytes,
            freeBytes: (each.freeBytes ?? 0) - plan.need.diskBytes,
          }
        : each,
    ),
  })
  return { ...plan, hosts: plan.hosts.map(host => (host.hostId === chosen ? place(host) : host)) }
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map(rest => [item, ...rest]))
}
