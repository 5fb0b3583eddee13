import AxeBuilder from '@axe-core/playwright'
import { expect, openAs, test } from './console.ts'

const rooms = [
  ['duty', 'overview'],
  ['duty', 'requests'],
  ['duty', 'vms'],
  ['duty', 'hosts'],
  ['duty', 'jobs'],
  ['duty', 'settings'],
  ['approver', 'requests'],
  ['applicant', 'requests'],
  ['auditor', 'audit'],
  ['security', 'settings'],
] as const

for (const [name, room] of rooms)
  test(`axe finds nothing in ${room} as ${name}, in either theme`, async ({ page, demo }) => {
    test.setTimeout(120_000) // two looks in one test
    await openAs(page, demo, name, room)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('status', { name: '正在载入' })).toHaveCount(0)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expect(page.locator(`:root[data-theme=${colorScheme}]`)).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(' | ')}`)
      expect(found, colorScheme).toEqual([])
    }
  })

test('nothing but the core is ever asked for', async ({ page, demo }) => {
  const foreign: string[] = []
  page.on('request', request => {
    const { protocol, host } = new URL(request.url())
    if (!['data:', 'blob:'].includes(protocol) && host !== new URL(demo.url).host) foreign.push(request.url())
  })
  await openAs(page, demo, 'duty', 'overview')
  for (const room of ['requests', 'vms', 'hosts', 'jobs', 'settings']) {
    await page.goto(`${demo.url}#/${room}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  expect(foreign).toEqual([])
})
