import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Page } from '@playwright/test'
import { expect, openAs, startConsole, test as base } from './console.ts'

const silent = 5

/** Ports that take connections and never say a word. */
const test = base.extend<{ ports: readonly number[] }>({
  ports: async ({}, use) => {
    const taken = new Set<Socket>()
    const servers = Array.from({ length: silent }, () =>
      createServer(socket => void taken.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1'),
    )
    await Promise.all(servers.map(server => once(server, 'listening')))
    await use(servers.map(server => (server.address() as AddressInfo).port))
    for (const socket of taken) socket.destroy()
    for (const server of servers) server.close()
  },
})

const call = (page: Page, entry: string, input: object): Promise<unknown> =>
  page.evaluate(
    async ([path, body]) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const answer = await fetch(`api/${path}`, init)
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return answer.json() as Promise<unknown>
    },
    [entry, input] as const,
  )

const watchedMs = 5_000

/** Share of one core that the page's own thread takes, while the rows of its list are counted again and again. */
async function watch(page: Page): Promise<{ readonly busyFraction: number; readonly fewestRows: number }> {
  const chromium = await page.context().newCDPSession(page)
  // In thread time: what other programs take meanwhile does not count.
  await chromium.send('Performance.enable', { timeDomain: 'threadTicks' })
  const taskMs = async (): Promise<number> => {
    const { metrics } = await chromium.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1_000
  }
  const [before, until] = [await taskMs(), performance.now() + watchedMs]
  let fewestRows = Infinity
  while (performance.now() < until) {
    fewestRows = Math.min(fewestRows, await page.getByRole('row').count())
    await page.waitForTimeout(500)
  }
  const busyFraction = ((await taskMs()) - before) / watchedMs
  await chromium.detach()
  return { busyFraction, fewestRows }
}

test('hosts that accept and never answer blank no list and cost no frames (D2, D3)', async ({ page, ports }) => {
  test.setTimeout(120_000)
  const console = await startConsole({ demo: true })
  try {
    await openAs(page, console, 'duty', 'hosts')
    await expect(page.getByRole('row', { name: /在线/ })).toHaveCount(8, { timeout: 20_000 })
    const quiet = await watch(page)
    const [platform] = (await call(page, 'site/platforms', {})) as readonly { readonly platformId: string }[]
    for (const [index, port] of ports.entries()) {
      const machine = { name: `mute-${index}`, platformId: platform?.platformId, origin: 'reused' }
      const address = { address: '127.0.0.1', port, user: 'root', credential: { kind: 'site-key' } }
      const rest = { model: null, serial: null, rack: null, fingerprint: `SHA256:${'a'.repeat(43)}` }
      await call(page, 'hosts/add', { ...machine, ...address, ...rest })
    }
    await expect(page.getByRole('row', { name: /连接中 mute-/ })).toHaveCount(silent)
    const busy = await watch(page)
    expect(busy.fewestRows).toBeGreaterThanOrEqual(quiet.fewestRows)
    expect(busy.busyFraction).toBeLessThan(0.1)

    // Each of them is said to be unknown, and why; the others stay as they are.
    await expect(page.getByRole('row', { name: /未知，自 .*mute-/ })).toHaveCount(silent, { timeout: 30_000 })
    await expect(page.getByRole('row', { name: /在线/ })).toHaveCount(8)
  } finally {
    await console.stop()
  }
})
