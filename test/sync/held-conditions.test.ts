import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { StandardField } from '../../src/model.ts'
import type { Condition } from '../../src/sync/core/conditions.ts'
import { identifierFigures } from '../../src/sync/identifier-figures.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { whatIf, whoMoves } from '../../src/sync/what-if.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeContext, type Place, readRegister, seedCache, seedConnection } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: ReturnType<typeof engineAt>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const ctx = () => makeContext(database)
const tree = (condition: Condition) => ({ version: 1 as const, match: 'all' as const, items: [condition] })
const IS = tree({ field: 'department', operator: 'is', value: 'Product' })
const IS_NOT = tree({ field: 'department', operator: 'is_not', value: 'Secret' })
const IS_EMPTY = tree({ field: 'department', operator: 'is_empty' })
async function syncIf(conditions: typeof IS) {
  const { version } = await getSettings(database.db, place)
  await saveSettings(ctx(), place, { conditions, version })
}
const hold = (fields: StandardField[]) =>
  database.db
    .updateTable('connection')
    .set({ held_fields: fields })
    .where('connection_id', '=', place.connectionId)
    .execute()

/** Ten are linked; then HR blanks the department of the first nine, and two blank newcomers come. */
beforeEach(async () => {
  place = await seedConnection(database.db)
  engine = engineAt(database, place)
  const ten = Array.from({ length: 10 }, (_, n) => person(n + 1))
  await seedCache(database.db, place, ten)
  await engine.sync()
  const blank = { department: null, jobTitle: 'Lead' }
  await seedCache(database.db, place, [
    ...ten.slice(0, 9).map((one) => ({ ...one, ...blank })),
    person(10, { jobTitle: 'Lead' }),
    person(21, blank),
    person(22, blank),
  ])
  await hold(['department'])
})

test.each([
  ['is', IS],
  ['is not', IS_NOT],
  ['is empty', IS_EMPTY],
])('a condition on a held field (%s) is not answered from its blanks', async (_, conditions) => {
  await syncIf(conditions)
  const before = await readRegister(database.db, place)
  const changes = await engine.changes()
  const blank = changes.filter(({ recordId }) => recordId !== '10')
  expect(blank).toHaveLength(11)
  for (const change of blank)
    expect(change).toMatchObject({ kind: 'conflict', reason: 'unreadable', fields: {} })
  // Who still has a value is answered by it.
  const kind = conditions === IS_EMPTY ? 'out_of_conditions' : 'update'
  expect(changes.filter(({ recordId }) => recordId === '10')).toMatchObject([{ kind }])
  if (conditions !== IS_EMPTY) await engine.sync()
  const after = await readRegister(database.db, place)
  const moved = Object.keys(after).filter((id) => JSON.stringify(after[id]) !== JSON.stringify(before[id]))
  expect(Object.keys(after)).toEqual(Object.keys(before))
  expect(moved).toHaveLength(conditions === IS_EMPTY ? 0 : 1)
})

test('explanation, preview and figures say the same as the plan', async () => {
  await syncIf(IS_NOT)
  for (const recordId of ['1', '21', '10']) {
    const why = await explainPerson(ctx(), place, recordId)
    expect([recordId, why?.conditions?.passes]).toEqual([recordId, recordId === '10' ? true : null])
    expect(why?.changes[0]?.kind).toBe(recordId === '10' ? 'update' : 'conflict')
  }
  expect((await engine.plan()).counts).toMatchObject({ people: 12, meeting: 1, conflict: 11 })
  expect(await whatIf(ctx(), place, IS_EMPTY)).toMatchObject({ before: 1, after: 0, inTotal: 0 })
  expect(await whoMoves(ctx(), place, IS_EMPTY, { side: 'out', offset: 0, limit: 5 })).toMatchObject([
    { name: 'Person10 Raman' },
  ])
  expect(await identifierFigures(ctx(), place, 'workEmail', IS_EMPTY)).toMatchObject({ people: 0 })
})

test('let through, the blanks are answers again', async () => {
  await syncIf(IS_EMPTY)
  await hold([])
  const { version } = await getSettings(database.db, place)
  await saveSettings(ctx(), place, { conditions: IS_EMPTY, version })
  expect((await engine.plan()).counts).toMatchObject({ meeting: 11, create: 2, out_of_conditions: 1 })
})
