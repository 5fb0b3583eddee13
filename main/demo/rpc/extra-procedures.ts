import { findMachine } from '#demo/host/find.ts'
import type { SimulatedHost } from '#demo/host/host.ts'
import { serverCodec, type Frame } from '#wire/libvirt/index.ts'

const { decodeArgs, encodeFrame, encodeResult, header, frameType } = serverCodec

/** Procedures that the console never calls and other clients do; their layouts are those of procedures in the table. */
const OS_TYPE = 19
const MAX_VCPUS = 18
const SECURITY_LABEL = 121

const HEADER_BYTES = 28
/** An empty label, one NUL, in words; and "not enforcing". */
const noLabel = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])

const answers: Readonly<Record<number, (host: SimulatedHost, frame: Frame) => Uint8Array>> = {
  [OS_TYPE]: () => encodeResult('connectGetType', 0, { type: 'hvm' }).subarray(HEADER_BYTES),
  [MAX_VCPUS]: (host, frame) => {
    const { dom } = decodeArgs('domainIsActive', frame)
    const num = findMachine(host, dom).current.maximumVcpus
    return encodeResult('connectNumOfDomains', 0, { num }).subarray(HEADER_BYTES)
  },
  [SECURITY_LABEL]: () => noLabel,
}

/**
 * @returns the whole REPLY, or undefined for a procedure that is not known here either
 * @throws {LibvirtFault} 42
 */
export function answerExtra(host: SimulatedHost, frame: Frame): Buffer | undefined {
  const answer = answers[frame.procedure]
  if (!answer || frame.program !== serverCodec.procedures.connectOpen.program) return undefined
  return encodeFrame(header(frame.program, frame.procedure, frameType.reply, frame.serial), answer(host, frame))
}
