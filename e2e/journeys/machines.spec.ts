import { expect, openAs, test } from './console.ts'

test('the overview shows both platforms and leads to what waits', async ({ page, demo }) => {
  await openAs(page, demo, 'duty', 'overview')
  for (const platform of ['互联网区', '政务外网区'])
    await expect(page.getByRole('heading', { name: platform }).first()).toBeVisible()
  await expect(page.getByText('4 / 4 台在线')).toHaveCount(2)
  await page.getByRole('link', { name: /待审批 \d+ 件/ }).click()
  await expect(page.getByRole('heading', { name: '审批', level: 1 })).toBeVisible()
})

test('a machine is shut down with a reason, as a job that can be read afterwards', async ({ page, demo }) => {
  await openAs(page, demo, 'duty', 'vms')
  await page.getByRole('textbox', { name: '筛选' }).fill('czj-cggs-app-01')
  await page.getByRole('row', { name: /运行 czj-cggs-app-01/ }).click()
  const drawer = page.getByRole('complementary', { name: /czj-cggs-app-01/ })
  await drawer.getByRole('button', { name: '关机', exact: true }).click()
  await drawer.getByRole('textbox', { name: /理由/ }).fill('夜间维护窗口')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('row', { name: /关机 czj-cggs-app-01/ })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('link', { name: '任务', exact: true }).click()
  await expect(page.getByText('夜间维护窗口').first()).toBeVisible()
})

test('a machine is found, opened and shut down by keyboard alone', async ({ page, demo }) => {
  await openAs(page, demo, 'duty', 'vms')
  const row = (state: string) => page.getByRole('row', { name: new RegExp(`${state} daj-dzda-app-01`) })
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('daj-dzda-app-01')
  await expect(row('运行')).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  const button = page.getByRole('button', { name: '关机', exact: true })
  await expect(button).toBeVisible()
  const focused = page.locator(':focus')
  for (let step = 0; step < 8 && (await focused.textContent()) !== '关机'; step++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.type('部门申请关机')
  await page.keyboard.press('Control+Enter')
  await expect(row('关机')).toBeVisible({ timeout: 30_000 })
})

test('many machines are shut down at once: which ones is said before, what became of each after', async ({
  page,
  demo,
}) => {
  await openAs(page, demo, 'duty', 'vms')
  await page.getByRole('textbox', { name: '筛选' }).fill('czj-ysgl')
  for (const name of ['czj-ysgl-web-01', 'czj-ysgl-web-02', 'czj-ysgl-test-01'])
    await page
      .getByRole('row', { name: new RegExp(name) })
      .getByRole('checkbox')
      .check()
  await page.getByRole('button', { name: '关机 2 台' }).click()
  const dialog = page.getByRole('dialog', { name: '关机 2 台虚拟机' })
  await expect(dialog.getByRole('listitem').filter({ hasText: 'czj-ysgl-test-01' })).toContainText('当前状态不适用')
  await dialog.getByRole('textbox', { name: '理由' }).fill('机房停电演练')
  await dialog.getByRole('button', { name: '关机 2 台虚拟机' }).click()
  await expect(dialog.getByText('已提交 2 / 2 台')).toBeVisible()
  await expect(dialog.getByRole('link', { name: '完成' })).toHaveCount(2, { timeout: 30_000 })
  await dialog.getByRole('button', { name: '关闭', exact: true }).last().click()
  await expect(page.getByText('已选')).toHaveCount(0)
  await expect(page.getByRole('row', { name: /关机 czj-ysgl-web-0/ })).toHaveCount(2)
})

test('a refresh keeps scroll, selection and focus of the list', async ({ page, demo }) => {
  await openAs(page, demo, 'duty', 'vms')
  const grid = page.getByRole('grid', { name: '虚拟机' })
  await grid.getByRole('row').nth(3).click()
  await page.keyboard.press('Escape')
  for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowDown')
  const focused = () => page.locator(':focus').innerText()
  const top = () =>
    grid.evaluate(element => [...element.querySelectorAll('*'), element].map(e => e.scrollTop).find(t => t > 0) ?? 0)
  const [before, scrolled] = [await focused(), await top()]
  expect(scrolled).toBeGreaterThan(0)
  // Figures are read every 15 s; what is in view has changed when one of them has come.
  const shown = await grid.innerText()
  await expect.poll(() => grid.innerText(), { timeout: 40_000 }).not.toBe(shown)
  expect((await focused()).slice(0, 20)).toBe(before.slice(0, 20))
  expect(await top()).toBe(scrolled)
})

test('an auditor verifies the chain, and cannot see what is not theirs', async ({ page, demo }) => {
  await openAs(page, demo, 'auditor', 'audit')
  await page.getByRole('button', { name: /校验与导出/ }).click()
  await page
    .getByRole('button', { name: /校验审计链|开始校验|校验/ })
    .last()
    .click()
  await expect(page.getByText(/完整/).first()).toBeVisible()
})
