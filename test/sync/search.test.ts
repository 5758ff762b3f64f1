import { expect, test } from 'vitest'
import { listJournalRows } from '../../src/db/journal.ts'
import type { Employee } from '../../src/model.ts'
import { listChanges } from '../../src/sync/plan.ts'
import { findConflict } from '../../src/sync/resolve.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeContext, type Place, seedCache, seedConnection } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

const page = { offset: 0, limit: 50 }
const found = async (search: string) => {
  const { planId } = await engine.plan()
  const { items, total } = await listChanges(database.db, place.companyId, planId, { ...page, search })
  expect(total).toBe(items.length)
  return items.map(({ recordId }) => recordId).toSorted()
}
const written = async (syncId: string, search: string) => {
  const { items } = await listJournalRows(database.db, place.companyId, syncId, { ...page, search })
  return items.map((row) => row.record_id).toSorted()
}
const six = (over: Partial<Employee> = {}) => [1, 2, 3, 4, 5, 6].map((n) => person(n, over))

test('somebody is found by email whatever happens to them: updated, left, vanished, in conflict', async () => {
  await seedCache(database.db, place, six())
  await engine.sync()
  await seedCache(database.db, place, [
    person(1, { jobTitle: 'CTO' }),
    person(2, { status: 'left', endDate: '2026-10-31' }),
    person(4),
    person(5, { workEmail: 'new@acme.example' }),
    person(6),
    person(8, { workEmail: 'twice@acme.example' }),
    person(9, { workEmail: 'Twice@acme.example' }),
  ])
  for (const n of ['1', '2', '3']) expect(await found(`P${n}@acme`)).toEqual([n])
  expect(await found('twice@')).toEqual(['8', '9'])
  // The email that goes and the one that comes.
  expect([await found('p5@acme'), await found('new@acme')]).toEqual([['5'], ['5']])
  expect(await found('p4@acme')).toEqual([])

  const { syncId } = await engine.sync()
  for (const n of ['1', '2', '5']) expect(await written(syncId, `p${n}@acme`)).toEqual([n])
  expect(await written(syncId, 'Person2')).toEqual(['2'])
  expect(await written(syncId, 'p4@acme')).toEqual([])
})

test('nobody of another connection or company is found in their stead', async () => {
  const other = await seedConnection(database.db)
  await seedCache(database.db, other, [person(1, { workEmail: 'elsewhere@acme.example' })])
  await engineAt(database, other).sync()
  await seedCache(database.db, place, [person(1)])
  expect(await found('elsewhere@')).toEqual([])
})

test('a percent sign, an underscore and a backslash are themselves', async () => {
  await seedCache(database.db, place, [
    person(1, { firstName: '100 %' }),
    person(2, { workEmail: 'a_b@acme.example' }),
    person(3, { workEmail: 'axb@acme.example' }),
    person(4, { firstName: 'Back\\slash' }),
  ])
  expect(await found('%')).toEqual(['1'])
  expect(await found('a_b')).toEqual(['2'])
  expect(await found('\\')).toEqual(['4'])
  const { syncId } = await engine.sync()
  expect(await written(syncId, '%')).toEqual(['1'])
  expect(await written(syncId, 'a_b')).toEqual(['2'])
  expect(await written(syncId, '\\')).toEqual(['4'])
})

test('a conflict is found by its record, however many names hold its id', async () => {
  const many = Array.from({ length: 130 }, (_, n) => person(n + 2, { workEmail: null, firstName: `A1 ${n}` }))
  await seedCache(database.db, place, [...many, person(1, { workEmail: null, firstName: 'Zed' })])
  expect(await findConflict(makeContext(database), place, '1')).toMatchObject({ name: 'Zed Raman' })
  expect(await findConflict(makeContext(database), place, 'A1')).toBeUndefined()
})
