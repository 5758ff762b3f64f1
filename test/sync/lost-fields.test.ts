import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { getConnection } from '../../src/db/connections.ts'
import type { Employee } from '../../src/model.ts'
import { NO_CONDITIONS } from '../../src/sync/core/conditions.ts'
import { DEFAULT_LIMITS } from '../../src/sync/core/guard.ts'
import { goOnWithout, letFieldThrough, listHeldFields } from '../../src/sync/lost-fields.ts'
import { getOverview } from '../../src/sync/overview.ts'
import type { CompleteRead, Page, Provider } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { getSettings, saveLimits, saveSettings, stampOfLimits } from '../../src/sync/settings.ts'
import { explainPerson } from '../../src/sync/why.ts'
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

test('who was synced while it was held gets its value once it is free, though HR states the same as then', async () => {
  const one = { phone: '+44 20 7946', jobTitle: 'Lead' }
  const newcomer = person(41, { phone: '+44 20 7947' })
  await read([...forty((index) => (index === 0 ? one : { phone: null })), newcomer])
  expect((await engine.sync()).counts).toMatchObject({ created: 1, updated: 1 })
  expect(await phones()).toBe(40)
  await read([...forty((index) => (index === 0 ? one : {})), newcomer])
  expect((await engine.plan()).counts).toMatchObject({ update: 2, unchanged: 39 })
  await engine.sync()
  expect(await phones()).toBe(41)
  const register = Object.values(await readRegister(database.db, place))
  expect(register.filter((fields) => fields['phone'] === one.phone)).toHaveLength(1)
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
  const overview = await getOverview(makeContext(database), place.companyId)
  expect(overview.connections[0]?.heldFields).toMatchObject([{ field: 'phone', delivered: false }])
  await read(forty(() => ({ phone: null })))
  const blank = await getOverview(makeContext(database), place.companyId)
  expect(blank.connections[0]?.heldFields).toMatchObject([{ field: 'phone', delivered: true }])
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

describe('a mapped custom field', () => {
  const size = (value: string | null) => forty(() => ({ custom: { tshirt: value } }))
  const sizes = async () =>
    Object.values(await readRegister(database.db, place)).filter((fields) => fields['custom:size'] === 'M')
      .length
  const held = async () =>
    await listHeldFields(
      makeContext(database),
      await getConnection(database.db, place.companyId, place.connectionId),
    )

  beforeEach(async () => {
    await database.db
      .insertInto('connection_field')
      .values({
        company_id: place.companyId,
        connection_id: place.connectionId,
        field_id: 'tshirt',
        label: 'T-shirt size',
        type: 'text',
        category: 'Perks',
        listed_at: new Date(),
        state: 'connected',
        request_id: randomUUID(),
      })
      .execute()
    const { version } = await getSettings(database.db, place)
    const custom = [{ from: 'tshirt', to: 'size', label: 'Size', owner: 'hr' as const, mayClear: true }]
    await read(size('M'))
    await saveSettings(makeContext(database), place, {
      mapping: { version: 1, fields: {}, custom },
      version,
    })
    await engine.sync()
    expect(await sizes()).toBe(40)
  })

  test('is asked about by its values while it is held, and why says the same as the plan', async () => {
    const item = { field: 'custom:tshirt', operator: 'is' as const, value: 'M' }
    const conditions = { version: 1 as const, match: 'all' as const, items: [item] }
    const { version } = await getSettings(database.db, place)
    await saveSettings(makeContext(database), place, { conditions, version })
    await read(forty((index) => ({ custom: { tshirt: index === 0 ? 'M' : null }, jobTitle: 'Lead' })))
    expect((await engine.plan()).counts).toMatchObject({ meeting: 1, update: 1, conflict: 39 })
    for (const [recordId, passes, kind] of [
      ['1', true, 'update'],
      ['2', null, 'conflict'],
    ] as const) {
      const why = await explainPerson(makeContext(database), place, recordId)
      expect([why?.conditions?.passes, why?.changes[0]?.kind]).toEqual([passes, kind])
    }
  })

  test('is held when it loses its values, and says so by its label; the rest is written', async () => {
    for (const custom of [{ tshirt: null }, {}]) {
      await read(forty(() => ({ custom, jobTitle: `Lead ${Object.keys(custom).length}` })))
      expect(await held()).toEqual([
        {
          field: 'custom:tshirt',
          label: 'T-shirt size',
          where: expect.stringContaining('tick View for Perks'),
          delivered: 'tshirt' in custom,
        },
      ])
      expect((await engine.sync()).counts).toMatchObject({ updated: 40 })
      expect(await sizes()).toBe(40)
    }
    const overview = await getOverview(makeContext(database), place.companyId)
    expect(overview.connections[0]?.heldFields).toMatchObject([{ label: 'T-shirt size' }])
    // Said once, where it is said that nothing is written.
    expect(overview.connections[0]?.fieldProblems).toEqual([])
    await read(size('M'))
    expect(await held()).toEqual([])
  })

  test('that only a condition asks about is held as well, and its blanks let nobody in', async () => {
    const item = { field: 'custom:tshirt', operator: 'is_not' as const, value: 'Contractor' }
    const conditions = { version: 1 as const, match: 'all' as const, items: [item] }
    const { version } = await getSettings(database.db, place)
    const mapping = { version: 1 as const, fields: {}, custom: [] }
    const joined = person(99, { custom: { tshirt: 'Contractor' } })
    await saveSettings(makeContext(database), place, { conditions, mapping, version })
    await read([...size('M'), joined])
    expect((await engine.plan()).counts).toMatchObject({ meeting: 40, create: 0 })
    await read([...size(null), person(99, { custom: { tshirt: null } })])
    expect(await held()).toMatchObject([{ field: 'custom:tshirt' }])
    expect((await engine.plan()).counts).toMatchObject({ meeting: 0, create: 0, conflict: 41 })

    // Once nothing asks about it any more nobody has to answer for it.
    const settings = await getSettings(database.db, place)
    await saveSettings(makeContext(database), place, {
      conditions: NO_CONDITIONS,
      version: settings.version,
    })
    expect(await held()).toEqual([])
    await expect(letFieldThrough(makeContext(database), place, 'custom:tshirt')).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('may be let through, and its blanks are then held by the brake on blanks', async () => {
    await read(size(null))
    expect((await engine.plan()).toApply).toBe(0)
    expect(await letFieldThrough(makeContext(database), place, 'custom:tshirt')).toMatchObject({
      label: 'T-shirt size',
    })
    expect((await engine.plan()).holds).toMatchObject([{ brake: 'blanks', count: 40 }])
    await read(size(null))
    expect(await held()).toEqual([])
    expect(await sizes()).toBe(40)
  })

  test('is not held within the limit that the company set for it', async () => {
    const limits = { ...DEFAULT_LIMITS, coverage: { absolute: 3, percent: 100 } }
    await saveLimits(makeContext(database), place.companyId, { limits, seen: stampOfLimits(DEFAULT_LIMITS) })
    await read(size(null))
    expect(await held()).toEqual([])
  })
})
