const files = [
  [/^ssh-rsa$|^rsa-/, 'rsa'],
  [/^ecdsa-/, 'ecdsa'],
] as const

/**
 * What shows a host key's fingerprint on the machine itself, under OpenSSH's usual file names.
 *
 * @param algorithm  the key's, as SSH names it: `ssh-ed25519`
 */
export function keyCommand(algorithm: string): string {
  const kind = files.find(([pattern]) => pattern.test(algorithm))?.[1] ?? 'ed25519'
  return `ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`
}
