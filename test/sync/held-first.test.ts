import { expect, test } from 'vitest'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, readRegister, seedCache, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
const people = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1))
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

/** The register as the company kept it by hand, with the emails of before a domain change. */
async function fillRegister({ numbered }: { numbered: number }): Promise<void> {
  for (let n = 1; n <= 40; n++)
    await seedStakeholder(database.db, place, {
      firstName: `Person${n}`,
      lastName: 'Raman',
      ...(n <= numbered && { employeeNumber: `E-${n}` }),
      workEmail: `p${n}@old.example`,
      status: 'active',
    })
}

test('a first sync with the wrong identifier does not create a filled register once more', async () => {
  await fillRegister({ numbered: 0 })
  const before = await readRegister(database.db, place)
  await seedCache(database.db, place, people(40))
  const plan = await engine.plan()
  expect(plan.counts.create).toBe(40)
  expect(plan.holds).toEqual([{ brake: 'created', count: 40, of: 0, allowed: 20, unmatched: 40 }])
  expect((await engine.confirm(plan)).outcome).toBe('held')
  expect(await readRegister(database.db, place)).toEqual(before)
})

test('nor anybody of it who has another identifier: each is asked about, and no brake is needed', async () => {
  await fillRegister({ numbered: 25 })
  const before = await readRegister(database.db, place)
  await seedCache(database.db, place, people(40))
  expect(await engine.plan()).toMatchObject({ holds: [], counts: { create: 15, conflict: 25 } })
  expect((await engine.sync()).counts).toMatchObject({ created: 15, updated: 0, linked: 0 })
  expect(await readRegister(database.db, place)).toMatchObject(before)
  expect((await engine.plan()).counts).toMatchObject({ create: 0, conflict: 25 })
})

test('nor does it where four times as many are in the register who are not in HR', async () => {
  await fillRegister({ numbered: 0 })
  for (let n = 1; n <= 160; n++)
    await seedStakeholder(database.db, place, { firstName: `Fund ${n}`, lastName: 'Capital' })
  const before = await readRegister(database.db, place)
  await seedCache(database.db, place, people(40))
  const plan = await engine.plan()
  expect(plan.holds).toEqual([{ brake: 'created', count: 40, of: 0, allowed: 20, unmatched: 200 }])
  expect((await engine.confirm(plan)).outcome).toBe('held')
  expect(await readRegister(database.db, place)).toEqual(before)
})

test('a first sync that rewrites the email of everybody it matches is held', async () => {
  await fillRegister({ numbered: 40 })
  await seedCache(database.db, place, people(40))
  const { version } = await getSettings(database.db, place)
  await saveSettings(engine.ctx(), place, { identifier: 'employeeNumber', version })
  const before = await readRegister(database.db, place)
  const plan = await engine.plan()
  expect(plan.holds).toEqual([{ brake: 'emails', count: 40, of: 40, allowed: 3 }])
  expect((await engine.confirm(plan)).outcome).toBe('held')
  expect(await readRegister(database.db, place)).toEqual(before)
  expect((await engine.sync({ knowingly: 40 })).counts).toMatchObject({ updated: 40 })
})

test('after three people were tried everybody else is created without a brake, and from then on there is one', async () => {
  await seedCache(database.db, place, people(93))
  await engine.sync({ ordinals: [0, 1, 2] })
  expect((await engine.plan()).holds).toEqual([])
  expect((await engine.sync()).counts).toMatchObject({ created: 90 })
  await seedCache(database.db, place, people(123))
  expect((await engine.plan()).holds).toEqual([{ brake: 'created', count: 30, of: 93, allowed: 20 }])
})

test('a first sync that was undone is a first sync again', async () => {
  await seedCache(database.db, place, people(40))
  const { syncId } = await engine.sync()
  await undoSync(engine.ctx(), { companyId: place.companyId, syncId })
  expect(await engine.plan()).toMatchObject({ holds: [], counts: { create: 40 } })
})

test('a register of investors does not hold the first sync of a company', async () => {
  for (let n = 1; n <= 12; n++) await seedStakeholder(database.db, place, { firstName: `Fund ${n}` })
  await seedCache(database.db, place, people(40))
  expect((await engine.plan()).holds).toEqual([])
})
