import { expect, test } from 'vitest'
import { planCentre } from './centre.ts'
import { departments } from './city.ts'
import { threadsOf } from './hardware.ts'
import { HOST_RESERVE_GIB, meanLoad } from './machines.ts'
import { quotaSeeds, requestSeeds } from './wishes.ts'

const centre = planCentre(1, 8)
const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0)
const GIB = 1024 ** 3

test('is the same for the same seed and another for another', () => {
  expect(planCentre(1, 8)).toEqual(centre)
  expect(planCentre(2, 8).map(host => host.serial)).not.toEqual(centre.map(host => host.serial))
})

test('keeps its first hosts when there are more', () => {
  expect(planCentre(1, 20).slice(0, 8)).toEqual(centre)
})

test('has two platforms of reused and new machines, one of them ARM', () => {
  expect(new Set(centre.map(host => host.platform)).size).toBe(2)
  for (const platform of ['internet', 'gov-extranet']) {
    const origins = centre.filter(host => host.platform === platform).map(host => host.model.origin)
    expect(new Set(origins)).toEqual(new Set(['reused', 'new']))
  }
  expect(centre.filter(host => host.model.arch === 'aarch64')).toHaveLength(1)
})

test('gives every machine, host and pool a name and UUID of its own', () => {
  const big = planCentre(3, 200)
  const machines = big.flatMap(host => host.machines)
  expect(new Set(machines.map(machine => machine.name)).size).toBe(machines.length)
  expect(new Set(machines.map(machine => machine.uuid)).size).toBe(machines.length)
  expect(new Set(machines.map(machine => machine.mac)).size).toBeGreaterThan(0.999 * machines.length)
  expect(new Set(big.map(host => host.name)).size).toBe(200)
  for (const { name } of machines) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/)
})

test('never promises more memory than a host has, and nearly fills some', () => {
  const filled = centre.map(({ model, machines }) => {
    const promised = sum(machines, machine => machine.memoryKiB) / 1024 ** 2
    expect(promised + HOST_RESERVE_GIB).toBeLessThanOrEqual(model.memoryGiB)
    return promised / model.memoryGiB
  })
  expect(filled.filter(share => share > 0.9).length).toBeGreaterThanOrEqual(2)
  expect(filled.filter(share => share < 0.65).length).toBeGreaterThanOrEqual(1)
})

test('promises moderately more CPU than there is, and less load than that', () => {
  for (const { model, machines } of centre) {
    const threads = threadsOf(model)
    const ratio = sum(machines, machine => machine.vcpus) / threads
    expect(ratio).toBeGreaterThan(1)
    expect(ratio).toBeLessThan(3)
    const mean = sum(machines.filter(machine => machine.isRunning), machine => machine.vcpus * meanLoad(machine.activity)) / threads // prettier-ignore
    expect(mean).toBeGreaterThan(0.08)
    expect(mean).toBeLessThan(0.5)
  }
})

test('leaves the departments’ machines on the platform that carries their level', () => {
  const applications = departments.flatMap(department => department.applications)
  for (const host of centre) {
    for (const machine of host.machines) {
      const application = applications.find(({ code }) => code === machine.application)
      expect(application?.platform).toBe(host.platform)
      expect(host.networks.map(network => network.name)).toContain(machine.network)
    }
  }
})

test('asks for machines that its own departments and platforms can be asked for', () => {
  const requests = requestSeeds(centre, Date.UTC(2026, 2, 10, 20))
  expect(requests.length).toBeGreaterThanOrEqual(5)
  for (const request of requests) {
    const application = departments
      .find(({ code }) => code === request.department)
      ?.applications.find(({ code }) => code === request.application)
    expect(application).toMatchObject({ platform: request.platform, level: request.level })
    expect(request.from).toBe('2026-03-11')
    const networks = centre.filter(host => host.platform === request.platform).flatMap(host => host.networks)
    expect(networks.map(network => network.name)).toContain(request.network)
  }
})

test('has a wish beyond its quota among wishes that fit', () => {
  const beyond = requestSeeds(centre, 0).filter(({ department, platform, memoryBytes }) => {
    const quota = quotaSeeds.find(limit => limit.department === department && limit.platform === platform)
    return memoryBytes > (quota?.memoryBytes ?? 0)
  })
  expect(beyond).toHaveLength(1)
  expect(beyond[0]?.memoryBytes).toBe(256 * GIB)
})
