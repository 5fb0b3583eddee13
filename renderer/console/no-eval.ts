import { config } from 'zod'

// The pages are served without 'unsafe-eval'; zod would otherwise try to compile its schemas and be told off for it.
config({ jitless: true })
