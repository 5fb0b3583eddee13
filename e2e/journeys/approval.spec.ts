import { expect, openAs, test } from './console.ts'

test('an officer approves with one key, and the machine runs on the host that was proposed', async ({ page, demo }) => {
  await openAs(page, demo, 'approver', 'requests')
  const list = page.getByRole('listbox', { name: '申请列表' })
  const wanted = list.getByRole('option', { name: /xxzx-wzq-web-91/ })
  await wanted.click()
  const desk = page.getByRole('region', { name: 'xxzx-wzq-web-91' })
  await expect(desk.getByText('政府网站群改版并行运行')).toBeVisible()
  await expect(page.getByText('符合条件，可以批准').last()).toBeVisible()
  const waiting = await list.getByRole('option').count()

  // A key pressed in the moment in which another request comes up is taken for a slip.
  await page.waitForTimeout(1_000)
  await page.keyboard.press('a')
  await expect(page.getByRole('radio', { name: `待审批 ${waiting - 1}` })).toHaveCount(1)

  await page.getByRole('link', { name: '任务', exact: true }).click()
  await page.getByRole('option', { name: /xxzx-wzq-web-91/ }).click()
  await expect(page.getByText('已完成').first()).toBeVisible()

  await page.getByRole('link', { name: '虚拟机' }).click()
  await page.getByRole('textbox', { name: '筛选' }).fill('xxzx-wzq-web-91')
  await expect(page.getByRole('row', { name: /运行 xxzx-wzq-web-91/ })).toBeVisible()
})

test('what does not fit is refused with the rule and its numbers', async ({ page, demo }) => {
  await openAs(page, demo, 'approver', 'requests')
  await page.getByRole('option', { name: /zgj-dlxx-db-91/ }).click()
  await expect(page.getByText('暂不能批准').last()).toBeVisible()
  await expect(page.getByText(/配额不足/).first()).toContainText(/\d/)
  await expect(page.getByRole('button', { name: /批准并分配/ })).toBeDisabled()
})

test('returning a request needs a reason, and the department sees it', async ({ page, demo, browser }) => {
  await openAs(page, demo, 'approver', 'requests')
  await page.getByRole('option', { name: /jyj-zkbm-web-91/ }).click()
  await page.getByRole('textbox', { name: '备注或理由' }).fill('请说明报名高峰的预计并发')
  await page.getByRole('button', { name: /退回补充/ }).click()
  await expect(page.getByRole('option', { name: /已退回 .*jyj-zkbm-web-91/ })).toBeVisible()

  const other = await browser.newPage()
  await openAs(other, demo, 'applicant', 'requests')
  await expect(other.getByText('请说明报名高峰的预计并发').first()).toBeVisible()
  await expect(other.getByText('市信息中心')).toHaveCount(0)
  await other.close()
})
