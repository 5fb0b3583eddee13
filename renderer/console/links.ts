import { hrefOf } from '#kit/router.ts'

/** Where a host is added; the form lives with the settings. */
export const addHostHref = hrefOf('settings', { tab: 'hosts', panel: 'add' })
/** Where a host's record and key are changed. */
export const hostRecordHref = (hostId: string): string => hrefOf('settings', { tab: 'hosts', open: hostId })
/** Where a request is entered. */
export const newRequestHref = hrefOf('requests', { view: 'new' })
