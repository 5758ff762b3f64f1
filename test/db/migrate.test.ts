import { Logger, runMigrations } from 'graphile-worker'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { migrateToLatest, pendingMigrations } from '../../src/db/migrate.ts'
import { withSessionLock } from '../../src/db/session-lock.ts'
import { createBlankDatabase, type TestDatabase } from '../support/database.ts'

const migrations = [
  '0001-initial',
  '0002-webhooks',
  '0003-connection-fields',
  '0004-webhook-problem',
  '0005-rate-limits',
  '0006-targeted-retrievals',
  '0007-journal-links',
  '0008-field-choices',
  '0009-journal-by-stakeholder',
  '0010-plan-links',
  '0011-condition-drafts',
  '0012-temporary-staging',
  '0013-decision-bases',
  '0014-kept-ledgers',
  '0015-what-answers-were-about',
  '0016-trimmed-keys',
]

let database: TestDatabase
beforeEach(async () => {
  database = await createBlankDatabase()
})
afterEach(() => database.drop())

test('an empty database gets every table and the job queue, once', async () => {
  expect(await pendingMigrations(database)).toEqual(migrations)

  expect(await migrateToLatest(database)).toEqual({
    applied: migrations,
  })
  const tables = await tableNames()
  expect(tables).toEqual(
    expect.arrayContaining(['company', 'connection', 'stakeholder', 'journal', '_private_jobs']),
  )

  expect(await pendingMigrations(database)).toEqual([])
  expect(await migrateToLatest(database)).toEqual({ applied: [] })
  expect(await tableNames()).toEqual(tables)
})

test('processes that start at the same moment all succeed and migrate once', async () => {
  const others = [openDatabase(database.url), openDatabase(database.url), openDatabase(database.url)]
  try {
    const results = await Promise.all([database, ...others].map((handle) => migrateToLatest(handle)))
    expect(results.flatMap((result) => result.applied)).toEqual(migrations)
  } finally {
    await Promise.all(others.map((handle) => handle.close()))
  }
})

test('nothing is migrated while another process is at it', async () => {
  const other = openDatabase(database.url)
  try {
    const migrating = await withSessionLock(other.pool, 'migrate', async () => {
      const waiting = { applied: migrateToLatest(database) }
      await expect.poll(waitingLocks, { timeout: 10_000 }).toBe(1)
      expect(await tableNames()).toEqual([])
      return waiting
    })
    expect((await migrating.applied).applied).toEqual(migrations)
  } finally {
    await other.close()
  }
})

test('a database newer than the code is refused by name and left as it is', async () => {
  await migrateToLatest(database)
  await sql`insert into kysely_migration (name, timestamp) values ('0999-later', '2030-01-01T00:00:00.000Z')`.execute(
    database.db,
  )
  const before = await tableNames()
  await expect(migrateToLatest(database)).rejects.toMatchObject({
    code: 'bad_settings',
    message: expect.stringContaining('0999-later'),
    remedy: expect.stringContaining('newer version'),
  })
  expect(await tableNames()).toEqual(before)
})

test('the job queue of the template is already current, so starting does not alter it', async () => {
  await migrateToLatest(database)
  const before = await sql`select id, ts from graphile_worker.migrations order by id`.execute(database.db)
  await runMigrations({ pgPool: database.pool, logger: new Logger(() => () => undefined) })
  const after = await sql`select id, ts from graphile_worker.migrations order by id`.execute(database.db)
  expect(after.rows.length).toBeGreaterThan(0)
  expect(after.rows).toEqual(before.rows)
})

async function tableNames(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema in ('public', 'graphile_worker') order by 1`.execute(database.db)
  return rows.map((row) => row.name)
}

async function waitingLocks(): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::int as waiting from pg_locks l join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`.execute(database.db)
  return rows[0]?.waiting ?? 0
}
