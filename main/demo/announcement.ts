import { departments, platforms } from '#demo/plan/city.ts'
import { quotaSeeds, requestSeeds } from '#demo/plan/wishes.ts'
import type { Simulation } from './simulation.ts'

export type DemoKey = {
  /** OpenSSH private key; null when the caller brought its own public key. */
  readonly privateKey: string | null
  /** Where the private key lies, when it was asked for as a file. */
  readonly privateKeyPath: string | null
  readonly publicKey: string
}

/**
 * Everything an administrator would type in to take the centre over: how to reach the hosts, what they are, whose
 * applications run there, and what waits to be approved. Printed as one line of JSON.
 */
export function announcementOf(simulation: Simulation, key: DemoKey, now: number) {
  const plans = simulation.servers.map(({ host }) => host.plan)
  return {
    version: 1,
    seed: simulation.seed,
    user: simulation.user,
    ...key,
    platforms,
    hosts: simulation.servers.map(({ host: { plan }, port, hostKey }) => ({
      name: plan.name,
      address: '127.0.0.1',
      port,
      user: simulation.user,
      hostKey: hostKey.publicKey,
      hostKeyFingerprint: hostKey.fingerprint,
      platform: plan.platform,
      origin: plan.model.origin,
      model: `${plan.model.vendor} ${plan.model.product}`,
      serial: plan.serial,
      rack: plan.rack,
    })),
    departments: departments.map(({ code, name, applications }) => ({
      code,
      name,
      applications: applications.map(application => ({
        code: application.code,
        name: application.name,
        level: application.level,
        platform: application.platform,
      })),
      quotas: quotaSeeds
        .filter(quota => quota.department === code)
        .map(({ platform, vcpus, memoryBytes, storageBytes }) => ({
          platform,
          limit: { vcpus, memoryBytes, storageBytes },
        })),
    })),
    machines: plans.flatMap(plan =>
      plan.machines.map(({ uuid, name, department, application }) => ({
        host: plan.name,
        uuid,
        name,
        department,
        application,
      })),
    ),
    requests: requestSeeds(plans, now),
  }
}

export type Announcement = ReturnType<typeof announcementOf>
