import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { isOwnUser, uidOf } from './peer.ts'

const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1B9E 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 858395 1 0 100 0 0 10 0
   1: 0100007F:C350 0100007F:1B9E 01 00000000:00000000 00:00000000 00000000  1001        0 858400 1 0 20 4 0 10 -1
   2: 0100007F:1B9E 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 858401 1 0 20 4 0 10 -1
   3: 0100007F:C351 0100007F:1B9E 06 00000000:00000000 03:000016A1 00000000     0        0 0 3 0
`

test('the caller’s end of a connection tells whose process it is, not ours', () => {
  expect(uidOf(text, 50_000, 7_070)).toBe(1001)
})

test('a connection that is over, or none, is nobody’s', () => {
  expect(uidOf(text, 50_001, 7_070)).toBeUndefined()
  expect(uidOf(text, 50_002, 7_070)).toBeUndefined()
})

test('a process of our own user is known as that', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => void (socket.destroy(), server.close()))
  const [peer] = await accepted
  expect(isOwnUser(peer)).toBe(true)
})
