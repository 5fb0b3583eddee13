import type { XmlNode } from '#demo/xml/tree.ts'

export type DiskFacts = {
  readonly target: string
  readonly bus: string
  readonly device: string
  /** `file` and `block` carry a path, `volume` a pool and a volume. */
  readonly source:
    | { readonly kind: 'path'; readonly path: string }
    | { readonly kind: 'volume'; readonly pool: string; readonly volume: string }
    | { readonly kind: 'none' }
}

export type NicFacts = {
  readonly mac: string
  readonly source:
    | { readonly kind: 'network'; readonly network: string }
    | { readonly kind: 'bridge'; readonly bridge: string }
    | { readonly kind: 'other' }
}

/** A machine as it is configured: what the simulator acts on as plain facts, all the rest as XML. */
export type Definition = {
  readonly name: string
  readonly uuid: string
  readonly type: string
  readonly title: string | null
  readonly description: string | null
  /** Elements of other programs, one for each namespace. */
  readonly metadata: readonly XmlNode[]
  readonly memoryKiB: number
  readonly currentMemoryKiB: number
  readonly maximumVcpus: number
  readonly currentVcpus: number
  readonly disks: readonly DiskFacts[]
  readonly nics: readonly NicFacts[]
  /** The balloon driver reports guest memory when it has a period. */
  readonly hasBalloonStats: boolean
  readonly hasBalloon: boolean
  /** The children of `<domain>` beside the facts above, complete; made on demand for machines of the plan. */
  readonly body: () => readonly XmlNode[]
}
