import { expect, test } from 'vitest'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeContext, type Place, readRegister, seedCache, seedConnectionOf } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const secondConnection = () => seedConnectionOf(database.db, place.companyId, 'bamboohr')

test('a plan does not hold any more once another connection has created the same person', async () => {
  const engine = engineAt(database, place)
  await seedCache(database.db, place, [person(1), person(2)])
  const view = await engine.plan()
  expect(view.counts).toMatchObject({ create: 2 })

  const other = await secondConnection()
  await seedCache(database.db, other, [person(1, { recordId: 'b1' })])
  await engineAt(database, other).sync()
  const before = await readRegister(database.db, place)
  expect(await engine.confirm(view)).toMatchObject({
    outcome: 'overtaken',
    plan: { counts: { create: 1, conflict: 1 } },
  })
  expect(await readRegister(database.db, place)).toEqual(before)
})

test('a plan of yesterday does not hold today: a condition with a relative date means other people', async () => {
  const on = (day: string) => makeContext(database, { now: new Date(`${day}T12:00:00Z`) })
  const days = { field: 'startDate', operator: 'in_last_days', days: 30 } as const
  const { version } = await getSettings(database.db, place)
  await saveSettings(on('2026-11-27'), place, {
    version,
    conditions: { version: 1, match: 'all', items: [days] },
  })
  await seedCache(database.db, place, [
    person(1, { startDate: '2026-10-28' }),
    person(2, { startDate: '2026-11-20' }),
  ])
  const view = await currentPlan(on('2026-11-27'), place)
  expect(view?.counts).toMatchObject({ create: 2 })
  const request = { companyId: place.companyId, planId: view?.planId ?? '', hash: view?.hash ?? '' }
  expect(await confirmPlan(on('2026-11-28'), request)).toMatchObject({
    outcome: 'overtaken',
    moved: { sentences: ['1 fewer to create'] },
  })
  expect(await readRegister(database.db, place)).toEqual({})
})
