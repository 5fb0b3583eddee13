import type { Page } from '@playwright/test'
import { expect, test, type OwnCentre } from './own-centre.ts'

/** Two people, two pages and a job that runs twice: more than most journeys. */
test.describe.configure({ timeout: 120_000 })

/** Approves the request of a machine that then can be neither started nor taken back: the host refuses both, once. */
async function getStuck(page: Page, { ask, open, failNext }: OwnCentre, vmName: string): Promise<void> {
  await ask(vmName)
  await open(page, 'officer', 'requests')
  const wanted = page.getByRole('option', { name: new RegExp(vmName) })
  await wanted.click()
  await expect(page.getByRole('region', { name: vmName })).toBeVisible()
  await expect(page.getByText(/批准后立即在 .* 上创建并开机/)).toBeVisible({ timeout: 20_000 })
  await failNext('domainCreateWithFlags', 'domainUndefineFlags')
  await page.getByRole('button', { name: /批准并分配/ }).click()
  await expect(wanted).toContainText('待处置')
  await wanted.click()
  await expect(page.getByText('开通停在中途，等待运维员处置')).toBeVisible()
}

/** The operator's page of that job, in a session of its own. */
async function openJob(page: Page, { open }: OwnCentre, vmName: string): Promise<void> {
  await open(page, 'duty', 'overview')
  await page.getByRole('link', { name: /任务待处置 1/ }).click()
  await expect(page.getByRole('heading', { name: '任务停在中途，请决定如何处理' })).toBeVisible()
  await expect(page.getByText(`虚拟机 ${vmName} 是否已登记尚不清楚`)).toBeVisible()
  await expect(page.getByText(/主机执行失败：Input\/output error/).first()).toBeVisible()
}

test('a half-failed job goes on with one key and a reason, and the department has its machine', async ({
  page,
  centre,
  browser,
}) => {
  await getStuck(page, centre, 'jyj-goes-on')
  const desk = await browser.newPage()
  await openJob(desk, centre, 'jyj-goes-on')
  await desk.keyboard.press('c')
  await expect(desk.getByText('将依次执行：登记虚拟机、开机、核实结果、登记分配。')).toBeVisible()
  await desk.keyboard.type('主机存储已恢复')
  await desk.keyboard.press('Control+Enter')
  await expect(desk.getByText(/已完成，用时/)).toBeVisible()
  await expect(page.getByText(/已开通，从批准到可用/)).toBeVisible()
  await desk.close()
})

test('a half-failed job is taken back, and its request waits for the officer again', async ({
  page,
  centre,
  browser,
}) => {
  await getStuck(page, centre, 'jyj-goes-back')
  const desk = await browser.newPage()
  await openJob(desk, centre, 'jyj-goes-back')
  await desk.getByRole('button', { name: /撤销已做步骤/ }).click()
  await expect(desk.getByText('将依次执行：取消虚拟机登记、删除磁盘。')).toBeVisible()
  await desk.getByRole('textbox', { name: '理由' }).fill('改期再办')
  await desk.getByRole('button', { name: /撤销已做步骤/ }).click()
  await expect(desk.getByText('未能完成，已做的步骤已全部收回')).toBeVisible()
  await expect(desk.getByText('磁盘已删除')).toBeVisible()
  await expect(page.getByRole('option', { name: /分配失败.*jyj-goes-back|jyj-goes-back.*分配失败/ })).toBeVisible()
  await expect(page.getByText('符合条件，可以批准').or(page.getByText('可以批准，请留意提示')).last()).toBeVisible()
  await desk.close()
})

test('a half-failed job is left as it is, with a note that stays with it', async ({ page, centre, browser }) => {
  await getStuck(page, centre, 'jyj-stays')
  const desk = await browser.newPage()
  await openJob(desk, centre, 'jyj-stays')
  await desk.keyboard.press('b')
  await desk.getByRole('textbox', { name: '理由' }).fill('留待厂商排查')
  await desk.getByRole('button', { name: /保留现状并说明/ }).click()
  await expect(desk.getByText('已按决定保留现状，不再处理')).toBeVisible()
  await expect(desk.getByText(/磁盘已在 .* 的存储池中创建/)).toBeVisible()
  await desk.close()
})
