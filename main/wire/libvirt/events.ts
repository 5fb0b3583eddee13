import { TransportError } from './errors.ts'
import type { Frame } from './frame.ts'
import { decodeBody, findEvent, type EventBody, type EventName } from './messages.ts'
import {
  events,
  procedures,
  type Domain,
  type Network,
  type NodeDevice,
  type Secret,
  type StoragePool,
} from './procedures.gen.ts'
import type { CallOptions, Rpc } from './rpc.ts'
import type { Decode } from './xdr-reader.ts'

/** Events kept while a registration is under way, for the case that they overtake its reply. */
const EARLY_MAX = 1_000

export type EventListener<N extends EventName> = (body: EventBody<N>) => void

/** What an event can be limited to: the object it is about. All objects without it. */
export type EventObject<N extends EventName> =
  EventBody<N> extends { readonly dom: Domain }
    ? Domain
    : EventBody<N> extends { readonly pool: StoragePool }
      ? StoragePool
      : EventBody<N> extends { readonly secret: Secret }
        ? Secret
        : EventBody<N> extends { readonly net: Network }
          ? Network
          : EventBody<N> extends { readonly dev: NodeDevice }
            ? NodeDevice
            : never

export type SubscribeOptions<N extends EventName> = CallOptions & { readonly object?: EventObject<N> | undefined }

export type Subscription = {
  /** From this moment no event arrives; resolves when the daemon knows. */
  readonly close: () => Promise<void>
}

type AnyBody = { readonly callbackID?: number }
type Route = (body: never) => void
type Key = `${EventName}/${number}`

/** Subscriptions of one connection. The daemon forgets them with the connection. */
export class EventHub {
  readonly #rpc: Rpc
  readonly #routes = new Map<Key, Route>()
  readonly #registering = new Map<EventName, number>()
  #early: { readonly key: Key; readonly body: AnyBody }[] = []

  constructor(rpc: Rpc) {
    this.#rpc = rpc
  }

  /** An event that nobody asked for is dropped; one that cannot be read ends the connection, for it cannot be missed. */
  onFrame(frame: Frame): void {
    const event = findEvent(frame)
    if (!event) return
    const body: AnyBody = decodeBody({ decode: event.body.decode as Decode<AnyBody> }, frame.payload)
    const key: Key = `${event.name as EventName}/${body.callbackID ?? 0}`
    const route = this.#routes.get(key)
    if (route) route(body as never)
    else if (this.#registering.has(event.name as EventName)) this.#keepEarly(key, body)
  }

  async subscribe<N extends EventName>(
    name: N,
    listener: EventListener<N>,
    { object, ...options }: SubscribeOptions<N>,
  ): Promise<Subscription> {
    this.#registering.set(name, (this.#registering.get(name) ?? 0) + 1)
    try {
      const callbackId = await register(this.#rpc, name, object ?? null, options)
      const key: Key = `${name}/${callbackId}`
      if (this.#routes.has(key)) throw new TransportError('broken', `callback id ${callbackId} was given twice`)
      const route = isolated(listener)
      this.#routes.set(key, route)
      this.#handOverEarly(key, route)
      return { close: () => this.#unsubscribe(name, callbackId) }
    } finally {
      this.#endRegistering(name)
    }
  }

  async #unsubscribe(name: EventName, callbackId: number): Promise<void> {
    if (!this.#routes.delete(`${name}/${callbackId}`) || !this.#rpc.isOpen) return
    await deregister(this.#rpc, name, callbackId).catch((error: unknown) => {
      if (!(error instanceof TransportError)) throw error // without the connection there is no registration either
    })
  }

  #keepEarly(key: Key, body: AnyBody): void {
    if (this.#early.length >= EARLY_MAX) throw new TransportError('queue-full', `${EARLY_MAX} events before a reply`)
    this.#early.push({ key, body })
  }

  #handOverEarly(key: Key, route: Route): void {
    const mine = this.#early.filter(event => event.key === key)
    this.#early = this.#early.filter(event => event.key !== key)
    for (const { body } of mine) route(body as never)
  }

  #endRegistering(name: EventName): void {
    const left = (this.#registering.get(name) ?? 1) - 1
    if (left > 0) this.#registering.set(name, left)
    else this.#registering.delete(name)
    if (this.#registering.size === 0) this.#early = []
  }
}

/** A listener that throws harms no other: its error surfaces as uncaught, like that of any event listener. */
function isolated(listener: (body: never) => void): Route {
  return body => {
    try {
      listener(body)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }
}

async function register(rpc: Rpc, name: EventName, object: unknown, options: CallOptions): Promise<number> {
  const { source, eventId: eventID } = events[name]
  const call = <A, R extends { readonly callbackID: number }>(
    procedure: Parameters<typeof rpc.call<A, R>>[0],
    args: A,
  ): Promise<number> => rpc.call(procedure, args, options).then(({ callbackID }) => callbackID)
  switch (source) {
    case 'domain':
      return call(procedures.connectDomainEventCallbackRegisterAny, { eventID, dom: object as Domain | null })
    case 'network':
      return call(procedures.connectNetworkEventRegisterAny, { eventID, net: object as Network | null })
    case 'storagePool':
      return call(procedures.connectStoragePoolEventRegisterAny, { eventID, pool: object as StoragePool | null })
    case 'nodeDevice':
      return call(procedures.connectNodeDeviceEventRegisterAny, { eventID, dev: object as NodeDevice | null })
    case 'secret':
      return call(procedures.connectSecretEventRegisterAny, { eventID, secret: object as Secret | null })
    case 'connection':
      await rpc.call(procedures.connectRegisterCloseCallback, {}, options)
      return 0
  }
}

async function deregister(rpc: Rpc, name: EventName, callbackID: number): Promise<void> {
  switch (events[name].source) {
    case 'domain':
      await rpc.call(procedures.connectDomainEventCallbackDeregisterAny, { callbackID })
      return
    case 'network':
      await rpc.call(procedures.connectNetworkEventDeregisterAny, { callbackID })
      return
    case 'storagePool':
      await rpc.call(procedures.connectStoragePoolEventDeregisterAny, { callbackID })
      return
    case 'nodeDevice':
      await rpc.call(procedures.connectNodeDeviceEventDeregisterAny, { callbackID })
      return
    case 'secret':
      await rpc.call(procedures.connectSecretEventDeregisterAny, { callbackID })
      return
    case 'connection':
      await rpc.call(procedures.connectUnregisterCloseCallback, {})
  }
}
