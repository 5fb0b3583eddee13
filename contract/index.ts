import { audit } from './audit.ts'
import { hosts } from './hosts.ts'
import { identity } from './identity.ts'
import { jobs } from './jobs.ts'
import { pools } from './pools.ts'
import { requests } from './requests.ts'
import { session } from './session.ts'
import { site } from './site.ts'
import { tenants } from './tenants.ts'
import { vms } from './vms.ts'

/** All that a page may ask and be told, a room a key. */
export const contract = { session, identity, site, tenants, hosts, vms, pools, requests, jobs, audit }
export type Contract = typeof contract
