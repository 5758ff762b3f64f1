import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { findShared } from '../../src/db/shared-identifiers.ts'
import { surveyPeople } from '../../src/db/survey.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, seedCache, seedConnectionOf } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

const identifier = 'workEmail'
const meets = sql<boolean>`c.employee ->> 'jobTitle' = 'CTO'`
const survey = () =>
  database.db.transaction().execute((trx) => surveyPeople(trx, place, { identifier, meets }))
const sharersOf = async (...values: string[]) =>
  (await findShared(database.db, place, { identifier, values })).people

const HALL = 'hall@acme.example'
const DESK = 'desk@acme.example'

test('everybody is counted, and identifiers that several have are named, in whatever letters they stand', async () => {
  expect(await survey()).toEqual({ people: 0, meeting: 0, sharedIdentifiers: [] })
  await seedCache(database.db, place, [
    person(1, { workEmail: HALL, jobTitle: 'CTO' }),
    person(2, { workEmail: ' Hall@ACME.example' }),
    person(3, { workEmail: DESK }),
    person(4, { workEmail: DESK, jobTitle: 'CTO' }),
    person(5, { workEmail: null }),
    person(6, { workEmail: null }),
    person(7, { workEmail: 'own@acme.example' }),
  ])
  const { sharedIdentifiers, ...counts } = await survey()
  expect(counts).toEqual({ people: 7, meeting: 2 })
  expect(sharedIdentifiers.toSorted()).toEqual([DESK, HALL])
})

test('who is gone from HR counts for nothing, and neither does another connection', async () => {
  await seedCache(database.db, place, [person(1, { workEmail: HALL }), person(2, { workEmail: HALL })])
  await seedCache(database.db, place, [person(1, { workEmail: HALL })])
  const other = await seedConnectionOf(database.db, place.companyId, 'personio')
  await seedCache(database.db, other, [person(3, { workEmail: HALL })])
  expect(await survey()).toEqual({ people: 1, meeting: 0, sharedIdentifiers: [] })
  expect(await sharersOf(HALL)).toEqual(new Map())
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

  const hall = (await sharersOf(HALL, 'nobody@acme.example')).get(HALL)
  expect(hall?.people).toBe(41)
  expect(hall?.some).toHaveLength(21)
  expect(hall?.some.at(-1)).toMatchObject({ recordId: '99', employee: { firstName: 'Zoe' } })
  expect(hall?.some.map(({ recordId }) => recordId)).toEqual([
    ...crowd.slice(0, 20).map(({ recordId }) => recordId),
    '99',
  ])
})
