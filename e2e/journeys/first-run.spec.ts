import { expect, startConsole, test as base, type RunningConsole } from './console.ts'

const test = base.extend<{ fresh: RunningConsole }>({
  fresh: async ({}, use) => {
    const fresh = await startConsole({ demo: false })
    try {
      await use(fresh)
    } finally {
      await fresh.stop()
    }
  },
})

test('a new site offers two doors, and the demo runs within seconds behind the first', async ({ page, fresh }) => {
  await page.goto(fresh.link)
  await page.getByRole('button', { name: '开始试用' }).click()
  await expect(page.getByText(/演示数据中心：/)).toBeVisible({ timeout: 20_000 })
  await expect(page.getByText('4 / 4 台在线')).toHaveCount(2, { timeout: 20_000 })
})

test('the second door sets up two administrators and leads to the first host', async ({ page, fresh }) => {
  await page.goto(fresh.link)
  await page.getByRole('button', { name: '设立管理人员' }).click()
  await page.getByLabel('站点名称').fill('试验站点')
  for (const [index, name] of ['sysadmin', 'secadmin'].entries()) {
    await page.getByLabel('姓名').nth(index).fill(name)
    await page.getByLabel('用户名').nth(index).fill(name)
    await page.getByLabel('口令', { exact: true }).nth(index).fill(`long-enough-${name}`)
    await page.getByLabel('再输入一次口令').nth(index).fill(`long-enough-${name}`)
  }
  await page.getByRole('button', { name: '完成并添加主机' }).click()
  await expect(page.getByText('添加主机').first()).toBeVisible()
  await expect(page.getByText(/ssh-ed25519 /).first()).toBeVisible()
})

test('a start link is good once', async ({ page, fresh, browser }) => {
  await page.goto(fresh.link)
  await expect(page.getByRole('button', { name: '开始试用' })).toBeVisible()
  const stranger = await browser.newPage()
  await stranger.goto(fresh.link)
  await expect(stranger.getByText('请用启动链接打开')).toBeVisible()
  await expect(stranger.getByRole('button', { name: '开始试用' })).toHaveCount(0)
  await stranger.close()
})
