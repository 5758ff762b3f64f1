import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { getConnection } from '../../src/db/connections.ts'
import type { Employee } from '../../src/model.ts'
import { goOnWithout, letFieldThrough } from '../../src/sync/lost-fields.ts'
import type { CompleteRead, Page, Provider } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { providersWith, retrieve, seedLinkedConnection } from '../support/retrieval.ts'
import { makeContext, type Place, readRegister } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: ReturnType<typeof engineAt>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  place = await seedLinkedConnection(database)
  engine = engineAt(database, place)
  await read(forty())
  await engine.sync()
  // Blanks may empty the phone: without the alarm a lost field would empty the register.
  const { version } = await getSettings(database.db, place)
  const mapping = {
    version: 1 as const,
    fields: { phone: { owner: 'hr' as const, mayClear: true } },
    custom: [],
  }
  await saveSettings(makeContext(database), place, { mapping, version })
})

const forty = (over: (index: number) => Partial<Employee> = () => ({})) =>
  Array.from({ length: 40 }, (_, index) => person(index + 1, { phone: `+49 30 ${index}`, ...over(index) }))

function contextWith(people: readonly Employee[]) {
  async function* pages(): AsyncGenerator<Page, CompleteRead, void> {
    yield { rows: people, context: { today: '2026-11-23', layout: undefined }, expected: people.length }
    return { complete: true, expected: people.length }
  }
  const provider: Provider<Employee> = {
    ...hibob,
    pages,
    row: z.custom<Employee>(),
    recordIdOf: (raw) => (raw as Employee).recordId,
    toEmployee: (row) => row,
  }
  return makeContext(database, { providers: providersWith(provider) })
}
const read = (people: readonly Employee[]) => retrieve(contextWith(people), place)
const phones = async () =>
  Object.values(await readRegister(database.db, place)).filter((fields) => fields['phone'] !== undefined)
    .length

test('a field that loses its values is held and the rest is written', async () => {
  await read(forty(() => ({ phone: null, jobTitle: 'Lead' })))
  expect((await getConnection(database.db, place.companyId, place.connectionId)).held_fields).toEqual([
    'phone',
  ])
  expect((await engine.sync()).counts).toMatchObject({ updated: 40 })
  expect(await phones()).toBe(40)
  expect(
    Object.values(await readRegister(database.db, place)).every((fields) => fields['jobTitle'] === 'Lead'),
  ).toBe(true)
})

test('it is free again once the values are back, and nothing was lost', async () => {
  await read(forty(() => ({ phone: null })))
  await read(forty())
  expect((await getConnection(database.db, place.companyId, place.connectionId)).held_fields).toEqual([])
  expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { unchanged: 40 } })
})

test('a person may let it through: then the blanks are planned, and held by the brake on blanks', async () => {
  await read(forty(() => ({ phone: null })))
  expect((await engine.plan()).toApply).toBe(0)
  await letFieldThrough(makeContext(database), place, 'phone')
  const plan = await engine.plan()
  expect(plan.holds).toEqual([{ brake: 'blanks', count: 40, of: 40, allowed: 3 }])
  await read(forty(() => ({ phone: null })))
  expect((await getConnection(database.db, place.companyId, place.connectionId)).held_fields).toEqual([])
  await engine.sync({ knowingly: 40 })
  expect(await phones()).toBe(0)
})

test('only what is held can be let through: a second one is told, and no plan is overtaken by it', async () => {
  const { version } = await getSettings(database.db, place)
  await expect(letFieldThrough(makeContext(database), place, 'phone')).rejects.toMatchObject({
    code: 'conflict',
  })
  expect((await getSettings(database.db, place)).version).toBe(version)
})

test('a field that is no longer delivered fails the read until a person says to go on without it', async () => {
  const without = forty(() => ({ phone: null, unread: ['phone'] }))
  const failed = await read(without)
  expect(failed).toMatchObject({
    status: 'failed',
    error_code: 'provider_forbidden',
    unread_fields: ['phone'],
  })
  await goOnWithout(makeContext(database), place, ['phone'])
  expect(await read(without)).toMatchObject({ status: 'complete' })
  expect(await engine.plan()).toMatchObject({ toApply: 0 })
  expect(await phones()).toBe(40)
})

test('a field given up that came back fails the read when it goes again', async () => {
  const without = forty(() => ({ phone: null, unread: ['phone'] }))
  await read(without)
  await goOnWithout(makeContext(database), place, ['phone'])
  expect(await read(without)).toMatchObject({ status: 'complete' })
  expect(await read(without)).toMatchObject({ status: 'complete' })
  expect(await read(forty())).toMatchObject({ status: 'complete' })
  expect(await read(without)).toMatchObject({ status: 'failed' })
})

test('only what the last read failed for can be given up', async () => {
  const without = forty(() => ({ phone: null, unread: ['phone'] }))
  await expect(goOnWithout(makeContext(database), place, ['phone'])).rejects.toMatchObject({
    code: 'conflict',
  })
  await read(without)
  await expect(goOnWithout(makeContext(database), place, ['phone', 'status'])).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await read(without)).toMatchObject({ status: 'failed' })
  expect(await phones()).toBe(40)
})
