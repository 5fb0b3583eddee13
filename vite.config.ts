import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The pages: one static bundle that every shell serves. The core needs no build; Node 24 runs its TypeScript. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1200,
    // Fonts come from our own address alone: the security policy knows no data: fonts.
    assetsInlineLimit: file => (file.endsWith('.woff2') ? false : undefined),
    // What is bundled is handed on, and its authors ask to be named with it.
    license: { fileName: 'licenses.txt' },
  },
})
