import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_LIMITS, type Limits } from '../../src/sync/core/guard.ts'
import { identifierFigures } from '../../src/sync/identifier-figures.ts'
import { getCompanyLimits, saveLimits, stampOfLimits } from '../../src/sync/settings.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeContext, readRegister, seedCache, seedConnection } from '../support/seed.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const ctx = () => makeContext(database)
const with_ = (some: Partial<Limits>): Limits => ({ ...DEFAULT_LIMITS, ...some })

test('another limit draws the plan up anew at once, holds or frees it, and writes nothing to the register', async () => {
  const place = await seedConnection(database.db)
  const stranger = await seedConnection(database.db)
  const engine = engineAt(database, place)
  await seedCache(database.db, place, [person(1), person(2)])
  await engine.sync()
  await seedCache(database.db, place, [person(1, { workEmail: 'a@b.example' }), person(2)])
  const open = await engine.plan()
  expect(open.holds).toEqual([])
  const register = await readRegister(database.db, place)

  const strict = with_({ emails: { absolute: 0, percent: 0 } })
  await saveLimits(ctx(), place.companyId, { limits: strict, seen: stampOfLimits(DEFAULT_LIMITS) })
  const held = await engine.plan()
  expect(held.holds).toEqual([{ brake: 'emails', count: 1, of: 2, allowed: 0 }])
  expect(held.planId).not.toBe(open.planId)
  await saveLimits(ctx(), place.companyId, { limits: DEFAULT_LIMITS, seen: stampOfLimits(strict) })
  expect((await engine.plan()).holds).toEqual([])
  expect(await readRegister(database.db, place)).toEqual(register)
  expect(await getCompanyLimits(database.db, stranger.companyId)).toEqual(DEFAULT_LIMITS)
})

test('two admins who change limits at once: the second is told, and the first one stands', async () => {
  const { companyId } = await seedConnection(database.db)
  const first = with_({ names: { absolute: 1, percent: 1 } })
  const second = with_({ blanks: { absolute: 9, percent: 9 } })
  const saved = await Promise.allSettled(
    [first, second].map((limits) =>
      saveLimits(ctx(), companyId, { limits, seen: stampOfLimits(DEFAULT_LIMITS) }),
    ),
  )
  expect(saved.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(saved.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
  const winner = saved[0]?.status === 'fulfilled' ? first : second
  expect(await getCompanyLimits(database.db, companyId)).toEqual(winner)
})

test('how well an identifier would do is counted among the people of the conditions, blank ones and those shared with anybody told apart', async () => {
  const place = await seedConnection(database.db)
  await seedCache(database.db, place, [
    person(1, { workEmail: 'Info@acme.example' }),
    person(2, { workEmail: 'info@acme.example', officeLocation: 'Berlin' }),
    person(3, { workEmail: null }),
  ])
  const figures = (items: Parameters<typeof identifierFigures>[3]) =>
    identifierFigures(ctx(), place, 'workEmail', items)
  expect(await figures(null)).toEqual({ people: 3, having: 2, sharing: 2 })
  const inLondon = { field: 'officeLocation', operator: 'is', value: 'London' } as const
  expect(await figures({ version: 1, match: 'all', items: [inLondon] })).toEqual({
    people: 2,
    having: 1,
    sharing: 1,
  })
  expect(await identifierFigures(ctx(), place, 'personalEmail', null)).toEqual({
    people: 3,
    having: 0,
    sharing: 0,
  })
})
