import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { surveyPeople } from '../../src/db/survey.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, seedCache, seedConnectionOf } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const identifier = 'workEmail'
const meets = sql<boolean>`c.employee ->> 'jobTitle' = 'CTO'`
const survey = () =>
  database.db.transaction().execute((trx) => surveyPeople(trx, place, { identifier, meets }))

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
})
