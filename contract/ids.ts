import { z } from 'zod'

const id = <const Brand extends string>() => z.string().min(1).max(120).brand<Brand>()

export const PlatformId = id<'PlatformId'>()
export type PlatformId = z.infer<typeof PlatformId>
export const HostId = id<'HostId'>()
export type HostId = z.infer<typeof HostId>
/** `<HostId>.<libvirt UUID>`: a UUID alone is not enough, two hosts can claim the same one. */
export const VmId = id<'VmId'>()
export type VmId = z.infer<typeof VmId>
export const vmIdOf = (hostId: HostId, uuid: string): VmId => VmId.parse(`${hostId}.${uuid}`)
/** A UUID holds no dot, so the last one parts them. */
export function partsOf(vmId: VmId): { readonly hostId: HostId; readonly uuid: string } {
  const dot = vmId.lastIndexOf('.')
  return { hostId: vmId.slice(0, dot) as HostId, uuid: vmId.slice(dot + 1) }
}
export const DepartmentId = id<'DepartmentId'>()
export type DepartmentId = z.infer<typeof DepartmentId>
export const ApplicationId = id<'ApplicationId'>()
export type ApplicationId = z.infer<typeof ApplicationId>
export const RequestId = id<'RequestId'>()
export type RequestId = z.infer<typeof RequestId>
export const GrantId = id<'GrantId'>()
export type GrantId = z.infer<typeof GrantId>
export const JobId = id<'JobId'>()
export type JobId = z.infer<typeof JobId>
export const PersonId = id<'PersonId'>()
export type PersonId = z.infer<typeof PersonId>
export const TokenId = id<'TokenId'>()
export type TokenId = z.infer<typeof TokenId>
