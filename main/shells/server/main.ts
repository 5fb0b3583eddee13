import { serve } from './run.ts'

process.exit(await serve(process.argv.slice(2)))
