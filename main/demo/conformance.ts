import { connectionFacts } from './conformance/connection-facts.ts'
import { domainFacts } from './conformance/domain-facts.ts'
import { hostFacts } from './conformance/host-facts.ts'
import { networkFacts } from './conformance/network-facts.ts'
import { settingFacts } from './conformance/setting-facts.ts'
import { statsFacts } from './conformance/stats-facts.ts'
import { storageFacts } from './conformance/storage-facts.ts'
import type { Fact } from './conformance/subject.ts'

/** What libvirtd 9.0.0 with QEMU 7.2 does, and the simulator therefore does too: checked on both by the same code. */
export const conformance: readonly Fact[] = [
  ...connectionFacts,
  ...hostFacts,
  ...domainFacts,
  ...settingFacts,
  ...statsFacts,
  ...storageFacts,
  ...networkFacts,
]
