import './no-eval.ts'
import '@fontsource-variable/noto-sans-sc/index.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { auth } from '#client/auth.ts'
import { startClient } from '#client/index.ts'
import { ThemeProvider } from '#kit/theme.tsx'
import '#kit/i18n/index.ts'
import { Console } from './Console.tsx'

/** A start URL carries a token that is good once: it leaves the address bar before anything else happens. */
async function takeToken(): Promise<void> {
  const token = /^#token=(.+)$/.exec(location.hash)?.[1]
  if (!token) return
  history.replaceState(null, '', `${location.pathname}${location.search}`)
  // A spent token is no reason to stop: the state that is read next says whether one must sign in.
  await auth.token(decodeURIComponent(token)).catch(() => undefined)
}

async function start(): Promise<void> {
  const root = document.getElementById('root')
  if (!root) return
  await takeToken()
  await startClient()
  createRoot(root).render(
    <StrictMode>
      <ThemeProvider>
        <Console />
      </ThemeProvider>
    </StrictMode>,
  )
}
void start()
