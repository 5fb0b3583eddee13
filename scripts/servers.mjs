// The real servers that live tests and journeys talk to. As root on Debian or Ubuntu they are installed, elsewhere named.
import { join } from 'node:path'
import { must, root } from './set-up.mjs'

/** A Chromium of one's own is named by CHROMIUM. */
const browser = process.env.CHROMIUM ? [] : ['chromium', 'fonts-noto-cjk']

export function ensureServers() {
  must(join(root, 'e2e/lab/libvirt-lab'), ['install', ...browser])
}
