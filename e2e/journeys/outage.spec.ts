import { expect, openAs, startConsole, test } from './console.ts'

test('a page that loses its core keeps its last figures with their age, and comes back by itself', async ({ page }) => {
  const first = await startConsole({ demo: true })
  const port = Number(new URL(first.url).port)
  await openAs(page, first, 'duty', 'hosts')
  await expect(page.getByRole('row', { name: /在线 hlw-r710-01/ })).toBeVisible({ timeout: 20_000 })
  await first.kill()
  await expect(page.getByText(/连接中断/).first()).toBeVisible({ timeout: 20_000 })
  await expect(page.getByText('hlw-r710-01').first()).toBeVisible()

  const second = await startConsole({ demo: true, site: first.site, port })
  try {
    // The demo begins anew, so the old session is gone: the page says so instead of showing old figures as new.
    await expect(page.getByRole('heading', { name: '登录' })).toBeVisible({ timeout: 40_000 })
  } finally {
    await second.stop()
  }
})

test('a core that stands still is noticed within half a minute, and the page goes on with it', async ({ page }) => {
  test.setTimeout(120_000)
  const console = await startConsole({ demo: true })
  try {
    await openAs(page, console, 'duty', 'hosts')
    await expect(page.getByRole('row', { name: /在线 hlw-r710-01/ })).toBeVisible({ timeout: 20_000 })
    console.freeze()
    await expect(page.getByText(/连接中断/).first()).toBeVisible({ timeout: 45_000 })
    await expect(page.getByText('hlw-r710-01').first()).toBeVisible()
    console.thaw()
    await expect(page.getByText(/连接中断/)).toHaveCount(0, { timeout: 30_000 })
  } finally {
    console.thaw()
    await console.stop()
  }
})
