import { createHash } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { Credential } from '#contract/hosts.ts'
import { readPrivateKey, type SshAuth, type SshPrivateKey } from '#wire/ssh/index.ts'
import type { HostsPort } from './port.ts'

const KEYS_KEPT = 32

/** Decrypting a private key is slow on purpose, and the same one opens many machines. */
const keyrings = new WeakMap<HostsPort, Map<string, SshPrivateKey>>()

/**
 * The way to sign in that a credential means.
 * @throws {AppError} host/credential-missing, host/agent-unreachable
 * @throws {SshError} auth: the key cannot be read
 */
export async function signIn(credential: Credential, port: HostsPort): Promise<SshAuth> {
  switch (credential.kind) {
    case 'password':
      return { method: 'password', password: credential.password }
    case 'agent':
      if (port.agentSocket === undefined) throw new AppError('host/agent-unreachable', {})
      return { method: 'agent', socketPath: port.agentSocket }
    case 'key':
      return { method: 'key', key: keyOf(credential.privateKey, credential.passphrase, port) }
    case 'site-key': {
      const text = await port.siteKey()
      if (text === null) throw new AppError('host/credential-missing', {})
      return { method: 'key', key: keyOf(text, undefined, port) }
    }
  }
}

function keyOf(text: string, passphrase: string | undefined, port: HostsPort): SshPrivateKey {
  const keyring = keyrings.get(port) ?? new Map<string, SshPrivateKey>()
  keyrings.set(port, keyring)
  const digest = createHash('sha256')
    .update(JSON.stringify([text, passphrase]))
    .digest('base64')
  const key = keyring.get(digest) ?? readPrivateKey(text, passphrase)
  // The one that was used last goes to the end; the one at the front goes.
  keyring.delete(digest)
  keyring.set(digest, key)
  const [oldest] = keyring.keys()
  if (keyring.size > KEYS_KEPT && oldest !== undefined) keyring.delete(oldest)
  return key
}
