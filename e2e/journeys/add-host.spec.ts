import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, startConsole, test as base } from './console.ts'

type Machine = {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly user: string
  readonly hostKeyFingerprint: string
}
type Centre = { readonly privateKey: string; readonly hosts: readonly [Machine] }

const program = fileURLToPath(new URL('../../main/demo/main.ts', import.meta.url))

/** A data centre of one host in a process of its own, which no console knows yet. */
const test = base.extend<{ centre: Centre }>({
  centre: async ({}, use) => {
    const child = spawn(process.execPath, [program, '--hosts', '1', '--port', '0'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
      await use(JSON.parse(line) as Centre)
    } finally {
      child.kill('SIGTERM')
      await exited
    }
  },
})

test('a host with an unknown key is tried, confirmed, recorded, comes online and is given another credential', async ({
  page,
  centre,
}) => {
  const console = await startConsole({ demo: false })
  try {
    const [host] = centre.hosts
    const password = 'long-enough-password'
    const people = { administrator: 'sysadmin', security: 'secadmin' }
    await page.goto(console.link)
    await page.getByRole('button', { name: '设立管理人员' }).click()
    await page.getByLabel('站点名称').fill('试验站点')
    for (const [index, name] of Object.values(people).entries()) {
      await page.getByLabel('姓名').nth(index).fill(name)
      await page.getByLabel('用户名').nth(index).fill(name)
      await page
        .getByLabel('口令', { exact: true })
        .nth(index)
        .fill(password + name)
      await page
        .getByLabel('再输入一次口令')
        .nth(index)
        .fill(password + name)
    }
    await page.getByRole('button', { name: '完成并添加主机' }).click()

    await page.getByRole('textbox', { name: '地址', exact: true }).fill(host.address)
    await page.getByLabel('端口').fill(String(host.port))
    await page.getByLabel('用户', { exact: true }).fill(host.user)
    await page.getByText('私钥', { exact: true }).click()
    await page.locator('#privateKey').fill(centre.privateKey)
    await page.getByRole('button', { name: '开始检测' }).click()
    await expect(page.getByText('首次连接，请核对主机密钥')).toBeVisible()
    await expect(page.locator('.settings-fingerprint')).toContainText(host.hostKeyFingerprint)
    await page.getByRole('button', { name: '指纹一致，继续' }).click()
    await expect(page.getByText('检测通过')).toBeVisible()

    await page.getByText('互联网区', { exact: true }).click()
    await page.locator('#hostName').fill('first-host')
    await page.getByRole('button', { name: '添加 first-host' }).click()
    await page.getByRole('button', { name: '完成', exact: true }).click()
    await page.goto(`${console.url}#/hosts`)
    await expect(page.getByText('first-host').first()).toBeVisible()
    await expect(page.getByText('在线', { exact: true }).first()).toBeVisible()

    // Another credential: the wrong one is told at its step, the right one is saved with a reason.
    await page.goto(`${console.url}#/settings`)
    await page.getByRole('button', { name: '更改地址或登录方式' }).click()
    await page.getByText('口令', { exact: true }).click()
    await page.locator('#hostPassword').fill('not-this-one')
    await page.getByRole('button', { name: '开始检测' }).click()
    await expect(page.getByText(`主机不接受用户“${host.user}”的登录凭据`)).toBeVisible()
    await page.getByText('私钥', { exact: true }).click()
    await page.locator('#privateKey').fill(centre.privateKey)
    await page.getByRole('button', { name: '重新检测' }).click()
    await expect(page.getByText('检测通过')).toBeVisible()
    await page.getByRole('textbox', { name: '理由' }).fill('密钥轮换')
    await page.getByRole('button', { name: '保存并重新连接' }).click()
    await expect(page.getByRole('button', { name: '更改地址或登录方式' })).toBeVisible()
    await expect(page.getByRole('option', { name: /^在线 first-host/ })).toBeVisible()
  } finally {
    await console.stop()
  }
})
