import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { beforeEach, expect, test } from 'vitest'
import type { Database } from '../../src/db/schema.ts'
import { runApply } from '../../src/sync/apply.ts'
import { verifyChains } from '../../src/sync/chain.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { makeContext, type Place, readRegister, seedCache } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})
beforeEach(async () => {
  await seedCache(database.db, place, [person(1), person(2)])
  await engine.sync()
  await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' }), person(2), person(3)])
})

/** A context whose connection dies as statement number `at` is sent, as if the process had been killed there. */
function dyingContext(at: number) {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  pool.on('error', () => undefined)
  let sent = 0
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    const query = client.query.bind(client)
    client.query = ((...given: Parameters<typeof query>) => {
      if (++sent === at)
        (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
      return query(...given)
    }) as typeof client.query
  })
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { ctx: { ...makeContext(database), db, pool }, sent: () => sent, end: () => db.destroy() }
}

/** Runs `work` once for every statement it has, dying at it, until it gets through. */
async function dieEverywhere(
  work: (ctx: ReturnType<typeof dyingContext>['ctx']) => Promise<unknown>,
  check: () => Promise<void>,
) {
  for (let at = 1; at < 60; at++) {
    const { ctx, sent, end } = dyingContext(at)
    const died = await work(ctx).then(
      () => false,
      () => true,
    )
    await end().catch(() => undefined)
    if (!died && sent() < at) return at - 1
    await check()
  }
  throw new Error('It never got through.')
}

const everything = async () => {
  const journal = await database.db
    .selectFrom('journal')
    .select(['sync_id', 'ordinal', 'outcome'])
    .where('company_id', '=', place.companyId)
    .orderBy('sync_id')
    .orderBy('ordinal')
    .execute()
  return { register: await readRegister(database.db, place), journal }
}

test('a process that dies at any statement of a sync leaves all of it or nothing, and running it again doubles nothing', async () => {
  const before = await everything()
  const confirmed = await engine.confirm(await engine.plan())
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
  const where = { companyId: place.companyId, syncId: confirmed.syncId }
  const ofThisSync = ({ journal }: Awaited<ReturnType<typeof everything>>) =>
    journal
      .filter(({ sync_id }) => sync_id === confirmed.syncId)
      .map(({ outcome }) => outcome)
      .sort()
  const statements = await dieEverywhere(
    (ctx) => runApply(ctx, where),
    async () => {
      const now = await everything()
      if (Object.keys(now.register).length === 2) expect(now).toEqual(before)
      else expect(ofThisSync(now)).toEqual(['created', 'updated'])
    },
  )
  expect(statements).toBeGreaterThan(5)
  await runApply(makeContext(database), where)
  const after = await everything()
  expect(Object.keys(after.register)).toHaveLength(3)
  expect(ofThisSync(after)).toEqual(['created', 'updated'])
  expect(
    (await verifyChains(database.db)).find(({ companyId }) => companyId === place.companyId),
  ).toMatchObject({ syncs: 2, firstBroken: null })
})

test('the same holds for an undo', async () => {
  const { syncId } = await engine.sync()
  const before = await everything()
  const undo = (ctx: Parameters<typeof undoSync>[0]) =>
    undoSync(ctx, { companyId: place.companyId, syncId }).catch((thrown) => {
      // The death came after the commit: doing it again finds nothing to undo.
      if (thrown.code !== 'conflict') throw thrown
    })
  await dieEverywhere(undo, async () => {
    const now = await everything()
    if (Object.keys(now.register).length === 3) expect(now).toEqual(before)
  })
  expect(Object.keys((await everything()).register)).toHaveLength(2)
})

test('while two processes apply the same sync, one writes and the other finds it done', async () => {
  const confirmed = await engine.confirm(await engine.plan())
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
  const where = { companyId: place.companyId, syncId: confirmed.syncId }
  const views = await Promise.all([1, 2, 3].map(() => runApply(makeContext(database), where)))
  for (const view of views) expect(view).toEqual(views[0])
  expect((await everything()).journal.filter(({ sync_id }) => sync_id === confirmed.syncId)).toHaveLength(2)
})
