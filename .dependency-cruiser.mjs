// A room may use the doors of rooms to its left, never to its right.
const rooms =
  'audit identity site jobs notices tenants hosts metrics fleet energy pools placement deploy requests content reports'.split(
    ' ',
  )
const none = '^$'
const test = '[.]test[.]tsx?$'
// name, from, from-except, to, to-except
const bans = [
  ['contract-stands-alone', '^contract/', test, '.', '^contract/|node_modules/(zod|@orpc/contract)/|^@orpc/contract$'],
  ['pages-see-only-the-contract', '^(renderer|preload)/', none, '^main/', none],
  [
    'pages-do-not-mix',
    '^renderer/(console|tenant|portal)/',
    none,
    '^renderer/(console|tenant|portal)/',
    '^renderer/$1/',
  ],
  ['wire-knows-no-business', '^main/(wire|lib|demo)/', none, '^(contract|main/(core|store|app|shells))/', none],
  ['lib-knows-nobody', '^main/lib/', none, '^main/', '^main/lib/'],
  ['core-knows-no-storage-or-shell', '^main/core/', none, '^main/(store|app|shells)/', none],
  ['store-knows-no-app', '^main/store/', none, '^main/(app|shells)/', none],
  ['app-knows-no-shell', '^main/app/', none, '^main/shells/', none],
  ['electron-in-two-places', '.', '^(main/shells/electron|preload|e2e)/', '^electron$|node_modules/electron/', none],
  ['sql-in-one-place', '^main/', '^main/store/', '(^|/)(better-sqlite3|pg|kysely|(node:)?sqlite)(/|$)', none],
  ['lab-is-for-tests', '^main/', test, '^e2e/', none],
  ['demo-stands-apart', '^main/', `${test}|^main/(demo|shells)/`, '^main/demo/', none],
  ['rooms-have-one-door', '^main/(core|wire)/([^/]+)/', none, '^main/(core|wire)/[^/]+/', '^main/$1/$2/|/index[.]ts$'],
  ['outsiders-knock-too', '.', '^main/(core|wire)/', '^main/(core|wire)/', '^main/(core|wire)/[^/]+/index[.]ts$'],
  ...rooms
    .slice(0, -1)
    .map((room, i) => [
      `${room}-looks-left`,
      `^main/core/${room}/`,
      none,
      `^main/core/(${rooms.slice(i + 1).join('|')})/`,
      none,
    ]),
]

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...bans.map(([name, path, pathNot, to, toNot]) => ({
      name,
      severity: 'error',
      from: { path, pathNot },
      to: { path: to, pathNot: toNot },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
