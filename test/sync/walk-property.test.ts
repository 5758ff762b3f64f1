import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyChains } from '../../src/sync/chain.ts'
import { leaveOut } from '../../src/sync/leave-out.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt } from '../support/engine.ts'
import { makeContext, seedCache, seedConnection } from '../support/seed.ts'
import { hired } from '../support/walk/hr.ts'
import { seedTwoConnections } from '../support/walk/reading.ts'
import { anyWalk, walk } from '../support/walk/walk.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** More and longer walks, or one of before: `WALKS=200 WALK_STEPS=60 WALK_SEED=7 npx vitest run <this file>`. */
const { WALKS = '10', WALK_STEPS = '40', WALK_SEED } = process.env

test('whatever HR, the register and an admin do in whatever order, the promises hold after each step', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyWalk(Number(WALK_STEPS)), async (any) => {
      await walk(database, any)
      for (const { firstBroken } of await verifyChains(database.db)) expect(firstBroken).toBeNull()
    }),
    { numRuns: Number(WALKS), ...(WALK_SEED !== undefined && { seed: Number(WALK_SEED) }) },
  )
})

describe('what a walk found', () => {
  test('somebody unlinked who was left out and then vanished: Why says what the plan says', async () => {
    const place = await seedConnection(database.db)
    await seedCache(database.db, place, [hired(1), hired(2)])
    await leaveOut(makeContext(database), place, '1')
    await seedCache(database.db, place, [hired(2)])
    const why = await explainPerson(makeContext(database), place, '1')
    const rows = (await engineAt(database, place).changes()).filter(({ recordId }) => recordId === '1')
    expect(rows.map(({ reason }) => reason)).toEqual(why?.changes.map(({ reason }) => reason))
  })

  test('a conflict names somebody of the other connection as they are called now', async () => {
    const [place, other] = await seedTwoConnections(database)
    await seedCache(database.db, place, [hired(1)])
    await engineAt(database, place).sync()
    await seedCache(database.db, other, [hired(1)])
    await engineAt(database, other).plan()
    await seedCache(database.db, place, [hired(1, { firstName: 'Ana' })])
    const [conflict] = await engineAt(database, other).changes()
    expect(conflict).toMatchObject({
      reason: 'two_connections',
      reasonText: expect.stringContaining('Ana Raman'),
    })
  })
})
