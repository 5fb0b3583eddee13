import { FrameSplitter } from './frame-splitter.ts'
import { encodeFrame, frameStatus, frameType, header } from './frame.ts'
import {
  decodeArgs,
  encodeError,
  encodeEvent,
  encodeResult,
  findProcedure,
  keepalive,
  streamHeader,
} from './messages.ts'
import { procedures } from './procedures.gen.ts'

export { libvirtCode } from './codes.gen.ts'
export { FrameError, TransportError, XdrError } from './errors.ts'
export { LibvirtError } from './libvirt-error.ts'
export { openLibvirt } from './open.ts'
export { paramsToRecord, typedParam } from './typed-params.ts'

/**
 * The other end: what a server of the protocol is built from, out of the same tables as the client.
 * Cut bytes with `FrameSplitter`; `findProcedure` and `decodeArgs` read a CALL, `encodeResult` or `encodeError` answer
 * it, `encodeEvent` tells of changes, `encodeFrame` with `streamHeader` carries stream data.
 */
export const serverCodec = {
  FrameSplitter,
  procedures,
  findProcedure,
  decodeArgs,
  encodeResult,
  encodeError,
  encodeEvent,
  encodeFrame,
  header,
  streamHeader,
  frameType,
  frameStatus,
  keepalive,
} as const

export type { FrameSplitter } from './frame-splitter.ts'
export type { Follower } from './follow.ts'
export type { EventListener, SubscribeOptions, Subscription } from './events.ts'
export type { Frame, FrameHeader } from './frame.ts'
export type { ArgsOf, CallArgs, ErrorFacts, EventBody, EventName, ProcedureName, ResultOf } from './messages.ts'
export type { CallName, DomainStats, Libvirt, StatsQuery } from './libvirt.ts'
export type { LibvirtOptions } from './open.ts'
export type { CallOptions } from './rpc.ts'
export type { StreamOptions } from './stream.ts'
export type { TransportReason } from './errors.ts'
export type * from './procedures.gen.ts'
export type { ParamValue, TypedParam } from './typed-params.ts'
