import { LibvirtFault, fault, origin } from '#demo/host/faults.ts'
import type { EventName } from '#wire/libvirt/index.ts'
import type { Call, Handlers } from './handlers.ts'

/** What the qemu driver of 9.0.0 answers for each DRIVER FEATURE, by number. */
const features: Readonly<Record<number, number>> = {
  1: 0, 4: 1, 5: 0, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1, 11: 1, 12: 1, 13: 1, 14: 1, 15: 1, 16: 1,
} // prettier-ignore

const uris = ['qemu:///system', 'qemu:///session', 'qemu:///', '']

/** Events by their number under which clients subscribe; the rest can be subscribed to and never happens here. */
const domainEvents: readonly EventName[] = [
  'domainLifecycle', 'domainReboot', 'domainRtcChange', 'domainWatchdog', 'domainIoError', 'domainGraphics',
  'domainIoErrorReason', 'domainControlError', 'domainBlockJob', 'domainDiskChange', 'domainTrayChange',
  'domainPmwakeup', 'domainPmsuspend', 'domainBalloonChange', 'domainPmsuspendDisk', 'domainDeviceRemoved',
  'domainBlockJob2', 'domainTunable', 'domainAgentLifecycle', 'domainDeviceAdded', 'domainMigrationIteration',
  'domainJobCompleted', 'domainDeviceRemovalFailed', 'domainMetadataChange', 'domainBlockThreshold',
  'domainMemoryFailure', 'domainMemoryDeviceSizeChange',
] // prettier-ignore
const poolEvents: readonly EventName[] = ['storagePoolLifecycle', 'storagePoolRefresh']
const networkEvents: readonly EventName[] = ['networkLifecycle']
const nodeDeviceEvents: readonly EventName[] = ['nodeDeviceLifecycle', 'nodeDeviceUpdate']
const secretEvents: readonly EventName[] = ['secretLifecycle', 'secretValueChanged']

function register(
  events: readonly EventName[],
  eventID: number,
  of: { uuid: string } | null,
  { session }: Call,
): { callbackID: number } {
  const event = events[eventID]
  if (!event) throw fault(1, origin.rpc, `unexpected event ID ${eventID}`)
  return { callbackID: session.subscribe({ event, uuid: of?.uuid ?? null }) }
}

function deregister({ callbackID }: { callbackID: number }, what: string, { session }: Call): Record<never, never> {
  if (session.unsubscribe(callbackID)) return {}
  throw fault(1, origin.rpc, `${what} event callback ${callbackID} not registered`)
}

export const connectionProcedures: Handlers = {
  authList: () => ({ types: [0] }),
  authPolkit: () => ({ complete: 1 }),
  connectOpen: ({ name, flags }, { session }) => {
    // The daemon does not look for a driver by itself.
    if (name === null) throw fault(1, origin.rpc, 'connection not open')
    if (!uris.includes(name)) {
      throw new LibvirtFault(5, origin.none, `no connection driver available for ${name}`, [
        'no connection driver available for %s',
        name,
      ])
    }
    session.open(name, flags)
    return {}
  },
  connectClose: (_, { session }) => {
    session.close()
    return {}
  },
  connectSupportsFeature: ({ feature }) => ({ supported: features[feature] ?? 0 }),
  connectSetIdentity: () => ({}),
  connectRegisterCloseCallback: () => ({}),
  connectUnregisterCloseCallback: () => ({}),
  connectDomainEventCallbackRegisterAny: ({ eventID, dom }, call) => register(domainEvents, eventID, dom, call),
  connectDomainEventCallbackDeregisterAny: (args, call) => deregister(args, 'domain', call),
  connectNetworkEventRegisterAny: ({ eventID, net }, call) => register(networkEvents, eventID, net, call),
  connectNetworkEventDeregisterAny: (args, call) => deregister(args, 'network', call),
  connectStoragePoolEventRegisterAny: ({ eventID, pool }, call) => register(poolEvents, eventID, pool, call),
  connectStoragePoolEventDeregisterAny: (args, call) => deregister(args, 'storage pool', call),
  connectNodeDeviceEventRegisterAny: ({ eventID }, call) => register(nodeDeviceEvents, eventID, null, call),
  connectNodeDeviceEventDeregisterAny: (args, call) => deregister(args, 'node device', call),
  connectSecretEventRegisterAny: ({ eventID, secret }, call) => register(secretEvents, eventID, secret, call),
  connectSecretEventDeregisterAny: (args, call) => deregister(args, 'secret', call),
}
