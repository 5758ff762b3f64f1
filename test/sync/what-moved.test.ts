import { afterAll, beforeAll, expect, test } from 'vitest'
import { PLAN_KINDS, type PlanCounts } from '../../src/model.ts'
import type { PlanView } from '../../src/sync/plan.ts'
import { compareWith, whatMoved } from '../../src/sync/what-moved.ts'
import { counts } from '../bot/support/fixtures.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { type Place, seedCache, seedConnection } from '../support/seed.ts'

let database: TestDatabase
let place: Place
beforeAll(async () => {
  database = await createTestDatabase()
  place = await seedConnection(database.db)
})
afterAll(() => database.drop())

const planOf = (some: Partial<PlanCounts>) => ({ counts: counts(some) }) as PlanView

test('every kind of change that moved between two plans is named; who stays unchanged is not one', () => {
  for (const kind of PLAN_KINDS.filter((it) => it !== 'unchanged')) {
    const [more, ...others] = whatMoved(planOf({}), planOf({ [kind]: 2 }))
    expect(more).toMatch(/^2 more \S/)
    expect(others).toEqual([])
    expect(whatMoved(planOf({ [kind]: 2 }), planOf({ unchanged: 2 }))).toEqual([
      more?.replaceAll('more', 'fewer'),
    ])
  }
  expect(whatMoved(planOf({}), planOf({ vanished: 1, link: 3 }))).toEqual([
    '3 more matched with nothing to write',
    '1 more missing from HR',
  ])
  expect(whatMoved(planOf({ update: 13 }), planOf({ update: 13, left: 1 }))).toEqual([
    '1 more to update (1 more who left)',
  ])
  expect(whatMoved(planOf({ update: 13 }), planOf({ update: 12, left: 1 }))).toEqual(['1 more who left'])
  expect(whatMoved(planOf({ update: 1, left: 2 }), planOf({ update: 1, returned: 1 }))).toEqual([
    '1 fewer to update (2 fewer who left, 1 more who came back)',
  ])
  expect(whatMoved(planOf({}), planOf({ unchanged: 1 }))).toEqual([])
})

test('of two plans with the same numbers those are named of whom they differ, up to three, while both are kept', async () => {
  const six = [1, 2, 3, 4, 5, 6]
  const planFor = async (titled: readonly number[]) => {
    const people = six.map((n) => person(n, titled.includes(n) ? { jobTitle: `Lead ${n}` } : {}))
    await seedCache(database.db, place, people)
    return await engineAt(database, place).plan()
  }
  const compare = (...[before, after]: [PlanView, PlanView]) =>
    compareWith(database.db, place.companyId, before, after)
  const none = await planFor([])
  const some = await planFor([2, 4])
  expect(await compare(none, some)).toEqual({
    sentences: [],
    people: { names: ['Person2 Raman', 'Person4 Raman'], total: 2 },
  })
  const all = await planFor(six)
  const first = ['Person1 Raman', 'Person3 Raman', 'Person5 Raman']
  expect(await compare(some, all)).toMatchObject({ people: { names: first, total: 4 } })
  expect(await compare(all, all)).toEqual({ sentences: [], people: null })

  await database.db.deleteFrom('plan_change').where('plan_id', '=', some.planId).execute()
  expect(await compare(some, all)).toEqual({ sentences: [], people: null })
})
