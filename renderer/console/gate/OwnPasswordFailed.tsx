import type { Failure } from '#client/failure.ts'
import { FaultNote } from '#kit/states.tsx'

/** Why somebody who is already named was refused: then only the password can be wrong. */
export function OwnPasswordFailed({ failure }: { readonly failure: Failure }) {
  const isWrong = failure.code === 'session/wrong-password'
  return <FaultNote fault={isWrong ? { code: 'client/wrong-own-password', data: failure.data } : failure} />
}
