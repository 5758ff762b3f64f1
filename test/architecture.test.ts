import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..')

/**
 * Who may import whom. A file obeys the first row that it matches. `own` is matched against paths from the
 * root of the repository, `packages` against package names; Node's own modules count as packages.
 */
const rows: readonly { files: RegExp; own: RegExp; packages: RegExp }[] = [
  { files: /^src\/(model|errors)\.ts$/, own: /^$/, packages: /^zod$/ },
  { files: /^src\/sync\/core\//, own: /^src\/(model\.ts|sync\/core\/)/, packages: /^zod$/ },
  {
    files: /^src\/sync\/(provider\.ts|providers\/)/,
    own: /^src\/(model|errors|sync\/provider|sync\/core\/.*)\.ts$/,
    packages: /^(zod|node:crypto)$/,
  },
  { files: /^src\/db\/migrations\//, own: /^$/, packages: /^kysely$/ },
  {
    files: /^src\/db\//,
    // A condition is checked by the core and becomes SQL here.
    own: /^src\/(model\.ts|errors\.ts|db\/|sync\/core\/conditions)/,
    packages: /^(kysely|pg|pg-copy-streams|graphile-worker|zod|node:.*)$/,
  },
  {
    files: /^src\/sync\/client-send\.ts$/,
    own: /^src\/sync\/provider\.ts$/,
    packages: /^(undici|node:.*)$/,
  },
  {
    files: /^src\/sync\//,
    own: /^src\/(model\.ts|errors\.ts|db\/|sync\/)/,
    packages: /^(zod|kysely|pg|pg-copy-streams|pino|graphile-worker|node-cron|node:.*)$/,
  },
  {
    files: /^src\/bot\/(blocks\.ts|.*\.view\.ts)$/,
    own: /^src\/(model\.ts|sync\/core\/explain\.ts|bot\/(blocks|words|payload)\.ts|bot\/screens\/.*\.view\.ts)$/,
    packages: /^(zod|@slack\/types)$/,
  },
  {
    files: /^src\/bot\//,
    own: /^src\/((model|errors|log|config)\.ts|bot\/|sync\/|db\/)/,
    packages: /^(zod|@slack\/.*|pino|node:.*)$/,
  },
  {
    files: /^src\/http\//,
    own: /^src\/((model|errors|log|config)\.ts|http\/|sync\/|db\/)/,
    packages: /^(zod|hono|prom-client|pino|node:.*)$/,
  },
  { files: /^src\/log\.ts$/, own: /^src\/errors\.ts$/, packages: /^pino$/ },
  {
    files: /^src\/config(-settings)?\.ts$/,
    own: /^src\/(errors|config-settings|sync\/providers\/index)\.ts$/,
    packages: /^$/,
  },
  { files: /^src\/(main\.ts|run\/)/, own: /^src\//, packages: /^(pino|@hono\/node-server|node:.*)$/ },
]

/** A provider may be several files, `hibob.ts` and `hibob-values.ts`; only the registry knows them all. */
const providerOf = (file: string) => /^src\/sync\/providers\/([a-z\d]+)/u.exec(file)?.[1]
const isSameProvider = (from: string, to: string) =>
  providerOf(to) !== undefined && ['index', providerOf(to)].includes(providerOf(from))

type Import = { from: string; to: string; isOwn: boolean }

const sources = globSync('src/**/*.ts', { cwd: root })
const imports = sources.flatMap(importsOf)

test('every file imports only what its row of the table allows', () => {
  const offences = imports.filter(({ from, to, isOwn }) => {
    if (isSameProvider(from, to)) return false
    const row = rows.find(({ files }) => files.test(from))
    return row === undefined || !(isOwn ? row.own : row.packages).test(to)
  })
  expect(offences.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('every file has a row, and every row has a file', () => {
  expect(sources.filter((file) => !rows.some(({ files }) => files.test(file)))).toEqual([])
  expect(rows.filter(({ files }) => !sources.some((file) => files.test(file)))).toEqual([])
})

test('nothing imports in a circle', () => {
  const targets = Map.groupBy(
    imports.filter(({ isOwn }) => isOwn),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: readonly string[]): void => {
    const seenAt = way.indexOf(file)
    if (seenAt >= 0) return void circles.push([...way.slice(seenAt), file].join(' -> '))
    if (done.has(file)) return
    for (const { to } of targets.get(file) ?? []) visit(to, [...way, file])
    done.add(file)
  }
  for (const file of sources) visit(file, [])
  expect(circles).toEqual([])
})

test('the core has no clock, no chance and no environment', () => {
  const forbidden =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\b|\bconsole\b|\bawait\b|\bsetTimeout\b/
  expect(offendersIn('src/sync/core/**/*.ts', forbidden)).toEqual([])
})

test('only the composition root reads the environment', () => {
  expect(offendersIn('src/**/*.ts', /\bprocess\.env\b/)).toEqual(['src/main.ts'])
})

test('only the client speaks to an HR system', () => {
  const allowed = /^src\/sync\/client/
  expect(offendersIn('src/**/*.ts', /\bfetch\(/).filter((file) => !allowed.test(file))).toEqual([])
})

test('every file that a document names exists', () => {
  const documents = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })]
  const missing = documents.flatMap((document) => {
    const named = readFileSync(path.join(root, document), 'utf8').matchAll(
      /`((?:src|demo|test|docs|bench|\.ci)\/[\w./-]+|[\w-]+\.(?:md|ts|yml|json))`|\]\((?!https?:|#|mailto:)([^)#\s]+)/gu,
    )
    return [...named]
      .map(([, inRoot, linked]) => inRoot ?? path.join(path.dirname(document), linked ?? ''))
      .filter((file) => !existsSync(path.join(root, file)))
      .map((file) => `${document} names ${file}`)
  })
  expect(missing).toEqual([])
})

function importsOf(from: string): Import[] {
  const text = readFileSync(path.join(root, from), 'utf8')
  const found = text.matchAll(
    /^(?:import|export)\b[^'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gmu,
  )
  return [...found].map(([, named, bare, dynamic]) => {
    const target = named ?? bare ?? dynamic ?? ''
    const isOwn = target.startsWith('.')
    const to = isOwn ? path.join(path.dirname(from), target) : packageOf(target)
    return { from, to, isOwn }
  })
}

/** `kysely/migration` -> `kysely`, `@hono/node-server/x` -> `@hono/node-server`. */
function packageOf(target: string): string {
  if (target.startsWith('node:')) return target
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/')
}

function offendersIn(pattern: string, forbidden: RegExp): string[] {
  return globSync(pattern, { cwd: root })
    .filter((file) => forbidden.test(readFileSync(path.join(root, file), 'utf8')))
    .toSorted()
}
