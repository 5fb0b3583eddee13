import type { Duplex } from 'node:stream'
import type { Procedure } from './codec.ts'
import { libvirtCode } from './codes.gen.ts'
import { TransportError } from './errors.ts'
import { EventHub, type EventListener, type SubscribeOptions, type Subscription } from './events.ts'
import { Features, adapted } from './features.ts'
import { follow, type Follower } from './follow.ts'
import type { FrameHeader } from './frame.ts'
import type { ArgsOf, CallArgs, EventName, ProcedureName, ResultOf } from './messages.ts'
import { descriptorProcedures, procedures, structLayouts } from './procedures.gen.ts'
import type { Domain, Network, StoragePool, StorageVolume, StreamName } from './procedures.gen.ts'
import { readAs, type CallOptions, type Rpc } from './rpc.ts'
import { LibvirtStream, type StreamOptions } from './stream.ts'
import type { XdrReader } from './xdr-reader.ts'
import { readParamMap, type ParamValue } from './typed-params.ts'

const { Feature } = libvirtCode

export type CallName = Exclude<ProcedureName, StreamName>

/** What the daemon knows of one domain, by the names of libvirt's bulk statistics. */
export type DomainStats = { readonly domain: Domain; readonly params: ReadonlyMap<string, ParamValue> }

export type StatsQuery = CallOptions & {
  /** All of them without it. */
  readonly domains?: readonly Domain[] | undefined
  /** Groups, `libvirtCode.DomainStatsTypes`; 0 is every group that the driver knows. */
  readonly stats?: number | undefined
  /** `libvirtCode.ConnectGetAllDomainStatsFlags` */
  readonly flags?: number | undefined
}

const statsProcedure = readAs(procedures.connectGetAllDomainStats, reader => reader.list(16_384, 28, readStatsRecord))

function readStatsRecord(reader: XdrReader): DomainStats {
  return { domain: structLayouts.domain.decode(reader), params: readParamMap(reader, 262_144) }
}

/** One open connection to one daemon. Whoever opened it closes it. */
export class Libvirt {
  readonly #rpc: Rpc
  readonly #events: EventHub
  readonly #features: Features

  constructor(rpc: Rpc, events: EventHub) {
    this.#rpc = rpc
    this.#events = events
    this.#features = new Features(rpc)
  }

  /** Resolves, never rejects, with the reason when the connection is over. */
  get closed(): Promise<TransportError> {
    return this.#rpc.closed
  }

  /** @param feature  one of `libvirtCode.Feature` */
  hasFeature(feature: number): Promise<boolean> {
    return this.#features.has(feature)
  }

  /**
   * Calls a procedure of the table.
   *
   * @throws {LibvirtError}   the daemon refused
   * @throws {TransportError} there was no answer: `deadline`, `lost`, `silent`, `broken`, `closed`, `queue-full`, `refused`
   * @throws {XdrError}       arguments or result do not fit the layout
   */
  call<N extends CallName>(name: N, args: CallArgs<N>, options?: CallOptions): Promise<ResultOf<N>> {
    const refusal = refusalOf(name, false)
    if (refusal) return Promise.reject(refusal)
    const procedure = procedures[name] as Procedure<ArgsOf<N>, ResultOf<N>>
    const other = adapted(name, args, this.#features)
    if (!other) return this.#rpc.call(procedure, args as ArgsOf<N>, options)
    return other.then(fitting => this.#rpc.call(procedure, fitting as ArgsOf<N>, options))
  }

  /**
   * Calls a procedure after whose reply data flow.
   *
   * @returns its result and the stream, as a Node stream and async iterable; whoever gets it reads it, ends it or
   *          destroys it. A reader that is far behind stops the whole connection: give bulk data one of their own.
   * @throws  as `call`
   */
  async stream<N extends StreamName>(
    name: N,
    args: CallArgs<N>,
    options: StreamOptions & CallOptions = {},
  ): Promise<{ readonly result: ResultOf<N>; readonly stream: Duplex }> {
    const refusal = refusalOf(name, true)
    if (refusal) throw refusal
    const procedure = procedures[name] as Procedure<ArgsOf<N>, ResultOf<N>>
    const makeSink = (call: FrameHeader): LibvirtStream =>
      new LibvirtStream(this.#rpc, { name, kind: procedure.stream, call }, options)
    const { result, sink } = await this.#rpc.callStream(
      procedure,
      withSparse(args as ArgsOf<N>, options),
      makeSink,
      options,
    )
    return { result, stream: sink }
  }

  async listDomains(flags = 0, options?: CallOptions): Promise<readonly Domain[]> {
    return (await this.call('connectListAllDomains', { flags }, options)).domains
  }

  async listNetworks(flags = 0, options?: CallOptions): Promise<readonly Network[]> {
    return (await this.call('connectListAllNetworks', { flags }, options)).nets
  }

  async listStoragePools(flags = 0, options?: CallOptions): Promise<readonly StoragePool[]> {
    return (await this.call('connectListAllStoragePools', { flags }, options)).pools
  }

  async listVolumes(pool: StoragePool, options?: CallOptions): Promise<readonly StorageVolume[]> {
    return (await this.call('storagePoolListAllVolumes', { pool }, options)).vols
  }

  /** Statistics of many domains in one call, read straight into maps. */
  async getAllDomainStats(query: StatsQuery = {}): Promise<readonly DomainStats[]> {
    const { domains = [], stats = 0, flags = 0, ...options } = query
    return this.#rpc.call(statsProcedure, { doms: domains, stats, flags }, options)
  }

  /**
   * Tells `listener` of every event of this kind from now on; see `follow` for how to join it with a list.
   *
   * @throws {TransportError} `unsupported` by a daemon without numbered callbacks; else as `call`
   */
  async on<N extends EventName>(
    name: N,
    listener: EventListener<N>,
    options: SubscribeOptions<N> = {},
  ): Promise<Subscription> {
    if (name !== 'connectionClosed') await this.#features.need(Feature.EVENT_CALLBACK, 'numbered event callbacks')
    return this.#events.subscribe(name, listener, options)
  }

  /** Lists and subscribes so that nothing falls between the two: see `Follower`. */
  follow<N extends EventName, T>(follower: Follower<N, T>): Promise<Subscription> {
    return follow<N, T>((name, listener) => this.on(name, listener), follower)
  }

  /** Rejects everything that waits, says goodbye and closes the byte stream. */
  close(): Promise<void> {
    return this.#rpc.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Why this name cannot be called this way, whatever the types said. */
function refusalOf(name: string, asStream: boolean): TransportError | undefined {
  const refuse = (why: string): TransportError => new TransportError('refused', `${name} ${why}`)
  if (Object.hasOwn(descriptorProcedures, name))
    return refuse('passes file descriptors, which no byte stream can carry')
  if (!Object.hasOwn(procedures, name)) return refuse('is no procedure of libvirt that is known here')
  const { stream } = procedures[name as ProcedureName]
  if (asStream === (stream !== 'none')) return undefined
  return refuse(asStream ? 'has no stream: use call' : 'opens a stream: use stream')
}

/** The daemon learns from the flag of the call what the packets will be like. */
function withSparse<A>(args: A, { sparse }: StreamOptions): A {
  if (!sparse) return args
  const { flags = 0 } = args as { readonly flags?: number }
  return { ...args, flags: flags | libvirtCode.StorageVolDownloadFlags.SPARSE_STREAM }
}
