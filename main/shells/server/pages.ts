import { createReadStream, existsSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const unbuilt = '页面尚未构建 the pages have not been built: npm run build\n'
const types: Readonly<Record<string, string>> = {
  '.txt': 'text/plain; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

/** Serves the built pages of one folder; every path that is no file is the console itself. */
export function servePages(folder: string, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
  const path = pathOf(request.url ?? '/')
  if (path === null) return void response.writeHead(400).end()
  const file = normalize(join(folder, path))
  const isInside = file.startsWith(folder + sep) && !path.includes('\0')
  const isFile = isInside && existsSync(file) && statSync(file).isFile()
  const isAsset = path.startsWith('/assets/')
  if (!isFile && isAsset) return void response.writeHead(404).end()
  const served = isFile ? file : join(folder, 'index.html')
  if (!existsSync(served)) return void response.writeHead(503, { 'content-type': types['.txt'] }).end(unbuilt)
  // Names under assets/ carry a digest of their content, so they never change.
  const cacheControl = isAsset ? 'public, max-age=31536000, immutable' : 'no-cache'
  response.writeHead(200, {
    'content-type': types[extname(served)] ?? 'application/octet-stream',
    'cache-control': cacheControl,
  })
  if (request.method === 'HEAD') return void response.end()
  createReadStream(served)
    .on('error', () => response.destroy())
    .pipe(response)
}

/** Null: no path at all. */
function pathOf(url: string): string | null {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0] ?? '')
  } catch {
    return null
  }
}
