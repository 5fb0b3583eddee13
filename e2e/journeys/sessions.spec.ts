import type { Page } from '@playwright/test'
import { expect, passwordOf, test } from './own-centre.ts'

const enter = async (page: Page, name: string, password: string): Promise<void> => {
  await page.getByLabel('用户名').fill(name)
  await page.getByLabel('口令', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

test('a wrong password says how many tries are left and keeps the name; the right one lets in', async ({
  page,
  centre,
}) => {
  await page.goto(centre.url)
  await enter(page, 'officer', 'not-this-one')
  await expect(page.getByText('用户名或口令不正确，还可尝试 4 次。')).toBeVisible()
  await expect(page.getByLabel('用户名')).toHaveValue('officer')
  await expect(page.getByLabel('口令', { exact: true })).toBeFocused()
  await enter(page, 'officer', passwordOf('officer'))
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('an idle screen is locked above a page that stays as it was, and only the password opens it', async ({
  page,
  centre,
}) => {
  test.setTimeout(180_000)
  await centre.lockAfterMinutes(1)
  await centre.open(page, 'duty', 'requests?view=new')
  const name = page.getByRole('textbox', { name: '虚拟机名称' })
  await name.fill('half-written')
  const lock = page.getByRole('dialog', { name: '屏幕已锁定' })
  await expect(lock).toBeVisible({ timeout: 90_000 })
  await page.keyboard.type('not-this-one')
  await page.keyboard.press('Enter')
  await expect(lock.getByText('口令不正确，还可尝试 4 次。', { exact: true })).toBeVisible()
  await expect(lock.getByLabel('口令', { exact: true })).toBeFocused()
  await page.keyboard.type(passwordOf('duty'))
  await page.keyboard.press('Enter')
  await expect(lock).toBeHidden()
  await expect(name).toHaveValue('half-written')
  await centre.lockAfterMinutes(15)
})

test('a person changes the password, and only the new one lets in afterwards', async ({ page, centre }) => {
  await centre.open(page, 'secadmin', 'settings')
  await page.getByRole('button', { name: /安全管理员/ }).click()
  await page.getByRole('menuitem', { name: '修改口令' }).click()
  const dialog = page.getByRole('dialog', { name: '修改口令' })
  await dialog.getByLabel('现在的口令').fill('not-this-one')
  await dialog.getByLabel('新口令', { exact: true }).fill('a-new-long-password')
  await dialog.getByLabel('再输入一次新口令').fill('a-new-long-passwort')
  await dialog.getByRole('button', { name: '修改口令' }).click()
  await expect(dialog.getByText('两次输入不一致')).toBeVisible()
  await dialog.getByLabel('再输入一次新口令').fill('a-new-long-password')
  await dialog.getByRole('button', { name: '修改口令' }).click()
  await expect(dialog.getByText('口令不正确，还可尝试 4 次。', { exact: true })).toBeVisible()
  await dialog.getByLabel('现在的口令').fill(passwordOf('secadmin'))
  await page.keyboard.press('Enter')
  await expect(page.getByText('口令已修改')).toBeVisible()

  await page.getByRole('button', { name: /安全管理员/ }).click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await enter(page, 'secadmin', passwordOf('secadmin'))
  await expect(page.getByText(/用户名或口令不正确/)).toBeVisible()
  await enter(page, 'secadmin', 'a-new-long-password')
  await expect(page.getByRole('heading', { name: '设置', level: 1 })).toBeVisible()
})
