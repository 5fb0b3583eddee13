import { libvirtCode } from './codes.gen.ts'
import { TransportError } from './errors.ts'
import { LibvirtError } from './libvirt-error.ts'
import type { CallArgs, ProcedureName } from './messages.ts'
import { procedures } from './procedures.gen.ts'
import type { Rpc } from './rpc.ts'
import type { TypedParam } from './typed-params.ts'

const { Feature } = libvirtCode

/** What the daemon can do, asked when it first matters and then remembered. */
export class Features {
  readonly #rpc: Rpc
  readonly #asked = new Map<number, Promise<boolean>>()

  constructor(rpc: Rpc) {
    this.#rpc = rpc
  }

  /** @param feature  one of `libvirtCode.Feature`; a daemon that does not know the number does not have it */
  has(feature: number): Promise<boolean> {
    const known = this.#asked.get(feature)
    if (known) return known
    const answer = this.#ask(feature)
    this.#asked.set(feature, answer)
    answer.catch(() => this.#asked.delete(feature))
    return answer
  }

  /** @throws {TransportError} `unsupported` */
  async need(feature: number, what: string): Promise<void> {
    if (await this.has(feature)) return
    throw new TransportError('unsupported', `the daemon does not know ${what}`)
  }

  async #ask(feature: number): Promise<boolean> {
    try {
      return (await this.#rpc.call(procedures.connectSupportsFeature, { feature })).supported !== 0
    } catch (error) {
      if (error instanceof LibvirtError) return false
      throw error
    }
  }
}

/** Arguments as this daemon understands them; undefined when they can go as they are, which is nearly always. */
export function adapted<N extends ProcedureName>(
  name: N,
  args: CallArgs<N>,
  features: Features,
): Promise<CallArgs<N>> | undefined {
  if (name === 'networkUpdate') return updateOrder(args as CallArgs<'networkUpdate'>, features) as Promise<CallArgs<N>>
  const { params } = args as { readonly params?: readonly TypedParam[] }
  if (!Array.isArray(params) || !params.some(param => (param as TypedParam).type === 'string')) return undefined
  return features.need(Feature.TYPED_PARAM_STRING, 'typed parameters that are strings').then(() => args)
}

/** Very old daemons read command and section in swapped order. */
async function updateOrder(args: CallArgs<'networkUpdate'>, features: Features): Promise<CallArgs<'networkUpdate'>> {
  if (await features.has(Feature.NETWORK_UPDATE_ORDER)) return args
  return { ...args, command: args.section, section: args.command }
}
