/** libvirt's pool types whose content lives on another machine, so that several hosts can open the same one. */
const NETWORK_TYPES = new Set(['netfs', 'iscsi', 'iscsi-direct', 'rbd', 'sheepdog', 'gluster', 'vstorage'])

/**
 * What tells one store from another within a platform. A pool of a network type with the same name and type on two
 * hosts is one store; every other pool belongs to its host. Two different exports under one name would be taken for
 * one: that counts too little, never too much.
 *
 * @param pool  without `type` it is taken for a local one
 * @source      https://libvirt.org/storage.html, pool types
 */
export function poolKey(hostId: string, pool: { readonly name: string; readonly type?: string }): string {
  return isSharedPool(pool) ? `${pool.type}:${pool.name}` : `@${hostId}:${pool.name}`
}

export function isSharedPool(pool: { readonly type?: string }): boolean {
  return pool.type !== undefined && NETWORK_TYPES.has(pool.type)
}
