import { type CompiledQuery, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyChanges } from '../../src/db/apply.ts'
import { openCandidates } from '../../src/db/candidates.ts'
import type { Database } from '../../src/db/schema.ts'
import { deleteSuperseded, hasStagedStranger, updateStagedChanged } from '../../src/db/staging.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt } from '../support/engine.ts'
import { type Place, seedCache, seedConnection } from '../support/seed.ts'

const PEOPLE = 2_000
/** Each statement reads every person a few times over; once for each other person would be 2,000 times. */
const MOST_ROWS = PEOPLE * 60

let database: TestDatabase
let place: Place
beforeAll(async () => {
  database = await createTestDatabase()
  for (const table of [
    'cached_employee',
    'link',
    'stakeholder',
    'plan_change',
    'match_decision',
    'journal',
  ]) {
    await database.pool.query(`alter table ${table} set (autovacuum_enabled = off)`)
    await database.pool.query(`analyze ${table}`)
  }
  place = await seedConnection(database.db)
  await seedCache(database.db, place, [])
  await fill()
})
afterAll(() => database.drop())

/** As after a first retrieval beside a filled register: a third is linked, a third matches, a third is new. */
async function fill(): Promise<void> {
  const { companyId, connectionId } = place
  const fields = `jsonb_build_object('firstName', 'P', 'workEmail', 'p' || n || '@acme.example')`
  await database.pool.query(
    `insert into cached_employee (company_id, connection_id, record_id, hash, employee)
     select $1, $2, n, sha256(n::text::bytea), ${fields} || '{"lastName": "New"}' from generate_series(1, $3::int) n`,
    [companyId, connectionId, PEOPLE],
  )
  await database.pool.query(
    `with known as (
       insert into stakeholder (company_id, stakeholder_id, fields)
       select $1, md5(n::text)::uuid, ${fields} from generate_series(1, $3::int * 2 / 3) n returning stakeholder_id
     )
     insert into link (company_id, connection_id, record_id, stakeholder_id, base)
     select $1, $2, n, md5(n::text)::uuid, ${fields} from generate_series(1, $3::int / 3) n`,
    [companyId, connectionId, PEOPLE],
  )
}

type PlanNode = {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** Rows that a statement took into its hands, in every step of its plan. */
const rowsTouched = (node: PlanNode): number =>
  node['Actual Loops'] *
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Join Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0)) +
  (node.Plans ?? []).reduce((sum, plan) => sum + rowsTouched(plan), 0)

/** Of the last statement of `work`, run once more after whatever `work` had set before it. Nothing of it stays. */
async function rowsTouchedBy(work: (trx: Transaction<Database>) => Promise<unknown>): Promise<number> {
  const statements: CompiledQuery[] = []
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: database.pool }),
    log: ({ query }) => {
      statements.push(query)
    },
  })
  const watched = await db.startTransaction().execute()
  await work(watched)
  const [last, ...before] = statements.splice(0).reverse()
  await watched.rollback().execute()
  if (!last) throw new Error('It said nothing to the database.')

  const again = await database.db.startTransaction().execute()
  for (const query of before.reverse()) if (!query.sql.startsWith('begin')) await again.executeQuery(query)
  const { rows } = await again.executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
    ...last,
    sql: `explain (analyze, timing off, format json) ${last.sql}`,
  })
  await again.rollback().execute()
  const [explained] = rows
  if (!explained) throw new Error('It was not explained.')
  return rowsTouched(explained['QUERY PLAN'][0].Plan)
}

test('who might have to change is found without going through everybody for each, when nobody was counted yet', async () => {
  const touched = await rowsTouchedBy((trx) =>
    openCandidates(trx, {
      ...place,
      identifier: 'workEmail',
      meets: sql`true`,
      mappingVersion: 1,
      equalValuesProveUnchanged: true,
      withCustomFields: true,
      crowded: [],
    }),
  )
  expect(touched).toBeGreaterThan(PEOPLE)
  expect(touched).toBeLessThan(MOST_ROWS)
})

test('neither does a crowd of one identifier, on either side, take everybody for each, whatever was decided', async () => {
  const crowd = await seedConnection(database.db)
  await seedCache(database.db, crowd, [])
  const none = { workEmail: 'none@acme.example' }
  const where = [crowd.companyId, crowd.connectionId]
  const many = PEOPLE / 2
  await database.pool.query(
    `insert into cached_employee (company_id, connection_id, record_id, hash, employee)
     select $1, $2, n, sha256('a'), $3::jsonb from generate_series(1, $4::int) n`,
    [...where, none, many],
  )
  await database.pool.query(
    `insert into stakeholder (company_id, stakeholder_id, fields)
     select $1, md5('crowd' || n)::uuid, $2::jsonb from generate_series(1, $3::int) n`,
    [crowd.companyId, none, many],
  )
  await database.pool.query(
    `insert into match_decision (company_id, connection_id, record_id, verdict, stakeholder_id, name, decided_by, decided_at)
     select $1, $2, n, 'ignore', md5('crowd' || n)::uuid, '', '{}', now() from generate_series(1, $3::int / 2) n`,
    [...where, many],
  )
  const touched = await rowsTouchedBy((trx) =>
    openCandidates(trx, {
      ...crowd,
      identifier: 'workEmail',
      meets: sql`true`,
      mappingVersion: 1,
      equalValuesProveUnchanged: true,
      withCustomFields: true,
      crowded: [none.workEmail],
    }),
  )
  // Twenty are told to each, and each of them costs a few rows.
  expect(touched).toBeGreaterThan(many * 20)
  expect(touched).toBeLessThan(many * 20 * 20)
})

test('so is a sync of them all written', async () => {
  const { planId, counts } = await engineAt(database, place).plan()
  expect(counts).toMatchObject({ create: 667, update: 1_333 })
  const touched = await rowsTouchedBy((trx) =>
    applyChanges(trx, {
      ...place,
      planId,
      syncId: planId,
      identifier: 'workEmail',
      mappingVersion: 1,
      ordinals: null,
      now: new Date(),
    }),
  )
  expect(touched).toBeGreaterThan(PEOPLE)
  expect(touched).toBeLessThan(MOST_ROWS)
})

test.each([
  ['the records that came twice', 2, (trx: Transaction<Database>) => deleteSuperseded(trx)],
  ['those who changed', 1, (trx: Transaction<Database>) => updateStagedChanged(trx, place)],
  ['strangers among them', 1, (trx: Transaction<Database>) => hasStagedStranger(trx, place)],
])('so are %s in a read of them all', async (_what, times, work) => {
  const touched = await rowsTouchedBy(async (trx) => {
    await sql`create temporary table staged_employee on commit drop as
      select row_number() over ()::int as seq, record_id, false as is_new, sha256(hash) as hash, employee, problem
      from cached_employee, generate_series(1, ${times}::int)`.execute(trx)
    await work(trx)
  })
  expect(touched).toBeGreaterThan(PEOPLE)
  expect(touched).toBeLessThan(MOST_ROWS)
})
