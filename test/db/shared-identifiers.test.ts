import { expect, test } from 'vitest'
import { surveyShared } from '../../src/db/shared-identifiers.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, seedCache, seedConnectionOf, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

const shared = (...values: string[]) => surveyShared(database.db, place, { identifier: 'workEmail', values })

const HALL = 'hall@acme.example'

test('who is gone from HR shares nothing, and neither does another connection', async () => {
  await seedCache(database.db, place, [person(1, { workEmail: HALL }), person(2, { workEmail: HALL })])
  await seedCache(database.db, place, [person(1, { workEmail: HALL })])
  const other = await seedConnectionOf(database.db, place.companyId, 'personio')
  await seedCache(database.db, other, [person(3, { workEmail: HALL })])
  expect(await shared(HALL)).toEqual({ people: new Map(), crowds: new Map() })
})

test('a crowd is where more than twenty have it on either side', async () => {
  const people = (n: number) => Array.from({ length: n }, (_, at) => person(at + 1, { workEmail: HALL }))
  for (let n = 0; n < 20; n++) await seedStakeholder(database.db, place, { workEmail: ` ${HALL} ` })
  await seedCache(database.db, place, people(21))
  expect((await shared(HALL)).crowds).toEqual(new Map())
  await seedStakeholder(database.db, place, { workEmail: HALL })
  expect((await shared(HALL)).crowds).toEqual(new Map([[HALL, 21]]))
  await seedCache(database.db, place, people(20))
  expect((await shared(HALL)).crowds).toEqual(new Map())
})

test('of those who share one the linked come first, and the rest are a number', async () => {
  const crowd = Array.from({ length: 40 }, (_, n) => person(n + 10, { workEmail: HALL }))
  // The last in order is the one that has a stakeholder.
  await seedCache(database.db, place, [person(99, { workEmail: HALL, firstName: 'Zoe', lastName: 'Adler' })])
  await engine.sync()
  await seedCache(database.db, place, [
    ...crowd,
    person(99, { workEmail: HALL, firstName: 'Zoe', lastName: 'Adler' }),
  ])

  const hall = (await shared(HALL, 'nobody@acme.example')).people.get(HALL)
  expect(hall?.people).toBe(41)
  expect(hall?.some).toHaveLength(21)
  expect(hall?.some.at(-1)).toMatchObject({ recordId: '99', employee: { firstName: 'Zoe' } })
  expect(hall?.some.map(({ recordId }) => recordId)).toEqual([
    ...crowd.slice(0, 20).map(({ recordId }) => recordId),
    '99',
  ])
})
