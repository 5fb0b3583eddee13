import { defineConfig } from 'vitest/config'

const node = { environment: 'node' as const, testTimeout: 20_000, hookTimeout: 120_000 }

/** `unit` needs no machine; `live` talks to real sshd, libvirtd and QEMU, one file at a time because they share one lab. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          include: ['{contract,main,renderer,e2e}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.live.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          ...node,
          name: 'live',
          include: ['{main,e2e}/**/*.live.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
        },
      },
    ],
  },
})
