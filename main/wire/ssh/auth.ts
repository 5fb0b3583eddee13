import ssh2, {
  type AnyAuthMethod,
  type BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'
import { isSha1, readPrivateKey, secretOf, SshPrivateKey } from './private-key.ts'

export type SshAuth =
  | { readonly method: 'key'; readonly key: SshPrivateKey | string; readonly passphrase?: string }
  /** @property socketPath  default: the environment's SSH_AUTH_SOCK */
  | { readonly method: 'agent'; readonly socketPath?: string }
  /** Also answers keyboard-interactive questions whose answer is not shown, where the server takes no plain password. */
  | { readonly method: 'password'; readonly password: string }

/** A server may name as many methods as fit into a packet; these are for a person to read. */
const METHODS_TOLD = 16
const METHOD_NAME_MAX = 64

type Step = { readonly name: string; readonly start: (user: string) => AnyAuthMethod }

/** What will be tried, in the caller's order, and what became of it. Keys are read here, before anything is sent. */
export class AuthPlan {
  readonly tried: string[] = []
  /** As the server said last. */
  methodsLeft: readonly string[] = []
  /** Set when no agent answered: then the server is not to blame. */
  agentFault: Error | undefined
  readonly #steps: Step[]

  /** @throws {SshError} auth: a key of ours cannot be read */
  constructor(auth: SshAuth | readonly SshAuth[]) {
    this.#steps = [auth].flat().flatMap(one => stepsOf(one as SshAuth))
  }

  /** The next method to try; undefined: there is none. Methods that the server does not take are passed over. */
  next(user: string, methodsLeft: readonly string[] | null): AnyAuthMethod | undefined {
    if (methodsLeft) this.methodsLeft = methodsLeft.slice(0, METHODS_TOLD).map(name => name.slice(0, METHOD_NAME_MAX))
    for (let step = this.#steps.shift(); step; step = this.#steps.shift()) {
      const wireName = step.name === 'agent' ? 'publickey' : step.name
      if (methodsLeft && !methodsLeft.includes(wireName)) continue
      // The same password a second time would only count against the account.
      if (wireName === 'keyboard-interactive' && this.tried.includes('password') && methodsLeft?.includes('password'))
        continue
      this.tried.push(step.name)
      return step.start(user)
    }
    return undefined
  }
}

function stepsOf(auth: SshAuth): Step[] {
  switch (auth.method) {
    case 'key': {
      const key = typeof auth.key === 'string' ? readPrivateKey(auth.key, auth.passphrase) : auth.key
      return [{ name: 'publickey', start: username => ({ type: 'publickey', username, key: secretOf(key) }) }]
    }
    case 'agent': {
      const agent = new ModernAgent(auth.socketPath ?? process.env['SSH_AUTH_SOCK'] ?? '/nonexistent/agent')
      return [{ name: 'agent', start: username => ({ type: 'agent', username, agent }) }]
    }
    case 'password':
      return passwordSteps(auth.password)
  }
}

function passwordSteps(password: string): Step[] {
  return [
    { name: 'password', start: username => ({ type: 'password', username, password }) },
    {
      name: 'keyboard-interactive',
      start: username => ({
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _language, prompts, finish) =>
          finish(prompts.map(prompt => (prompt.echo === true ? '' : password))),
      }),
    },
  ]
}

/** The agent at a socket, never asked for a SHA-1 signature. */
class ModernAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent
  constructor(socketPath: string) {
    super()
    this.#agent = ssh2.createAgent(socketPath)
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    this.#agent.getIdentities(callback as Parameters<BaseAgent['getIdentities']>[0])
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') return
    if (key.type === 'ssh-rsa' && isSha1(options.hash)) callback?.(new Error('SHA-1 signatures are refused'))
    else this.#agent.sign(key, data, options, callback)
  }
}
