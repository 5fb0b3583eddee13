const benches = {
  rpc: () => import('./rpc.ts'),
} as const
type Name = keyof typeof benches

const name = process.argv[2] ?? ''
if (!Object.hasOwn(benches, name)) {
  process.stderr.write(`用法 usage: npm run --silent bench -- NAME\n  ${Object.keys(benches).join('\n  ')}\n`)
  process.exit(64)
}
const { run } = await benches[name as Name]()
await run()
process.exit(0)
