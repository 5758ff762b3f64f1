import { afterAll, beforeAll, expect, test } from 'vitest'
import { getOverview } from '../../src/sync/overview.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeContext, seedCache, seedConnection } from '../support/seed.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const conflictsIn = async (companyId: string) =>
  (await getOverview(makeContext(database), companyId)).connections.map(({ conflicts }) => conflicts)

test('why people need a look is counted for each reason, of this plan and of nobody else in it', async () => {
  const place = await seedConnection(database.db)
  const engine = engineAt(database, place)
  const shared = { workEmail: 'info@acme.example' }
  const blank = { workEmail: null }
  await seedCache(database.db, place, [person(1, blank), person(2, blank), person(3, blank), person(4)])
  expect(await conflictsIn(place.companyId)).toEqual([
    { identifier: 'workEmail', reasons: [{ reason: 'no_identifier', people: 3 }] },
  ])
  await seedCache(database.db, place, [
    person(1, { ...blank, status: 'left' }),
    person(2, blank),
    person(3, shared),
    person(4, shared),
    person(5),
  ])
  expect(await conflictsIn(place.companyId)).toEqual([
    {
      identifier: 'workEmail',
      reasons: [
        { reason: 'shared_identifier', people: 2 },
        { reason: 'no_identifier', people: 1 },
      ],
    },
  ])
  expect((await engine.plan()).counts).toMatchObject({ conflict: 3, skip: 1, create: 1 })
})

test('where nobody needs a look, no reason is asked for', async () => {
  const place = await seedConnection(database.db)
  expect(await conflictsIn(place.companyId)).toEqual([null])
  await seedCache(database.db, place, [person(1)])
  expect(await conflictsIn(place.companyId)).toEqual([null])
})
