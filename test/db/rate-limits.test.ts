import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseHandle, openDatabase } from '../../src/db/client.ts'
import {
  type Bucket,
  deleteIdleBuckets,
  leavePlace,
  pauseBuckets,
  takeTurn,
} from '../../src/db/rate-limits.ts'
import { paceOf } from '../../src/sync/core/pace.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let other: DatabaseHandle
beforeAll(async () => {
  database = await createTestDatabase()
  other = openDatabase(database.url)
})
afterAll(async () => {
  await other.close()
  await database.drop()
})

const HOUR_MS = 3_600_000
const pacedBucket = (requests: number, perMs: number): Bucket => ({
  key: randomBytes(32),
  ...paceOf({ requests, perMs }),
  atOnce: null,
})
const placeBucket = (atOnce: number): Bucket => ({
  key: randomBytes(32),
  spacingMs: 0,
  aheadMs: 0,
  atOnce,
})

const take = (buckets: Bucket[], handle: DatabaseHandle = database, id = randomUUID(), placeMs = HOUR_MS) =>
  takeTurn(handle.db, buckets, { id, placeMs })

/** As if it were so much later: nothing else in a bucket depends on the clock. */
async function letPass({ key }: Bucket, ms: number): Promise<void> {
  await sql`
    update rate_limit set next_at = next_at - ${ms}::float8 * interval '1 ms' where bucket = ${key}
  `.execute(database.db)
}

test('two processes together never exceed the rate, in no span of any beginning', async () => {
  const requests = 12
  const perMs = 60_000
  const step = fc.record({ passMs: fc.nat({ max: 30_000 }), tries: fc.integer({ min: 1, max: 6 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const bucket = pacedBucket(requests, perMs)
      let passedMs = 0
      const turns: { asked: number; got: number }[] = []
      for (const { passMs, tries } of steps) {
        await letPass(bucket, passMs)
        passedMs += passMs
        const tryOnce = async (handle: DatabaseHandle) => {
          const asked = passedMs + performance.now()
          const waitMs = await take([bucket], handle)
          if (waitMs === 0) turns.push({ asked, got: passedMs + performance.now() })
        }
        await Promise.all(
          Array.from({ length: tries }, (_, index) => tryOnce(index % 2 === 0 ? database : other)),
        )
      }
      // Each turn was given at some instant between asking and getting: no slow machine can make this red.
      turns.sort((a, b) => a.got - b.got)
      for (let first = 0; first + requests < turns.length; first++) {
        const span = turns.slice(first, first + requests + 1)
        const spanMs = Math.max(...span.map(({ got }) => got)) - Math.min(...span.map(({ asked }) => asked))
        expect(spanMs).toBeGreaterThanOrEqual(perMs)
      }
    }),
    // Without the search for a smaller example, which would take longer than the test may.
    { numRuns: 30, endOnFailure: true },
  )
})

test('what is allowed is given: a quarter at once, and one more after each pause', async () => {
  const bucket = pacedBucket(40, HOUR_MS)
  const first = await Promise.all(
    Array.from({ length: 12 }, (_, index) => take([bucket], index % 2 === 0 ? database : other)),
  )
  expect(first.filter((waitMs) => waitMs === 0)).toHaveLength(10)
  const waitMs = await take([bucket])
  expect(waitMs).toBeGreaterThan(100_000)
  expect(waitMs).toBeLessThanOrEqual(120_000)
  await letPass(bucket, waitMs)
  expect(await take([bucket])).toBe(0)
  expect(await take([bucket], other)).toBeGreaterThan(100_000)
})

test('a turn is taken in every limit or in none', async () => {
  const wide = pacedBucket(40, HOUR_MS)
  const narrow = pacedBucket(2, HOUR_MS)
  const places = placeBucket(1)
  const id = randomUUID()
  expect(await take([wide, narrow, places], database, id)).toBe(0)
  await leavePlace(database.db, [places], id)
  const before = await rowOf(wide)
  expect(await take([wide, narrow, places])).toBeGreaterThan(HOUR_MS / 2)
  expect(await rowOf(wide)).toEqual(before)
  expect((await rowOf(places)).places).toEqual({})
})

test('no more are under way at once than the vendor allows, whoever asks', async () => {
  const bucket = placeBucket(2)
  // The first ones race for a row that is not there yet.
  const ids = Array.from({ length: 10 }, () => randomUUID())
  const waits = await Promise.all(ids.map((id, index) => take([bucket], index % 2 ? other : database, id)))
  const holders = ids.filter((_, index) => waits[index] === 0)
  expect(holders).toHaveLength(2)

  expect(await take([bucket])).toBeGreaterThan(0)
  await leavePlace(other.db, [bucket], holders[0] ?? '')
  expect(await take([bucket])).toBe(0)
  expect(await take([bucket])).toBeGreaterThan(0)
})

test.each([
  ['turn', { key: randomBytes(32), spacingMs: HOUR_MS, aheadMs: HOUR_MS, atOnce: null }],
  ['place', placeBucket(2)],
])('of many who saw the last %s at the same moment, one gets it', async (_what, bucket) => {
  expect(await take([bucket])).toBe(0)
  const holder = await database.pool.connect()
  try {
    await holder.query('begin')
    await holder.query('select from rate_limit where bucket = $1 for update', [bucket.key])
    const racers = Array.from({ length: 6 }, (_each, index) => take([bucket], index % 2 ? other : database))
    const waiting = sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
    await expect
      .poll(async () => (await waiting.execute(database.db)).rows[0]?.n, { timeout: 10_000 })
      .toBe(racers.length)
    await holder.query('commit')
    expect((await Promise.all(racers)).filter((waitMs) => waitMs === 0)).toHaveLength(1)
  } finally {
    holder.release()
  }
})

test('the place of a process that was killed becomes free by itself, and is cleared away', async () => {
  const bucket = placeBucket(1)
  const killed = openDatabase(database.url)
  expect(await take([bucket], killed, randomUUID(), 400)).toBe(0)
  await killed.close()
  expect(await take([bucket])).toBeGreaterThan(0)
  await expect.poll(() => take([bucket]), { timeout: 10_000 }).toBe(0)
  expect(Object.keys((await rowOf(bucket)).places)).toHaveLength(1)
})

test('a pause holds everybody, is never shortened, and ends without a rush', async () => {
  const bucket = pacedBucket(40, HOUR_MS)
  const places = placeBucket(3)
  await pauseBuckets(other.db, [bucket, places], 600_000)
  await pauseBuckets(other.db, [bucket, places], 1_000)
  const waitMs = await take([bucket])
  expect(waitMs).toBeGreaterThan(500_000)
  expect(waitMs).toBeLessThanOrEqual(600_000)
  expect(await take([places])).toBeGreaterThan(500_000)
  await letPass(bucket, waitMs)
  await letPass(places, waitMs)
  expect(await take([bucket])).toBe(0)
  expect(await take([bucket])).toBeGreaterThan(0)
  expect(await take([places])).toBe(0)
  expect(await take([places])).toBe(0)
})

test('what is idle is deleted, and nothing that still means something', async () => {
  const idle = pacedBucket(40, 1_000)
  const busy = pacedBucket(40, HOUR_MS)
  const paused = placeBucket(1)
  for (const bucket of [idle, busy]) await take([bucket])
  await pauseBuckets(database.db, [paused], 600_000)
  await letPass(idle, 2 * HOUR_MS)
  await deleteIdleBuckets(database.db)
  expect(await rowOf(idle)).toBeUndefined()
  expect(await rowOf(busy)).toBeDefined()
  expect(await rowOf(paused)).toBeDefined()
  expect(await take([idle])).toBe(0)
})

test('many who ask for several limits in any order never block each other for good', async () => {
  const buckets = [placeBucket(3), placeBucket(3), pacedBucket(1_000_000, HOUR_MS)]
  const ask = async (index: number) => {
    const handle = index % 2 ? other : database
    const asked = index % 3 ? buckets : buckets.toReversed()
    const id = randomUUID()
    for (let round = 0; round < 10; round++) {
      if ((await take(asked, handle, id)) === 0) await leavePlace(handle.db, asked, id)
      if (round % 5 === 0) await pauseBuckets(handle.db, asked.toReversed(), 0)
    }
  }
  await Promise.all(Array.from({ length: 12 }, (_, index) => ask(index)))
  expect((await rowOf(buckets[0] as Bucket)).places).toEqual({})
})

async function rowOf({ key }: Bucket) {
  const row = await database.db
    .selectFrom('rate_limit')
    .selectAll()
    .where('bucket', '=', key)
    .executeTakeFirst()
  return row as NonNullable<typeof row>
}
