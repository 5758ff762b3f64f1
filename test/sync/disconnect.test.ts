import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Hris, startHris } from '../../demo/hris/server.ts'
import { listCached } from '../../src/db/cache.ts'
import { getConnection, listConnections, listRemovedConnections } from '../../src/db/connections.ts'
import { getRetrieval } from '../../src/db/retrievals.ts'
import type { Employee } from '../../src/model.ts'
import { runApply } from '../../src/sync/apply.ts'
import { getDraft, keepDraft } from '../../src/sync/condition-drafts.ts'
import { NO_CONDITIONS } from '../../src/sync/core/conditions.ts'
import { previewRemoval, removeConnection } from '../../src/sync/disconnect.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import { requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt } from '../support/engine.ts'
import { countStagings, providersOf, retrieve, seedLinkedConnection } from '../support/retrieval.ts'
import { makeContext, type Place, readRegister, seedStakeholder } from '../support/seed.ts'
import { hired, hrWith } from '../support/walk/hr.ts'
import { read, seedTwoConnections } from '../support/walk/reading.ts'

let database: TestDatabase
let hris: Hris
let place: Place
let engine: ReturnType<typeof engineAt>
const ctx = () => makeContext(database, { providers: providersOf(hris), now: new Date() })
const remove = () => removeConnection(ctx(), place.companyId, place.connectionId)
const connection = () => getConnection(database.db, place.companyId, place.connectionId)
const register = () => readRegister(database.db, place)

beforeAll(async () => {
  database = await createTestDatabase()
  hris = await startHris({ people: 40, rateLimit: null })
})
afterAll(async () => {
  await hris.close()
  await database.drop()
})
beforeEach(async () => {
  place = await seedLinkedConnection(database)
  engine = engineAt(database, place)
  await retrieve(ctx(), place)
})
afterEach(() => hris.control.reset())

/** Record ids of those who are matched to a stakeholder. */
async function linked(): Promise<string[]> {
  const { rows } = await database.pool.query<{ record_id: string }>(
    'select record_id from link where company_id = $1',
    [place.companyId],
  )
  return rows.map(({ record_id }) => record_id).toSorted()
}

/** Every row of a table that is of this company, as text. */
async function everything(...tables: string[]): Promise<string> {
  const read = tables.map((table) =>
    database.pool.query(`select t::text from ${table} t where company_id = $1 order by 1`, [place.companyId]),
  )
  return JSON.stringify((await Promise.all(read)).map(({ rows }) => rows))
}

async function connectAgain(sealed: Buffer): Promise<void> {
  await database.db
    .updateTable('connection')
    .set({ status: 'active', sealed_credentials: sealed })
    .where('connection_id', '=', place.connectionId)
    .execute()
}

test('what HR said of people goes, with the credentials; register, links, settings and history stay', async () => {
  const sync = await engine.sync()
  await engine.plan()
  const before = await register()
  const kept = await everything('stakeholder', 'link', 'sync_settings', 'sync', 'journal')
  expect((await listCached(database.db, place, { limit: 100 })).length).toBe(40)

  expect(await remove()).toEqual({ webhook: 'none' })

  expect(await connection()).toMatchObject({
    status: 'removed',
    sealed_credentials: null,
    cache_retrieval_id: null,
  })
  const left = await listCached(database.db, place, { limit: 100, vanished: true })
  expect(left.filter(({ employee }) => employee !== null)).toEqual([])
  expect(left.map(({ recordId }) => recordId).toSorted()).toEqual(await linked())
  const { rows: open } = await database.pool.query(
    `select p.status, count(ch.*) as changes from plan p left join plan_change ch using (company_id, plan_id)
     where p.company_id = $1 group by p.plan_id, p.company_id, p.status order by 1`,
    [place.companyId],
  )
  expect(open).toMatchObject([{ status: 'confirmed' }, { status: 'discarded', changes: 0 }])
  expect(await everything('stakeholder', 'link', 'sync_settings', 'sync', 'journal')).toBe(kept)
  expect(await currentPlan(ctx(), place)).toBeUndefined()
  expect(await listConnections(database.db, place.companyId)).toEqual([])
  expect((await listRemovedConnections(database.db, place.companyId)).length).toBe(1)

  await undoSync(ctx(), { companyId: place.companyId, syncId: sync.syncId })
  expect(Object.keys(before).length).toBeGreaterThan(20)
  expect(await register()).toEqual({})
})

test('connected again it takes up who is matched to whom, and sees who is missing since', async () => {
  await engine.sync()
  const { sealed_credentials: sealed } = await connection()
  const gone = await seedStakeholder(database.db, place, { firstName: 'Gone', status: 'active' })
  const of = [place.companyId, place.connectionId]
  await database.pool.query(
    `insert into cached_employee (company_id, connection_id, record_id, hash, employee)
     values ($1, $2, 'gone', '\\x00', '{"firstName": "Gone", "status": "active"}')`,
    of,
  )
  await database.pool.query(
    `insert into link (company_id, connection_id, record_id, stakeholder_id, base) values ($1, $2, 'gone', $3, '{}')`,
    [...of, gone],
  )
  const before = await register()
  await remove()
  await connectAgain(sealed!)

  expect(await retrieve(ctx(), place)).toMatchObject({ status: 'complete', people_read: 40 })
  const { counts, toApply } = await engine.plan()
  expect(counts).toMatchObject({ people: 40, create: 0, update: 0, vanished: 1 })
  expect(toApply).toBe(0)
  expect((await engine.changes()).filter(({ kind }) => kind === 'vanished')).toMatchObject([
    { recordId: 'gone', name: 'Gone' },
  ])
  expect(await register()).toEqual(before)
})

test('whoever was matched once is kept by the bare record id: matched again by a redo, they are missing from HR', async () => {
  ;[place] = await seedTwoConnections(database)
  engine = engineAt(database, place)
  const { sealed_credentials: sealed } = await connection()
  const show = (...people: Employee[]) => read(database, place, hrWith(...people))
  await show(hired(1), hired(2), hired(3, { status: 'left' }))
  const sync = await engine.sync()
  const { syncId } = await undoSync(ctx(), { companyId: place.companyId, syncId: sync.syncId })
  expect(await register()).toEqual({})
  await remove()
  expect(await listCached(database.db, place, { limit: 100, vanished: true })).toMatchObject([
    { recordId: '1', employee: null, vanishedAt: expect.any(Date) },
    { recordId: '2', employee: null, vanishedAt: expect.any(Date) },
  ])

  await undoSync(ctx(), { companyId: place.companyId, syncId })
  const before = await register()
  await connectAgain(sealed!)
  await show(hired(2))
  expect(await engine.changes()).toMatchObject([{ recordId: '1', kind: 'vanished', name: 'Person1 Raman' }])
  expect(Object.keys(before).length).toBe(2)
  expect(await register()).toEqual(before)
})

test('while it is read or a confirmed sync is written, it is refused and nothing is deleted', async () => {
  const answer = await engine.confirm(await engine.plan())
  if (answer.outcome !== 'confirmed') throw new Error(answer.outcome)
  const all = ['connection', 'cached_employee', 'plan', 'plan_change', 'sync', 'retrieval']
  const before = await everything(...all)
  expect(await previewRemoval(ctx(), place)).toMatchObject({ busy: 'syncing', people: 40 })
  await expect(remove()).rejects.toMatchObject({
    code: 'conflict',
    message: 'A sync from HiBob is being written at this moment, so it was not disconnected.',
  })
  expect(await everything(...all)).toBe(before)

  await runApply(ctx(), { companyId: place.companyId, syncId: answer.syncId })
  await requestRetrieval(ctx(), place)
  await database.pool.query(
    `update retrieval set status = 'running' where status = 'queued' and company_id = $1`,
    [place.companyId],
  )
  const reading = await everything(...all)
  expect(await previewRemoval(ctx(), place)).toMatchObject({ busy: 'reading' })
  await expect(remove()).rejects.toMatchObject({ code: 'conflict' })
  expect(await everything(...all)).toBe(reading)
})

test('unsaved conditions go too, and those of another connection stay', async () => {
  const { draftId } = await keepDraft(ctx(), place, NO_CONDITIONS)
  const { companyId } = place
  const { rows } = await database.pool.query(
    `insert into connection (company_id, provider, status, daily_minute, next_retrieval_at, created_by)
     values ($1, 'bamboohr', 'active', 1, now(), '{"kind":"system"}') returning connection_id`,
    [companyId],
  )
  const other = await keepDraft(ctx(), { companyId, connectionId: rows[0].connection_id }, NO_CONDITIONS)
  await remove()
  await expect(getDraft(ctx(), companyId, draftId)).rejects.toMatchObject({ code: 'expired' })
  expect(await getDraft(ctx(), companyId, other.draftId)).toEqual(other)
  await expect(keepDraft(ctx(), place, NO_CONDITIONS)).rejects.toMatchObject({ code: 'not_found' })
})

test('a retrieval that waits is called off, and does not start later', async () => {
  const { retrievalId } = await requestRetrieval(ctx(), place)
  await remove()
  const row = await runRetrieval(ctx(), { companyId: place.companyId, retrievalId }, () => undefined)
  expect(row).toMatchObject({
    status: 'failed',
    attempts: 0,
    error_message: 'HiBob was disconnected before this retrieval started.',
  })
})

test('a read that began all the same brings nothing back', async () => {
  const { sealed_credentials: sealed } = await connection()
  await remove()
  await connectAgain(sealed!)
  const { retrievalId } = await requestRetrieval(ctx(), place)
  let removed = false
  const observe = async () => {
    if (removed) return
    removed = true
    await database.pool.query(`update connection set status = 'removed' where connection_id = $1`, [
      place.connectionId,
    ])
  }
  await runRetrieval(ctx(), { companyId: place.companyId, retrievalId }, observe)
  expect(removed).toBe(true)
  expect(await getRetrieval(database.db, place.companyId, retrievalId)).toMatchObject({
    status: 'failed',
    error_message: expect.stringContaining('was disconnected while it was read'),
  })
  expect(await listCached(database.db, place, { limit: 100, vanished: true })).toEqual([])
  expect(await countStagings(database)).toBe(0)
})
