import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { beforeEach, expect, test } from 'vitest'
import { runApply } from '../../src/sync/apply.ts'
import { discardPlan } from '../../src/sync/held.ts'
import { getOverview } from '../../src/sync/overview.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { DANA, type Place, readRegister, SAM, seedCache, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
const three = [person(1), person(2), person(3)]
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})
beforeEach(async () => {
  await seedCache(database.db, place, three)
})

async function confirmed() {
  const answer = await engine.confirm(await engine.plan())
  if (answer.outcome !== 'confirmed') throw new Error(answer.outcome)
  return { companyId: place.companyId, syncId: answer.syncId }
}

/** Starts `work` while another connection holds something, lets it move once `work` waits, and gives it free. */
async function whileHeld<T>(
  hold: (other: PoolClient) => Promise<unknown>,
  work: () => Promise<T>,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<T> {
  const other = await database.pool.connect()
  try {
    await other.query('begin')
    await hold(other)
    const working = work()
    await untilSomebodyWaits()
    await meanwhile()
    await other.query('commit')
    return await working
  } finally {
    other.release()
  }
}

async function untilSomebodyWaits(count = 1): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { rows } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows.length >= count) return
    await sleep(50)
  }
  throw new Error('Nobody waited.')
}

const register = (other: PoolClient) =>
  other.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`register:${place.companyId}`])

test('a retrieval that swaps the cache while Confirm waits for its turn overtakes the plan', async () => {
  const view = await engine.plan()
  const answer = await whileHeld(
    register,
    () => engine.confirm(view),
    () => seedCache(database.db, place, [...three, person(4)]),
  )
  expect(answer).toMatchObject({
    outcome: 'overtaken',
    moved: { sentences: ['1 more to create'], people: null },
  })
  expect(await readRegister(database.db, place)).toEqual({})
})

test('so does one that is swapping it at that moment', async () => {
  const view = await engine.plan()
  const { retrieval_id } = await database.db
    .selectFrom('plan')
    .select('retrieval_id')
    .where('plan_id', '=', view.planId)
    .executeTakeFirstOrThrow()
  await seedCache(database.db, place, [...three, person(4)])
  const swapped = await database.pool.query<{ id: string }>(
    'select cache_retrieval_id as id from connection where connection_id = $1',
    [place.connectionId],
  )
  const point = 'update connection set cache_retrieval_id = $1 where connection_id = $2'
  await database.pool.query(point, [retrieval_id, place.connectionId])
  const answer = await whileHeld(
    (other) => other.query(point, [swapped.rows[0]?.id, place.connectionId]),
    () => engine.confirm(view),
  )
  expect(answer).toMatchObject({
    outcome: 'overtaken',
    moved: { sentences: ['1 more to create'], people: null },
  })
})

test('drawing up, confirming, applying, undoing and discarding wait for whoever works on the register', async () => {
  const view = await whileHeld(register, () => engine.plan())
  await whileHeld(register, () =>
    discardPlan(engine.ctx(), { companyId: place.companyId, planId: view.planId }),
  )
  const next = await engine.plan()
  const answer = await whileHeld(register, () => engine.confirm(next))
  if (answer.outcome !== 'confirmed') throw new Error(answer.outcome)
  const where = { companyId: place.companyId, syncId: answer.syncId }
  const before = await readRegister(database.db, place)
  await whileHeld(
    register,
    () => runApply(engine.ctx(), where),
    async () => expect(await readRegister(database.db, place)).toEqual(before),
  )
  expect(Object.keys(await readRegister(database.db, place))).toHaveLength(3)
  await whileHeld(
    register,
    () => undoSync(engine.ctx(), where),
    async () => expect(Object.keys(await readRegister(database.db, place))).toHaveLength(3),
  )
  expect(await readRegister(database.db, place)).toEqual(before)
})

test('an undo that is before the sync in the queue takes the link away from what the sync writes', async () => {
  const id = await seedStakeholder(database.db, place, { workEmail: 'p1@acme.example' })
  await seedCache(database.db, place, [person(1)])
  const first = await confirmed()
  await runApply(engine.ctx(), first)
  await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' })])
  const where = await confirmed()
  let applying: ReturnType<typeof runApply> | undefined
  const undone = await whileHeld(
    register,
    () => undoSync(engine.ctx(), first),
    async () => {
      applying = runApply(engine.ctx(), where)
      await untilSomebodyWaits(2)
    },
  )
  expect(undone.counts).toMatchObject({ reversed: 1 })
  expect((await applying)?.counts).toMatchObject({ updated: 0, skipped: 1 })
  expect(await readRegister(database.db, place)).toEqual({ [id]: { workEmail: 'p1@acme.example' } })
})

test('while a confirmed sync waits there is no other plan, and who confirms the same is told who did and when', async () => {
  const shown = await engine.plan()
  const where = await confirmed()
  const meanwhile = await engine.plan()
  expect(meanwhile).toMatchObject({ planId: shown.planId, status: 'confirmed', decidedBy: DANA })
  const [connection] = (await getOverview(engine.ctx(), place.companyId)).connections
  expect(connection).toMatchObject({
    plan: null,
    people: 3,
    syncing: { by: DANA, at: meanwhile.decidedAt },
  })
  expect(await engine.confirm(meanwhile, { actor: SAM })).toMatchObject({
    outcome: 'decided',
    syncId: where.syncId,
    plan: { decidedBy: DANA, decidedAt: meanwhile.decidedAt },
  })
  expect((await runApply(engine.ctx(), where)).counts).toMatchObject({ created: 3, skipped: 0 })
  expect(await engine.plan()).toMatchObject({ status: 'open', toApply: 0 })
})

test('who still looks at an older plan is told the same, also after a retrieval', async () => {
  const older = await engine.plan()
  await seedCache(database.db, place, three)
  expect((await engine.plan()).planId).not.toBe(older.planId)
  const { syncId } = await confirmed()
  await seedCache(database.db, place, [...three, person(4)])
  expect(await engine.confirm(older, { actor: SAM })).toMatchObject({
    outcome: 'decided',
    syncId,
    plan: { decidedBy: DANA, status: 'confirmed' },
  })
})

test('a sync that could not be applied gives the plan free again', async () => {
  const { syncId } = await confirmed()
  await database.db.updateTable('sync').set({ status: 'failed' }).where('sync_id', '=', syncId).execute()
  expect(await engine.plan()).toMatchObject({ status: 'open', toApply: 3 })
})

test('who looks while the sync is being written is not kept waiting for its end', async () => {
  const shown = await engine.plan()
  await confirmed()
  const other = await database.pool.connect()
  try {
    await other.query('begin')
    await register(other)
    const seen = await Promise.race([engine.plan(), sleep(5_000, undefined)])
    expect(seen).toMatchObject({ planId: shown.planId, status: 'confirmed' })
  } finally {
    await other.query('rollback')
    other.release()
  }
})

test('a plan that was to be drawn up while somebody confirms is not', async () => {
  const shown = await engine.plan()
  await seedCache(database.db, place, [...three, person(4)])
  const confirm = async () => {
    await database.db
      .updateTable('plan')
      .set({ status: 'confirmed', decided_by: JSON.stringify(DANA), decided_at: new Date() })
      .where('plan_id', '=', shown.planId)
      .execute()
    await database.pool.query(
      `insert into sync (company_id, plan_id, connection_id, kind, status, actor, counts)
      values ($1, $2, $3, 'all', 'queued', '{"kind": "system"}', '{}')`,
      [place.companyId, shown.planId, place.connectionId],
    )
  }
  expect(await whileHeld(register, () => engine.plan(), confirm)).toMatchObject({
    planId: shown.planId,
    status: 'confirmed',
  })
})
