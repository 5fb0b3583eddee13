import type { Room } from '../room.ts'
import { room as audit } from './audit/index.tsx'
import { room as hosts } from './hosts/index.tsx'
import { room as jobs } from './jobs/index.tsx'
import { room as overview } from './overview/index.tsx'
import { room as requests } from './requests/index.tsx'
import { room as settings } from './settings/index.tsx'
import { room as vms } from './vms/index.tsx'

/** The rooms in the order of the navigation; the first one that a person may see is their home. */
export const rooms: readonly Room[] = [overview, requests, vms, hosts, jobs, audit, settings]
