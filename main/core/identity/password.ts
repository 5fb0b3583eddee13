import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

/** scrypt's cost: memory is 128 × r × N bytes, here 128 MiB a guess. Electron has scrypt too, unlike Argon2. */
export type ScryptCost = { readonly N: number; readonly r: number; readonly p: number }
export const defaultCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 }
export const minPasswordLength = 10
const hashBytes = 32

const derive = (password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r }
    scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    )
  })

/** @returns `scrypt$N$r$p$salt$hash`, salt and hash in base64: the cost can be raised later without losing anyone. */
export async function hashPassword(password: string, cost: ScryptCost = defaultCost): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), hash.toString('base64')].join('$')
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  if (scheme !== 'scrypt' || !salt || expected.byteLength !== hashBytes) return false
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), cost), expected)
}

/** Long enough, and not its owner's name or one character again and again. */
export function isWeak(password: string, name: string): boolean {
  return (
    password.length < minPasswordLength || password.toLowerCase() === name.toLowerCase() || new Set(password).size < 4
  )
}
