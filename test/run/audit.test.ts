import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrateToLatest } from '../../src/db/migrate.ts'
import { verifyChains } from '../../src/sync/chain.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeTemporaryDir } from '../support/postgres.ts'
import { seedCache, seedConnection } from '../support/seed.ts'

const MAIN = path.join(import.meta.dirname, '../../src/main.ts')

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** As `npm run audit:verify` runs it, with these settings and no other. */
async function verify(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'audit:verify', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { lines: stdout.split('\n').filter(Boolean), stderr, exitCode: exitCode as number }
}

/** A company in which two people were created, and then one of them changed. */
async function seedTwoSyncs(team: string, at = database) {
  const place = await seedConnection(at.db, team)
  const engine = engineAt(at, place)
  await seedCache(at.db, place, [person(1), person(2)])
  const { syncId } = await engine.sync()
  await seedCache(at.db, place, [person(1, { jobTitle: 'CTO' }), person(2)])
  await engine.sync()
  return { ...place, syncId }
}

const journal = async () =>
  (await database.pool.query('select * from journal order by company_id, sync_id, ordinal')).rows

test('one line a company, and the first entry that is not what was written is named', async () => {
  const { syncId: tampered } = await seedTwoSyncs('T_TAMPERED')
  await seedTwoSyncs('T_WHOLE')
  await seedConnection(database.db, 'T_EMPTY')
  const settings = { DATABASE_URL: database.url }
  const before = await verify(settings)
  expect(before).toEqual({
    lines: expect.arrayContaining([
      expect.stringMatching(/^Acme \(T_TAMPERED\): whole, 2 entries, newest digest [0-9a-f]{64}$/u),
      expect.stringMatching(/^Acme \(T_WHOLE\): whole, 2 entries, newest digest [0-9a-f]{64}$/u),
      'Acme (T_EMPTY): whole, 0 entries',
    ]),
    stderr: '',
    exitCode: 0,
  })
  expect(before.lines).toHaveLength(3)

  await database.pool.query('alter table journal disable trigger journal_append_only')
  await database.pool.query(
    `update journal set after = after || '{"jobTitle": "Owner"}' where sync_id = $1 and ordinal = 0`,
    [tampered],
  )
  await database.pool.query('alter table journal enable trigger journal_append_only')
  const rows = await journal()
  const after = await verify(settings)
  expect(after.exitCode).toBe(1)
  expect(after.lines).toHaveLength(3)
  expect(after.lines).toContain(
    `Acme (T_TAMPERED): BROKEN at entry 1 of 2, sync ${tampered}: its rows are not the ones that were written`,
  )
  expect(after.lines.filter((line) => line.includes('T_WHOLE'))).toEqual(
    before.lines.filter((line) => line.includes('T_WHOLE')),
  )
  expect(await journal()).toEqual(rows)
})

// It runs this program three times, each a second at rest and ten on a busy machine.
test('a digest that was kept elsewhere is found while the journal grows, and missed once the newest syncs are cut off', {
  timeout: 120_000,
}, async () => {
  const cut = await createTestDatabase()
  try {
    const settings = { DATABASE_URL: cut.url }
    const place = await seedTwoSyncs('T_CUT', cut)
    const proven = async () => (await verifyChains(cut.db))[0]?.digests ?? []
    const kept = (await proven()).at(-1) ?? ''
    await seedCache(cut.db, place, [person(1), person(2)])
    await engineAt(cut, place).sync()
    const newest = (await proven()).at(-1) ?? ''
    const expecting = ['--expect', kept, '--expect', newest.toUpperCase()]
    expect(await verify(settings, ...expecting)).toEqual({
      lines: [`Acme (T_CUT): whole, 3 entries, newest digest ${newest}`],
      stderr: '',
      exitCode: 0,
    })

    await cut.pool.query('delete from sync where company_id = $1 and position = 3', [place.companyId])
    const missing = `BROKEN at the end: no company has an entry, proven from the first on, with the expected digest ${newest}`
    expect(await verify(settings, ...expecting)).toEqual({
      lines: [`Acme (T_CUT): whole, 2 entries, newest digest ${kept}`, missing],
      stderr: '',
      exitCode: 1,
    })
    // Another sync in its place does not hide it.
    await seedCache(cut.db, place, [person(1, { jobTitle: 'CFO' }), person(2)])
    await engineAt(cut, place).sync()
    expect(await verify(settings, ...expecting)).toEqual({
      lines: [expect.stringContaining('Acme (T_CUT): whole, 3 entries'), missing],
      stderr: '',
      exitCode: 1,
    })
  } finally {
    await cut.drop()
  }
})

// It makes one database, starts it three times and this program twice: seconds at rest, a minute on a busy machine.
test('the embedded database is verified while it runs and while it does not, and stays as it was', {
  timeout: 180_000,
}, async () => {
  const dataDir = await makeTemporaryDir()
  const env = { DATA_DIR: dataDir, PATH: process.env['PATH'] ?? '' }
  const empty = { lines: ['There is no company in this database yet.'], stderr: '', exitCode: 0 }
  try {
    const server = await startEmbedded(dataDir)
    const handle = openDatabase(server.url)
    await migrateToLatest(handle)
    expect(await verify(env)).toEqual(empty)
    // Whoever runs it was not disturbed.
    expect((await handle.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await handle.close()
    await server.stop()
    expect(await verify(env)).toEqual(empty)
    // And gave it back: it can be started again.
    await (await startEmbedded(dataDir)).stop()
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

test.each([
  ['there is no database', { DATA_DIR: '/nonexistent/rollcall' }, /There is no database in .*Set DATA_DIR/u],
  ['the database is down', { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }, /cannot be reached/u],
  ['a setting is wrong', { DATABASE_URL: 'mysql://x' }, /is not an address of PostgreSQL/u],
])('%s: that is told, without a secret, and is not the same as broken', async (_what, env, said) => {
  const { lines, stderr, exitCode } = await verify(env)
  expect(exitCode).toBe(2)
  expect(lines).toEqual([])
  expect(stderr).toMatch(/^The journal could not be verified: [^\n]+\n$/u)
  expect(stderr).toMatch(said)
  expect(stderr).not.toContain('hunter2')
})

test.each([
  ['an option that it does not know', ['--expects', 'a'.repeat(64)]],
  ['a digest without its option', ['a'.repeat(64)]],
  ['half a digest', ['--expect', 'a'.repeat(32)]],
])('%s is told and not taken for a whole journal', async (_what, args) => {
  const { lines, stderr, exitCode } = await verify({ DATABASE_URL: database.url }, ...args)
  expect({ lines, exitCode }).toEqual({ lines: [], exitCode: 2 })
  expect(stderr).toMatch(/^The journal could not be verified: It takes nothing but --expect .+\n$/u)
})
