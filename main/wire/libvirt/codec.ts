import type { Decode } from './xdr-reader.ts'
import type { Encode } from './xdr-writer.ts'

/** One layout, both ways; client and server share it. Encoding throws XdrError on a value outside its limits. */
export type Codec<T> = { readonly encode: Encode<T>; readonly decode: Decode<T> }

/** Which way bytes flow after the reply: towards the client, from it, or both. */
export type StreamKind = 'none' | 'read' | 'write' | 'both'

/** A row of the table that client and server share. */
export type Procedure<Args, Result> = {
  readonly name: string
  readonly program: number
  readonly version: number
  readonly number: number
  /** May run on the daemon's priority workers, so it is answered while the others hang. */
  readonly priority: boolean
  readonly stream: StreamKind
  readonly args: Codec<Args>
  readonly result: Codec<Result>
}

/** A message that the daemon sends unasked, and the source and number under which it is subscribed to. */
export type EventMessage<Body> = {
  readonly name: string
  readonly program: number
  readonly number: number
  readonly source: 'domain' | 'network' | 'storagePool' | 'nodeDevice' | 'secret' | 'connection'
  readonly eventId: number
  readonly body: Codec<Body>
}
