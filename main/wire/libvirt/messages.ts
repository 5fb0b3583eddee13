import type { Codec, Procedure } from './codec.ts'
import { HEADER_BYTES, frameStatus, frameType, header, writeHeader, type Frame, type FrameHeader } from './frame.ts'
import {
  structLayouts,
  events,
  procedures,
  type ErrorBody,
  type EventTypes,
  type ProcedureTypes,
} from './procedures.gen.ts'
import { XdrReader } from './xdr-reader.ts'
import { XdrWriter } from './xdr-writer.ts'

export type ProcedureName = keyof ProcedureTypes
/** Arguments as a server reads them: every field is there. */
export type ArgsOf<N extends ProcedureName> = ProcedureTypes[N]['args']
export type ResultOf<N extends ProcedureName> = ProcedureTypes[N]['result']
export type EventName = keyof EventTypes
export type EventBody<N extends EventName> = EventTypes[N]

type Optional<A> = { [K in keyof A]: K extends 'flags' | 'needResults' ? K : null extends A[K] ? K : never }[keyof A]
/** Arguments as a caller may write them: what may be absent can be left out, `flags` is 0, `needResults` is 1. */
export type CallArgs<N extends ProcedureName> = Omit<ArgsOf<N>, Optional<ArgsOf<N>>> & {
  readonly [K in Optional<ArgsOf<N>>]?: ArgsOf<N>[K] | undefined
}

/** A procedure of the table whose types are not known here. */
export type AnyProcedure = (typeof procedures)[ProcedureName]

/** The keepalive program: two procedures without payload, sent as messages. */
export const keepalive = { program: 0x6b656570, ping: 1, pong: 2 } as const

const procedureIndex = new Map(Object.values(procedures).map(row => [`${row.program}/${row.number}`, row]))
const eventIndex = new Map(Object.values(events).map(row => [`${row.program}/${row.number}`, row]))

/** The row of the table that a CALL frame names; undefined for unknown ones and for those that pass descriptors. */
export function findProcedure({ program, procedure }: FrameHeader): AnyProcedure | undefined {
  return procedureIndex.get(`${program}/${procedure}`)
}

/** The row of the table that a MESSAGE frame names. */
export function findEvent({ program, procedure }: FrameHeader): (typeof events)[EventName] | undefined {
  return eventIndex.get(`${program}/${procedure}`)
}

/**
 * @returns what the payload says in this layout
 * @throws {XdrError} bytes that do not fit it, or are left over
 */
export function decodeBody<T>(codec: Pick<Codec<T>, 'decode'>, payload: Uint8Array): T {
  const reader = new XdrReader(payload)
  const value = codec.decode(reader)
  reader.end()
  return value
}

/**
 * One frame with a payload in a layout.
 *
 * @throws {XdrError} a value that does not fit
 */
export function encodeBody<T>(head: FrameHeader, codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter(HEADER_BYTES)
  codec.encode(writer, value)
  const frame = writer.finish()
  writeHeader(frame, head)
  return frame
}

/** A CALL, as the client sends it. @throws {XdrError} arguments that do not fit */
export function encodeCall<A, R>(procedure: Procedure<A, R>, serial: number, args: A): Buffer {
  return encodeBody(header(procedure.program, procedure.number, frameType.call, serial), procedure.args, args)
}

/** What a CALL asks, as the server reads it. @throws {XdrError} */
export function decodeArgs<N extends ProcedureName>(name: N, frame: Frame): ArgsOf<N> {
  return decodeBody<ArgsOf<N>>(procedures[name].args, frame.payload)
}

/** The REPLY of a server that did what it was asked. @throws {XdrError} a result that does not fit */
export function encodeResult<N extends ProcedureName>(name: N, serial: number, result: ResultOf<N>): Buffer {
  const { program, number, result: codec } = procedures[name]
  return encodeBody<ResultOf<N>>(header(program, number, frameType.reply, serial), codec, result)
}

/** What a server says when it refuses; the rest of the error is absent or 0. */
export type ErrorFacts = Pick<ErrorBody, 'code' | 'domain' | 'message'> & Partial<ErrorBody>

/**
 * The answer of a server that refuses, to a call or within a stream.
 *
 * @param to  the frame that is answered: the CALL, or a STREAM frame
 */
export function encodeError(to: FrameHeader, error: ErrorFacts): Buffer {
  const type = to.type === frameType.stream ? frameType.stream : frameType.reply
  return encodeBody({ ...to, type, status: frameStatus.error }, structLayouts.errorBody, {
    level: 2,
    dom: null,
    str1: null,
    str2: null,
    str3: null,
    int1: 0,
    int2: 0,
    net: null,
    ...error,
  })
}

/** An event, as the server sends it. @throws {XdrError} a body that does not fit */
export function encodeEvent<N extends EventName>(name: N, body: EventBody<N>): Buffer {
  const { program, number, body: codec } = events[name]
  return encodeBody<EventBody<N>>(header(program, number, frameType.message, 0), codec, body)
}

/** The header of a stream's packets, which is that of its call but for type and status. */
export function streamHeader(call: FrameHeader, status: number): FrameHeader {
  return { ...call, type: frameType.stream, status }
}
