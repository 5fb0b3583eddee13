import { AppError } from '#contract/errors.ts'
import type { HostId } from '#contract/ids.ts'
import { libvirtCode, LibvirtError, TransportError, XdrError } from '#wire/libvirt/index.ts'
import type { CallOptions } from './model.ts'
import { XmlError } from './xml.ts'

const { ErrorCode, ErrorDomain } = libvirtCode

/** What a failure is about, as far as it is known. */
export type About = { readonly hostId: HostId; readonly waitedMs: number; readonly vm?: string }

/** Options of the next call: what is left of the time for the whole. */
export type Limit = () => { readonly timeoutMs: number; readonly signal?: AbortSignal }

export function limitOf(options: CallOptions | undefined, defaultMs: number): Limit {
  const endsAt = performance.now() + (options?.deadlineMs ?? defaultMs)
  const signal = options?.signal ? { signal: options.signal } : {}
  return () => ({ timeoutMs: Math.max(Math.ceil(endsAt - performance.now()), 1), ...signal })
}

/** The same, but not longer than `ms` from now. */
export function atMost(limit: Limit, ms: number): Limit {
  const shorter = limitOf({ deadlineMs: ms }, ms)
  return () => {
    const options = limit()
    return { ...options, timeoutMs: Math.min(options.timeoutMs, shorter().timeoutMs) }
  }
}

/** Runs calls of one host within a deadline; what they throw comes out in our words. */
export async function guarded<T>(
  about: Omit<About, 'waitedMs'>,
  limit: Limit,
  work: (limit: Limit) => Promise<T>,
): Promise<T> {
  const startedAt = performance.now()
  try {
    return await work(limit)
  } catch (error) {
    throw hostError(error, { ...about, waitedMs: Math.round(performance.now() - startedAt) })
  }
}

/** libvirt's and its protocol's errors in our words; anything else (a bug, an abort) stays as it is. */
export function hostError(error: unknown, about: About): unknown {
  if (error instanceof TransportError) return transportError(error, about)
  if (error instanceof LibvirtError) return libvirtError(error, about)
  if (error instanceof XmlError) return failed(ErrorCode.XML_ERROR, 0, error)
  if (error instanceof XdrError) return failed(ErrorCode.RPC, 0, error)
  return error
}

function transportError(error: TransportError, { hostId, waitedMs }: About): unknown {
  const options = { cause: error }
  switch (error.reason) {
    case 'deadline':
    case 'silent':
    case 'queue-full':
      return new AppError('host/silent', { hostId, waitedMs }, options)
    case 'lost':
    case 'closed':
    case 'broken':
      return new AppError('host/lost', { hostId }, options)
    case 'authentication':
      return new AppError('host/libvirt-refused', { code: ErrorCode.AUTH_FAILED, message: error.message }, options)
    case 'unsupported':
      return new AppError('host/libvirt-too-old', { version: error.message, needs: OLDEST_LIBVIRT }, options)
    case 'refused':
      return error
  }
}

/** Event callbacks with a number of their own came with this release. */
const OLDEST_LIBVIRT = '1.3.3'

function libvirtError(error: LibvirtError, { vm }: About): AppError {
  if (error.code === ErrorCode.NO_DOMAIN && vm !== undefined)
    return new AppError('vm/not-found', { vm }, { cause: error })
  return failed(error.code, error.domain, error)
}

function failed(code: number, domain: number, cause: Error): AppError {
  return new AppError('libvirt/failed', { code, domain, message: cause.message }, { cause })
}

/** A part of a machine that could not be read, named, so that what could be read is shown with the reason. */
export function partError(part: string, error: unknown, about: About): AppError {
  if (error instanceof LibvirtError) {
    return new AppError(
      'libvirt/failed',
      { code: error.code, domain: error.domain, message: `${part}: ${error.message}` },
      { cause: error },
    )
  }
  const known = hostError(error, about)
  if (known instanceof AppError && known.code === 'host/lost') return known
  const message = `${part}: ${error instanceof Error ? error.message : 'failed'}`
  const code =
    known instanceof AppError && known.code === 'host/silent' ? ErrorCode.OPERATION_TIMEOUT : ErrorCode.INTERNAL_ERROR
  return new AppError('libvirt/failed', { code, domain: ErrorDomain.STORAGE, message }, { cause: error })
}

export const isLibvirtCode = (error: unknown, ...codes: readonly number[]): error is LibvirtError =>
  error instanceof LibvirtError && codes.includes(error.code)
