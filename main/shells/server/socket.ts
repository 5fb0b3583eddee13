import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { App, Attendance, Context, Core } from '#app/index.ts'
import { sessionCookie } from './cookies.ts'
import { isOwnHost, isSameOrigin } from './http.ts'

const maxPayloadBytes = 4 * 1024 * 1024
/** A reader with more than this unsent gets nothing new until it has caught up. */
const maxBufferedBytes = 512 * 1024
const checkEveryMs = 15_000
/** A page that does not answer a goodbye is not waited for. */
const farewellMs = 1_000
/** WebSocket close code: the session is locked or ended; the page asks why over HTTP. */
const sessionOver = 4401

type Live = { readonly core: Core; readonly app: App }

/** The page's one socket: everybody on it has a session, and loses it with that. */
export function openSocket(server: Server, live: () => Live) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes, perMessageDeflate: false })
  const handlers = new WeakMap<App, RPCHandler<Context>>()
  const handlerOf = (app: App) => {
    const known = handlers.get(app)
    if (known) return known
    const made = new RPCHandler<Context>(app)
    handlers.set(app, made)
    return made
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const secret = sessionCookie(request)
    const { core, app } = live()
    const session = await core.sessions.state(secret)
    const isOurs =
      request.url === '/rpc' && isOwnHost(request) && request.headers.origin !== undefined && isSameOrigin(request)
    if (!isOurs || session.phase !== 'signed-in')
      return void socket.end(`HTTP/1.1 ${isOurs ? 401 : 403} Refused\r\nconnection: close\r\n\r\n`)
    sockets.handleUpgrade(request, socket, head, ws => serve(ws, core, app, secret))
  }

  function serve(ws: WebSocket, core: Core, app: App, secret: string | undefined): void {
    ws.on('error', () => ws.terminate())
    const check = setInterval(() => void closeWhenOver(ws, core, secret), checkEveryMs)
    ws.on('close', () => clearInterval(check))
    const context: Context = { attend: () => attend(core, secret), sessionSecret: secret, drained: () => drained(ws) }
    void handlerOf(app).upgrade(ws, { context })
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    upgrade(request, socket, head).catch(() => socket.destroy())
  })
  return {
    /** Ends every connection: the core behind them goes away. */
    closeAll: () => {
      for (const ws of sockets.clients) {
        ws.close(1012)
        setTimeout(() => ws.terminate(), farewellMs).unref()
      }
    },
  }
}

/** Who a session's secret stands for now. */
export async function attend(core: Core, secret: string | undefined): Promise<Attendance> {
  const state = await core.sessions.state(secret)
  return { caller: state.phase === 'signed-out' ? undefined : state.caller, isLocked: state.phase === 'locked' }
}

async function closeWhenOver(ws: WebSocket, core: Core, secret: string | undefined): Promise<void> {
  try {
    const { phase } = await core.sessions.state(secret)
    if (phase !== 'signed-in') ws.close(sessionOver)
  } catch {
    // The core behind it has been closed, and its page has not said goodbye yet.
    ws.terminate()
  }
}

async function drained(ws: WebSocket): Promise<void> {
  while (ws.bufferedAmount > maxBufferedBytes && ws.readyState === ws.OPEN)
    await new Promise(resolve => setTimeout(resolve, 50))
}
