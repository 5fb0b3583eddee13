import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, base64url: a session, a one-time link, a bearer token. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
