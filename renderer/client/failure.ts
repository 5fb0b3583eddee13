/**
 * Why a call did not give its answer: a code with the facts of its sentence, which `sentenceOf` in the kit words. Codes
 * come from `contract/errors.ts`, but for two that the page itself finds out: `client/offline`, `client/unexpected`.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>
  constructor(code: string, data: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.data = data
  }
}

type Shape = { readonly name?: unknown; readonly code?: unknown; readonly data?: unknown; readonly message?: unknown }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What oRPC and the browser say when the socket or the network is gone; neither has a type or a code of its own. */
const saysOffline = (shape: Shape): boolean =>
  shape.name === 'AbortError' ||
  shape.name === 'NetworkError' ||
  (typeof shape.message === 'string' &&
    /AsyncIdQueue|WebSocket is not open|Failed to fetch|NetworkError|Load failed|aborted/i.test(shape.message))

/** A schema's refusal, as oRPC reports it: the first issue's field and rule. */
function invalidInput(data: unknown): Failure {
  const issues = isRecord(data) && Array.isArray(data['issues']) ? data['issues'] : []
  const first: unknown = issues[0]
  const path = isRecord(first) && Array.isArray(first['path']) ? first['path'].join('.') : ''
  const rule = isRecord(first) && typeof first['message'] === 'string' ? first['message'] : ''
  return new Failure('input/invalid', { field: path, rule })
}

/** Any thrown thing as a `Failure`: typed errors keep their code, broken connections become `client/offline`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const shape: Shape = isRecord(error) || error instanceof Error ? (error as Shape) : {}
  if (shape.code === 'BAD_REQUEST') return invalidInput(shape.data)
  if (shape.code === 'UNAUTHORIZED') return new Failure('session/signed-out', {}, { cause: error })
  if (typeof shape.code === 'string' && (shape.code === 'internal' || shape.code.includes('/'))) {
    return new Failure(shape.code, isRecord(shape.data) ? shape.data : {}, { cause: error })
  }
  if (saysOffline(shape)) return new Failure('client/offline', {}, { cause: error })
  return new Failure('client/unexpected', {}, { cause: error })
}
