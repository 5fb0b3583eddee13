import type { XmlNode } from '#demo/xml/tree.ts'

export type SimulatedNetwork = {
  readonly name: string
  readonly uuid: string
  readonly bridge: string
  /** Absent: isolated. */
  readonly forward: string | null
  /** What was defined beyond name, UUID, forward and bridge. */
  readonly rest: readonly XmlNode[]
  isActive: boolean
  isPersistent: boolean
  autostart: boolean
}

export const networkRef = ({ name, uuid }: SimulatedNetwork): { name: string; uuid: string } => ({ name, uuid })
