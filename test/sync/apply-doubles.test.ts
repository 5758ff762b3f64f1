import { describe, expect, test } from 'vitest'
import type { Employee } from '../../src/model.ts'
import { decideMatch } from '../../src/sync/decide.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { syncLate } from '../support/late.ts'
import { type Place, seedCache, seedConnection, seedConnectionOf, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const syncAfter = (meanwhile: () => Promise<unknown>) =>
  syncLate({ database, place, engine, register }, meanwhile)
const carla = (over: Partial<Employee> = {}) =>
  person(1, { firstName: 'Carla', employeeNumber: '1042', personalEmail: 'carla@home.example', ...over })
const enter = (fields: Record<string, string>) =>
  seedStakeholder(database.db, place, { firstName: 'By hand', workEmail: 'carla@old.example', ...fields })
const outcome = async () =>
  (await engine.changes()).map(({ recordId, kind, reason }) => [recordId, kind, reason])
const maybeKnownBy = (what: string) => `may be in the register by now, where somebody has the same ${what}`
const CREATED = { created: 1, skipped: 0 }

describe('somebody new who may be in the register by the time the sync is written', () => {
  test.each([
    ['employee number', [{ employeeNumber: ' 1042 ' }]],
    ['personal email', [{ personalEmail: ' Carla@HOME.example' }]],
    ['employee number', [{ employeeNumber: '1042' }, { employeeNumber: '1042' }]],
    ['employee number or personal email', [{ employeeNumber: '1042', personalEmail: 'carla@home.example' }]],
  ])('by the %s is left out and asked about, and everybody else is written', async (what, entered) => {
    // A plan that another one took the place of, in which she has the number that somebody else has in that.
    await seedCache(database.db, place, [carla()])
    await engine.plan()
    await seedCache(database.db, place, [person(0), carla(), person(2)])
    const { counts, before, after, skipped } = await syncAfter(async () => {
      for (const fields of entered) await enter(fields)
    })
    expect(counts).toMatchObject({ created: 2, skipped: 1 })
    expect(skipped).toEqual([maybeKnownBy(what)])
    expect(after.register).toMatchObject(before.register)
    expect(Object.keys(after.register)).toHaveLength(entered.length + 2)
    expect(after.links.map(({ record_id }) => record_id)).toEqual(['0', '2'])
    expect(await outcome()).toEqual([['1', 'conflict', 'maybe_known']])
  })

  test('as much when they were entered before the plan was confirmed', async () => {
    await seedCache(database.db, place, [carla()])
    const { planId } = await engine.plan()
    await enter({ employeeNumber: '1042' })
    expect((await engine.plan()).planId).toBe(planId)
    expect((await engine.sync()).counts).toMatchObject({ created: 0, skipped: 1 })
    expect(await outcome()).toEqual([['1', 'conflict', 'maybe_known']])
  })

  test('by an edit of somebody who was there', async () => {
    const id = await enter({ employeeNumber: '7' })
    await seedCache(database.db, place, [carla()])
    const { before, after, skipped } = await syncAfter(() => register.edit(id, { employeeNumber: '1042' }))
    expect(skipped).toEqual([maybeKnownBy('employee number')])
    expect(after).toEqual(before)
  })

  test('by an undo, after which the stakeholder belongs to nobody', async () => {
    await enter({ workEmail: 'p2@acme.example', employeeNumber: '1042' })
    await seedCache(database.db, place, [person(2, { employeeNumber: null })])
    const { syncId } = await engine.sync()
    await seedCache(database.db, place, [carla()])
    const { before, after, skipped } = await syncAfter(() => register.undo(syncId))
    expect(skipped).toEqual([maybeKnownBy('employee number')])
    expect(after).toEqual(before)
    expect(after.links).toEqual([])
  })

  test('by the work email, where people are matched by employee number', async () => {
    const { version } = await getSettings(database.db, place)
    await saveSettings(engine.ctx(), place, { identifier: 'employeeNumber', version })
    await seedCache(database.db, place, [carla()])
    const { counts, skipped } = await syncAfter(() => enter({ workEmail: 'P1@acme.example' }))
    expect(counts).toMatchObject({ created: 0, skipped: 1 })
    expect(skipped).toEqual([maybeKnownBy('work email')])
  })

  test('by what HR states, where the register does not take it from there', async () => {
    const { version } = await getSettings(database.db, place)
    const fields = { personalEmail: { owner: 'register' as const, mayClear: false } }
    await saveSettings(engine.ctx(), place, { mapping: { version: 1, fields, custom: [] }, version })
    await seedCache(database.db, place, [carla()])
    const { skipped } = await syncAfter(() => enter({ personalEmail: 'carla@home.example' }))
    expect(skipped).toEqual([maybeKnownBy('personal email')])
    expect(await outcome()).toEqual([['1', 'conflict', 'maybe_known']])
  })

  test('and has the identifier as well is matched by the next plan', async () => {
    await seedCache(database.db, place, [carla()])
    const { counts } = await syncAfter(() => enter({ workEmail: 'p1@acme.example', employeeNumber: '1042' }))
    expect(counts).toMatchObject({ created: 0, skipped: 1 })
    expect(await outcome()).toEqual([['1', 'update', null]])
  })
})

describe('is created all the same', () => {
  const other = person(2, { employeeNumber: '1042', status: 'left' })

  test('who is somebody new by a decision', async () => {
    const known = await enter({ employeeNumber: '1042' })
    await seedCache(database.db, place, [carla()])
    await decideMatch(engine.ctx(), place, { recordId: '1', verdict: 'create', stakeholderId: null })
    const { counts, before, after } = await syncAfter(() => enter({ personalEmail: 'carla@home.example' }))
    expect(counts).toMatchObject(CREATED)
    expect(after.register).toMatchObject(before.register)
    expect(after.links.map(({ stakeholder_id }) => stakeholder_id)).not.toContain(known)
    expect(await outcome()).toEqual([])
  })

  test.each([
    [
      'is linked to a record',
      async (id: string) => {
        const elsewhere = await seedConnectionOf(database.db, place.companyId, 'bamboohr')
        await seedCache(database.db, elsewhere, [person(9, { workEmail: 'carla@old.example' })])
        await engineAt(database, elsewhere).sync()
        expect((await register.links()).map(({ stakeholder_id }) => stakeholder_id)).toEqual([id])
      },
    ],
    [
      'a person has named for another record',
      async (id: string) => {
        await decideMatch(engine.ctx(), place, { recordId: '2', verdict: 'link', stakeholderId: id })
      },
    ],
  ])('beside a stakeholder who %s', async (_what, give) => {
    await seedCache(database.db, place, [carla(), other])
    const { counts, before, after } = await syncAfter(async () =>
      give(await enter({ employeeNumber: '1042' })),
    )
    expect(counts).toMatchObject(CREATED)
    expect(after.register).toMatchObject(before.register)
    expect(Object.keys(after.register)).toHaveLength(2)
  })

  test("beside another company's stakeholder", async () => {
    await seedCache(database.db, place, [carla()])
    const elsewhere = await seedConnection(database.db)
    const { counts } = await syncAfter(() =>
      seedStakeholder(database.db, elsewhere, { employeeNumber: '1042' }),
    )
    expect(counts).toMatchObject(CREATED)
  })

  test.each([
    ['a blank in HR', { employeeNumber: ' ', personalEmail: null }, { employeeNumber: ' ' }],
    ['a blank in the register', {}, { employeeNumber: ' ', personalEmail: '' }],
    ['nothing in the register', {}, {}],
    ['the same name', {}, { firstName: 'Carla', lastName: 'Raman' }],
  ])('beside %s', async (_what, over, entered) => {
    await seedCache(database.db, place, [carla(over)])
    const { counts } = await syncAfter(() => enter(entered))
    expect(counts).toMatchObject(CREATED)
  })

  test('beside somebody of the same sync with the same personal email', async () => {
    const personalEmail = 'family@home.example'
    await seedCache(database.db, place, [carla({ personalEmail }), person(2, { personalEmail })])
    const { counts } = await syncAfter(async () => {})
    expect(counts).toMatchObject({ created: 2, skipped: 0 })
    expect(await outcome()).toEqual([])
  })
})

test('who is linked and was edited is left out for that, whoever has the same number', async () => {
  await seedCache(database.db, place, [carla()])
  await engine.sync()
  const [id = ''] = Object.keys((await register.everything()).register)
  await seedCache(database.db, place, [carla({ jobTitle: 'CTO' })])
  const { before, after, skipped } = await syncAfter(async () => {
    await register.edit(id, { jobTitle: 'Founder' })
    await enter({ employeeNumber: '1042' })
  })
  expect(skipped).toEqual(['edited since'])
  expect(after).toEqual(before)
})
