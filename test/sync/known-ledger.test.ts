import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { getConnection } from '../../src/db/connections.ts'
import { findRetrieval, type RetrievalRow } from '../../src/db/retrievals.ts'
import { type Session, withSessionLock } from '../../src/db/session-lock.ts'
import { RollcallError } from '../../src/errors.ts'
import type { Context } from '../../src/sync/context.ts'
import { removeConnection } from '../../src/sync/disconnect.ts'
import { openKnownLedger } from '../../src/sync/known-ledger.ts'
import type { CompleteRead, Page, Provider } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import type { RecordLedger } from '../../src/sync/record-ledger.ts'
import { requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { providersWith, retrieve, seedLinkedConnection } from '../support/retrieval.ts'
import { personRow, type Row, rowsAsTheyAre } from '../support/rows.ts'
import { makeContext, type Place } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let minutes = 0

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.drop())
beforeEach(async () => {
  place = await seedLinkedConnection(database)
})

/** An HR system that has these rows, and `breaks off` behind them. */
function contextOf(rows: readonly Row[], breaksOff = false): Context {
  async function* pages(): AsyncGenerator<Page, CompleteRead, void> {
    yield { rows, context, expected: null }
    if (breaksOff) throw new RollcallError('provider_bad_answer', 'The line went dead.')
    return { complete: true, expected: null }
  }
  const context = { today: '2026-11-23', layout: null }
  const provider: Provider<Row> = {
    ...hibob,
    ...rowsAsTheyAre,
    pages,
    people: async (_, { recordIds }) => ({
      rows: rows.filter(({ id }) => id !== null && recordIds.includes(id)),
      context,
    }),
  }
  const now = new Date(Date.UTC(2026, 10, 23, 12, minutes++))
  return makeContext(database, { providers: providersWith(provider), now })
}

const people = (count: number, over: Partial<Row> = {}) =>
  Array.from({ length: count }, (_, n) => personRow(`${n}`, over))

/** A second read leaves a ledger, which a first one does not. */
async function readTwice(rows: readonly Row[]): Promise<void> {
  await retrieve(contextOf(rows), place)
  await retrieve(contextOf(rows), place)
}

const inSession = <T>(work: (session: Session) => Promise<T>) => withSessionLock(database.pool, 'test', work)

/** As the next read opens it. */
async function openLedger(attempts = 1): Promise<RecordLedger> {
  const connection = await getConnection(database.db, place.companyId, place.connectionId)
  const lastId = connection.cache_retrieval_id
  const last = lastId === null ? undefined : await findRetrieval(database.db, place.companyId, lastId)
  const retrieval = { attempts } as RetrievalRow
  return await inSession((session) => openKnownLedger(session, connection, { retrieval, last }))
}

/** That a ledger knows of the cache what the cache says of itself. */
async function expectToKnowTheCache(ledger: RecordLedger): Promise<void> {
  const cached = await database.db
    .selectFrom('cached_employee')
    .select(['record_id', 'hash', 'vanished_at', 'problem'])
    .where('connection_id', '=', place.connectionId)
    .execute()
  expect(ledger.missing).toBe(cached.filter((row) => row.vanished_at === null).length)
  for (const { hash, problem, record_id, vanished_at } of cached)
    expect([record_id, ledger.see(record_id, hash.toString('hex'))]).toEqual([
      record_id,
      {
        isFirst: true,
        isKnown: true,
        wasPresent: vanished_at === null,
        wasReadable: problem === null,
        isSame: true,
      },
    ])
  expect(ledger.see('nobody', 'f'.repeat(64)).isKnown).toBe(false)
}

async function readSome(ctx: Context, ids: readonly string[]): Promise<RetrievalRow> {
  const { retrievalId } = await requestRetrieval(ctx, place, { targets: ids })
  return await runRetrieval(ctx, { companyId: place.companyId, retrievalId }, () => undefined)
}

test('whatever was read, the next read knows of the cache what the cache says of itself', async () => {
  const id = fc.nat({ max: 30 }).map(String)
  const row = fc
    .record({
      id,
      jobTitle: fc.constantFrom('A', 'B'),
      startDate: fc.constantFrom('2026-01-01', '2026-02-30'),
    })
    .map((over) => personRow(over.id, over))
  const everybody = fc.array(row, { minLength: 1, maxLength: 60 })
  const act = fc.oneof(
    { weight: 5, arbitrary: everybody.map((rows) => ({ kind: 'everybody' as const, rows })) },
    { weight: 2, arbitrary: fc.constant({ kind: 'again' as const }) },
    { weight: 2, arbitrary: everybody.map((rows) => ({ kind: 'some' as const, rows })) },
    { weight: 1, arbitrary: everybody.map((rows) => ({ kind: 'broken' as const, rows })) },
  )
  let restored = 0
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 12 }), async (acts) => {
      place = await seedLinkedConnection(database)
      let rows = people(40)
      await retrieve(contextOf(rows), place)
      for (const act of acts) {
        if (act.kind === 'everybody') rows = [...people(12, { jobTitle: 'Lead' }), ...act.rows]
        if (act.kind === 'some') await readSome(contextOf(act.rows), [act.rows[0]?.id ?? ''])
        else await retrieve(contextOf(rows, act.kind === 'broken'), place)
        const ledger = await openLedger()
        if (ledger.isRestored) restored += 1
        await expectToKnowTheCache(ledger)
      }
    }),
    { numRuns: 8 },
  )
  // Or it would be the cache that says it each time.
  expect(restored).toBeGreaterThan(10)
})

test('what the last read left is taken, also when nothing changed', async () => {
  await readTwice(people(3))
  const { seed } = await openLedger()
  expect(await retrieve(contextOf(people(3)), place)).toMatchObject({ unchanged: 3 })
  const ledger = await openLedger()
  expect(ledger).toMatchObject({ isRestored: true, seed, missing: 3 })
  expect(await retrieve(contextOf(people(4)), place)).toMatchObject({ unchanged: 3, added: 1 })
  expect(await openLedger()).toMatchObject({ isRestored: true, seed, missing: 4 })
  expect(await retrieve(contextOf(people(3)), place)).toMatchObject({ unchanged: 3, vanished: 1 })
  const last = await openLedger()
  expect(last).toMatchObject({ isRestored: true, seed, missing: 3 })
  await expectToKnowTheCache(last)
})

test('a first read leaves nothing, and the second asks the cache', async () => {
  await retrieve(contextOf(people(3)), place)
  const ledger = await openLedger()
  expect(ledger.isRestored).toBe(false)
  await expectToKnowTheCache(ledger)
  expect(await retrieve(contextOf(people(3)), place)).toMatchObject({ unchanged: 3 })
  expect((await openLedger()).isRestored).toBe(true)
})

test('what was left before a read that left nothing, by an older version say, is not taken', async () => {
  await readTwice(people(3))
  await database.db.updateTable('kept_ledger').set({ retrieval_id: randomUUID() }).execute()
  const ledger = await openLedger()
  expect(ledger.isRestored).toBe(false)
  await expectToKnowTheCache(ledger)
})

test('after a read of a few people the cache is asked itself', async () => {
  await readTwice(people(40))
  expect(await readSome(contextOf(people(40, { jobTitle: 'Lead' })), ['7'])).toMatchObject({ changed: 1 })
  expect((await openLedger()).isRestored).toBe(false)
  expect(await retrieve(contextOf(people(40)), place)).toMatchObject({ changed: 1, unchanged: 39 })
  expect((await openLedger()).isRestored).toBe(true)
})

test('after a read that failed, and in one that was interrupted, another seed is taken', async () => {
  await readTwice(people(40))
  const { seed } = await openLedger()
  expect(await openLedger(2)).toMatchObject({ isRestored: false })
  expect((await openLedger(2)).seed).not.toBe(seed)
  expect(await retrieve(contextOf([]), place)).toMatchObject({ status: 'failed' })
  expect(await openLedger()).toMatchObject({ isRestored: false })
  expect(await retrieve(contextOf(people(40)), place)).toMatchObject({ status: 'complete', unchanged: 40 })
  const next = await openLedger()
  expect(next.isRestored).toBe(true)
  expect(next.seed).not.toBe(seed)
})

test('nothing of it stays when the HR system is disconnected', async () => {
  const kept = () =>
    database.db.selectFrom('kept_ledger').where('company_id', '=', place.companyId).select('part').execute()
  await readTwice(people(3))
  expect(await kept()).toHaveLength(1)
  await removeConnection(contextOf([]), place.companyId, place.connectionId)
  expect(await kept()).toEqual([])
})
