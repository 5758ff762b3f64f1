import { describe, expect, test } from 'vitest'
import { removeConnection } from '../../src/sync/disconnect.ts'
import { findConflict, resolveField } from '../../src/sync/resolve.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { type Place, readRegister, seedCache, seedConnectionOf, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const enter = (fields: Record<string, string>) => seedStakeholder(database.db, place, fields)
const reads = (...people: Parameters<typeof seedCache>[2]) => seedCache(database.db, place, people)
const fieldsNow = () => readRegister(database.db, place)
const NORA = { firstName: 'Nora', lastName: 'Lee', workEmail: 'nora@acme.example' }
async function set(change: Partial<Parameters<typeof saveSettings>[2]>) {
  const { version } = await getSettings(database.db, place)
  await saveSettings(engine.ctx(), place, { ...change, version })
}
const asNumbered = () => set({ identifier: 'employeeNumber' })
const activeOnly = () =>
  set({
    conditions: {
      version: 1,
      match: 'all',
      items: [{ field: 'status', operator: 'is', value: 'active' }],
    },
  })

/** Person 1 is in the register under an older email, and an answer says so; it was carried out. */
async function answeredAndSynced(): Promise<string> {
  const id = await enter({
    firstName: 'Person1',
    lastName: 'Raman',
    employeeNumber: 'E-1',
    workEmail: 'old@acme.example',
  })
  await reads(person(1))
  await engine.answer('1', 'link')
  await engine.sync()
  return id
}

describe('an answer is about the identifier of then', () => {
  test('a record that HR gives to somebody else of the register is asked about, answered before or not', async () => {
    const id = await answeredAndSynced()
    await enter(NORA)
    const before = await fieldsNow()
    await reads(person(1, { ...NORA, employeeNumber: 'E-7' }))
    expect(await engine.changes()).toMatchObject([
      { kind: 'conflict', reason: 'link_disagrees', stakeholderId: id, fields: {} },
    ])
    await engine.answer('1', 'link')
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0, update: 1 })
    expect(await fieldsNow()).toEqual(before)
  })

  test('by another identifier everybody is asked about again whom that leads elsewhere', async () => {
    const id = await answeredAndSynced()
    await enter({ firstName: 'Nora', employeeNumber: 'E-1' })
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0 })
    await asNumbered()
    expect(await engine.changes()).toMatchObject([{ reason: 'link_disagrees', stakeholderId: id }])
  })

  test('also where both identifiers have the same value', async () => {
    const id = await answeredAndSynced()
    await enter({ firstName: 'Nora', personalEmail: 'p1@acme.example' })
    await reads(person(1, { personalEmail: 'p1@acme.example' }))
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0 })
    await set({ identifier: 'personalEmail' })
    expect(await engine.changes()).toMatchObject([{ reason: 'link_disagrees', stakeholderId: id }])
  })

  test('"separate people" makes no double of somebody whom HR gives an email that the register has', async () => {
    const id = await enter({ firstName: 'Person1', workEmail: 'ana@acme.example' })
    const shared = { workEmail: 'info@acme.example' }
    await reads(person(1, shared), person(2, shared))
    await engine.answer('1', 'separate')
    expect((await engine.plan()).counts).toMatchObject({ create: 2 })
    await reads(person(1, { workEmail: 'ana@acme.example' }), person(2, { workEmail: 'ben@acme.example' }))
    await engine.sync()
    const emails = Object.values(await fieldsNow()).map(({ workEmail }) => workEmail)
    expect(emails.toSorted()).toEqual(['ana@acme.example', 'ben@acme.example'])
    expect(await fieldsNow()).toHaveProperty(id)
  })

  test('"somebody new" for want of an email makes no double by the number', async () => {
    await enter({ firstName: 'Person1', employeeNumber: 'E-1' })
    await reads(person(1, { workEmail: null }))
    await engine.answer('1', 'create')
    await asNumbered()
    expect((await engine.plan()).counts).toMatchObject({ create: 0, update: 1 })
  })
})

describe('an answer goes with the record it is about', () => {
  test('a record that HR no longer shows keeps nobody from being asked about', async () => {
    const id = await enter({ firstName: 'Person1', employeeNumber: 'E-1', workEmail: 'old@acme.example' })
    await reads(person(1))
    await engine.answer('1', 'link')
    await reads(person(1, { recordId: '77' }))
    expect(await engine.changesOf('77')).toMatchObject([{ reason: 'maybe_known', stakeholderId: id }])
    await reads(person(1, { recordId: '77', workEmail: 'old@acme.example' }))
    expect(await engine.changesOf('77')).toMatchObject([{ kind: 'update', stakeholderId: id }])
  })

  test('nor does one of an HR system that was disconnected', async () => {
    const id = await answeredAndSynced()
    await removeConnection(engine.ctx(), place.companyId, place.connectionId)
    const other = await seedConnectionOf(database.db, place.companyId, 'personio')
    await seedCache(database.db, other, [person(9, { employeeNumber: 'E-1', workEmail: 'new@acme.example' })])
    expect(await engineAt(database, other).changes()).toMatchObject([
      { reason: 'maybe_known', stakeholderId: id },
    ])
  })

  const rehired = person(2, { workEmail: 'p1@acme.example' })
  const ended = person(1, { status: 'left', endDate: '2026-10-31' })

  test('a new contract of a record that vanished before it was synced does not hide the leaving of the old one', async () => {
    await reads(person(1))
    await engine.sync()
    await reads(ended, rehired)
    await engine.answer('2', 'new_contract')
    expect(await engine.changesOf('1')).toMatchObject([{ kind: 'skip', reason: 'superseded' }])
    await reads(ended)
    expect(await engine.changesOf('1')).toMatchObject([{ kind: 'left' }])
  })

  test('once the HR system is replaced, whoever went on under a new contract there is followed in the next', async () => {
    await reads(person(1))
    await engine.sync()
    await reads(ended, rehired)
    await engine.answer('2', 'new_contract')
    await engine.sync()
    await removeConnection(engine.ctx(), place.companyId, place.connectionId)
    const other = await seedConnectionOf(database.db, place.companyId, 'personio')
    const there = engineAt(database, other)
    const inOther = (over = {}) =>
      seedCache(database.db, other, [person(9, { workEmail: 'p1@acme.example', ...over })])
    await inOther()
    await there.sync()
    await inOther({ status: 'left', endDate: '2026-11-20' })
    expect(await there.changes()).toMatchObject([{ kind: 'left' }])
  })
})

test('who left before their first sync is told of outside the conditions, and Why says the same', async () => {
  const [one, two] = [1, 2].map((n) => ({
    firstName: `Person${n}`,
    lastName: 'Raman',
    workEmail: `p${n}@acme.example`,
  }))
  await enter({ ...one!, status: 'active' })
  const id = await enter({ ...two!, status: 'active' })
  await activeOnly()
  await reads(person(1), person(2))
  await engine.sync({ ordinals: [0] })
  const before = await fieldsNow()
  await reads(person(1), person(2, { status: 'left', endDate: '2026-11-20' }), person(3, { status: 'left' }))
  expect(await engine.changes()).toMatchObject([
    { recordId: '2', kind: 'out_of_conditions', stakeholderId: id, fields: {} },
  ])
  const why = await explainPerson(engine.ctx(), place, '2')
  expect(why?.changes).toMatchObject([{ kind: 'out_of_conditions' }])
  expect(await fieldsNow()).toEqual(before)
})

test('whoever an answer gave to somebody else does not leave on the former one, also outside the conditions', async () => {
  await reads(person(1))
  await engine.sync()
  await enter(NORA)
  await reads(person(1, NORA))
  const before = await fieldsNow()
  const { stakeholderId } = (await engine.changes())[0]!
  expect(await engine.changes()).toMatchObject([{ reason: 'link_disagrees' }])
  await engine.answer('1', 'create')
  await activeOnly()
  await reads(person(1, { ...NORA, status: 'left', endDate: '2026-11-20' }))
  expect(await engine.changes()).toMatchObject([{ kind: 'out_of_conditions', stakeholderId, fields: {} }])
  expect(await fieldsNow()).toEqual(before)
})

test('HR side is taken over the edit that was seen; over another one, somebody is asked again', async () => {
  await reads(person(1))
  await engine.sync()
  const [id = ''] = Object.keys(await fieldsNow())
  await register.edit(id, { lastName: 'Ramann' })
  await reads(person(1, { lastName: 'Lee' }))
  const [asked] = await engine.changes()
  expect(asked).toMatchObject({ reason: 'both_changed' })
  await decideLastName('hr')
  expect(await engine.changes()).toMatchObject([
    { kind: 'update', fields: { lastName: { before: 'Ramann' } } },
  ])
  await register.edit(id, { lastName: 'Okafor' })
  expect(await engine.changes()).toMatchObject([{ kind: 'conflict', reason: 'both_changed' }])
})

test('what somebody edited under an HR system stands under the next, as long as that says the same', async () => {
  await reads(person(1), person(2))
  await engine.sync()
  const ids = Object.keys(await fieldsNow())
  for (const id of ids) await register.edit(id, { startDate: '2019-01-01', department: 'Board' })
  expect((await engine.plan()).toApply).toBe(0)
  await removeConnection(engine.ctx(), place.companyId, place.connectionId)
  const other = await seedConnectionOf(database.db, place.companyId, 'personio')
  const there = engineAt(database, other)
  const moved = person(2, { recordId: 'x2', department: 'Sales' })
  await seedCache(database.db, other, [person(1, { recordId: 'x1' }), moved])
  expect(await there.changes()).toMatchObject([
    { recordId: 'x1', kind: 'link', fields: {} },
    { recordId: 'x2', kind: 'update', fields: { department: { before: 'Board', after: 'Sales' } } },
  ])
  await there.sync()
  expect(Object.values(await fieldsNow())).toMatchObject([
    { startDate: '2019-01-01' },
    { startDate: '2019-01-01' },
  ])
  expect((await there.plan()).counts).toMatchObject({ unchanged: 2, conflict: 0 })
  await seedCache(database.db, other, [person(1, { recordId: 'x1', jobTitle: 'CTO' }), moved])
  expect((await there.changes()).map(({ fields }) => Object.keys(fields))).toEqual([['jobTitle']])
  await seedCache(database.db, other, [person(1, { recordId: 'x1', startDate: '2020-02-02' }), moved])
  expect(await there.changesOf('x1')).toMatchObject([{ kind: 'conflict', reason: 'both_changed' }])
})

test('a register of an HR system that was disconnected is a filled register to the next one', async () => {
  const people = Array.from({ length: 40 }, (_, n) => person(n))
  await reads(...people)
  await engine.sync()
  await removeConnection(engine.ctx(), place.companyId, place.connectionId)
  const other = await seedConnectionOf(database.db, place.companyId, 'personio')
  const there = engineAt(database, other)
  const strangers = people.map((it) => ({ ...it, workEmail: `x${it.workEmail}`, employeeNumber: null }))
  await seedCache(database.db, other, strangers)
  const { counts, holds } = await there.plan()
  expect(counts).toMatchObject({ create: 40 })
  expect(holds).toMatchObject([{ count: 40 }])
  await seedCache(database.db, other, people)
  expect((await there.plan()).holds).toEqual([])
})

async function decideLastName(verdict: 'hr' | 'register') {
  const conflict = await findConflict(engine.ctx(), place, '1')
  const { mark } = conflict!
  await resolveField(engine.ctx(), place, { recordId: '1', mark, field: 'lastName', verdict })
}
