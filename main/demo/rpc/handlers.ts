import type { SimulatedHost } from '#demo/host/host.ts'
import type { ArgsOf, EventName, Frame, ProcedureName, ResultOf } from '#wire/libvirt/index.ts'

/** Which event of whose object a client wants to hear of. */
export type Subscription = { readonly event: EventName; readonly uuid: string | null }

/** What a procedure may know and do besides the host: the connection that called it. */
export type Call = {
  readonly host: SimulatedHost
  readonly frame: Frame
  readonly at: number
  readonly session: {
    open: (uri: string | null, flags: number) => void
    close: () => void
    subscribe: (subscription: Subscription) => number
    unsubscribe: (callbackId: number) => boolean
    /** Takes over the stream that the call opens. */
    receive: (call: Frame, sink: StreamSink) => void
    send: (call: Frame, chunks: Iterable<Buffer>) => void
  }
}

/** Where the bytes of an upload go. */
export type StreamSink = {
  /** @throws {LibvirtFault} and the stream is over */
  readonly write: (bytes: Buffer) => void
  readonly finish: () => void
}

/** Answers by procedure; what is missing is not simulated and gets libvirt's "not supported". */
export type Handlers = {
  readonly [N in ProcedureName]?: (args: ArgsOf<N>, call: Call) => ResultOf<N> | Promise<ResultOf<N>>
}
