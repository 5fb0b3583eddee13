import type { Core } from './core.ts'
import { guarded, type Report } from './guard.ts'
import { identityHandlers, sessionHandlers } from './handlers-identity.ts'
import { hostHandlers, vmHandlers } from './handlers-machines.ts'
import { jobHandlers, poolHandlers, requestHandlers } from './handlers-requests.ts'
import { auditHandlers, siteHandlers, tenantHandlers } from './handlers-site.ts'

/** The whole contract, answered by one core; shells serve it over their transports. */
export function openApp(core: Core, report: Report) {
  const os = guarded(report, core.clock)
  return os.router({
    session: sessionHandlers(os, core),
    identity: identityHandlers(os, core),
    site: siteHandlers(os, core),
    tenants: tenantHandlers(os, core),
    hosts: hostHandlers(os, core),
    vms: vmHandlers(os, core),
    pools: poolHandlers(os, core),
    requests: requestHandlers(os, core),
    jobs: jobHandlers(os, core),
    audit: auditHandlers(os, core),
  })
}
export type App = ReturnType<typeof openApp>
