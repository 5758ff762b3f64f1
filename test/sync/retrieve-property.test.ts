import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FaultInput } from '../../demo/hris/faults.ts'
import { type Hris, startHris } from '../../demo/hris/server.ts'
import { runApply } from '../../src/sync/apply.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { cacheImage, providersOf, retrieve, seedLinkedConnection } from '../support/retrieval.ts'
import { makeContext, type Place, readRegister } from '../support/seed.ts'

let database: TestDatabase
let hris: Hris
let place: Place
const now = new Date('2026-11-23T12:00:00Z')
const context = () => makeContext(database, { now, providers: providersOf(hris) })

beforeAll(async () => {
  database = await createTestDatabase()
  hris = await startHris({ people: 250, today: '2026-11-23', rateLimit: null })
  place = await seedLinkedConnection(database)
  expect((await retrieve(context(), place)).status).toBe('complete')
  const plan = await currentPlan(context(), place)
  const answer = await confirmPlan(context(), {
    ...place,
    planId: plan!.planId,
    hash: plan!.hash,
    knowingly: plan!.holds[0]?.count ?? 0,
  })
  if (answer.outcome !== 'confirmed') throw new Error(answer.outcome)
  await runApply(context(), { ...place, syncId: answer.syncId })
})
afterAll(async () => {
  await hris?.close()
  await database?.drop()
})

/** `after` counts searches: the first lists the ids, the others bring the people. */
const after = fc.nat({ max: 2 })
const keepPercent = fc.integer({ min: 1, max: 90 })
const anyFault: fc.Arbitrary<FaultInput> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('unauthorized', 'rate_limited', 'unavailable', 'wrong_type', 'empty'),
    after,
  }),
  fc.record({
    kind: fc.constant('truncated' as const),
    after,
    keepPercent,
    ending: fc.constantFrom('closed', 'dropped'),
  }),
  fc.record({ kind: fc.constant('shrink' as const), after: fc.integer({ min: 1, max: 2 }), keepPercent }),
  fc.record({
    kind: fc.constant('missing_field' as const),
    field: fc.constantFrom('root.email', 'work.title'),
  }),
)

test('a retrieval that fails, breaks off or is partly forbidden at any point makes nobody left or vanished', async () => {
  const [cache, register] = [await cacheImage(database, place), await readRegister(database.db, place)]
  const before = await currentPlan(context(), place)
  await fc.assert(
    fc.asyncProperty(anyFault, async (fault) => {
      hris.control.reset()
      hris.control.addFault(fault)
      expect((await retrieve(context(), place)).status).toBe('failed')
      expect(await cacheImage(database, place)).toBe(cache)
      const plan = await currentPlan(context(), place)
      expect(plan).toMatchObject({ hash: before?.hash, toApply: 0, counts: { left: 0, vanished: 0 } })
    }),
    { numRuns: 10 },
  )
  expect(await readRegister(database.db, place)).toEqual(register)
})
