import { beforeEach, describe, expect, test } from 'vitest'
import { runApply } from '../../src/sync/apply.ts'
import { explainHold } from '../../src/sync/core/guard.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { type Place, readRegister, seedCache, seedConnectionOf, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
const forty = Array.from({ length: 40 }, (_, number) => person(number + 1))
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})
beforeEach(async () => {
  await seedCache(database.db, place, forty)
  await engine.sync()
})

const moved = (count: number) =>
  forty.map((one, index) => (index < count ? { ...one, workEmail: `p${index + 1}@new.example` } : one))

test('31 new emails among 40 people wait until somebody types 31, and that is kept with the sync', async () => {
  const before = await readRegister(database.db, place)
  await seedCache(database.db, place, moved(31))
  const plan = await engine.plan()
  expect(plan.holds).toEqual([{ brake: 'emails', count: 31, of: 40, allowed: 3 }])
  expect((await engine.confirm(plan)).outcome).toBe('held')
  expect((await engine.confirm(plan, { knowingly: 30 })).outcome).toBe('held')
  expect(await readRegister(database.db, place)).toEqual(before)

  const { syncId, counts } = await engine.sync({ knowingly: 31 })
  expect(counts.updated).toBe(31)
  const sync = await database.db
    .selectFrom('sync')
    .select('knowingly')
    .where('sync_id', '=', syncId)
    .executeTakeFirst()
  expect(sync?.knowingly).toEqual({ typed: 31, holds: plan.holds })
})

test('a few people of a held plan can be tried, more than the brake allows cannot', async () => {
  await seedCache(database.db, place, moved(31))
  const plan = await engine.plan()
  expect((await engine.confirm(plan, { ordinals: [0, 1, 2, 3] })).outcome).toBe('held')
  expect((await engine.sync({ ordinals: [0, 1, 2] })).counts.updated).toBe(3)
})

test('a choice is counted by what it touches: joiners pass a plan that is held for emails, emails do not pass as joiners', async () => {
  const joiners = Array.from({ length: 20 }, (_, n) => person(n + 101))
  await seedCache(database.db, place, [...moved(31), ...joiners])
  const plan = await engine.plan()
  expect(plan.holds).toEqual([{ brake: 'emails', count: 31, of: 40, allowed: 3 }])
  const ordinals = async (kind: string) =>
    (await engine.changes()).filter((change) => change.kind === kind).map(({ ordinal }) => ordinal)
  const before = await readRegister(database.db, place)
  const emails = (await ordinals('update')).slice(0, 20)
  for (const knowingly of [undefined, 31, 3])
    expect(
      await engine.confirm(plan, { ordinals: emails, ...(knowingly !== undefined && { knowingly }) }),
    ).toMatchObject({ outcome: 'held' })
  expect(await readRegister(database.db, place)).toEqual(before)
  expect((await engine.sync({ ordinals: await ordinals('create') })).counts).toMatchObject({ created: 20 })

  const again = (await ordinals('update')).slice(0, 20)
  const { letThrough, counts } = await engine.sync({ ordinals: again, knowingly: 20 })
  expect(counts).toMatchObject({ updated: 20, created: 0 })
  expect(letThrough).toEqual([{ brake: 'emails', count: 20, of: 60, allowed: 3 }])
})

test('a plan that two brakes hold: a choice within the limit of one is still held by the other', async () => {
  const joiners = Array.from({ length: 25 }, (_, n) => person(n + 101))
  await seedCache(database.db, place, [...moved(31), ...joiners])
  const plan = await engine.plan()
  expect(plan.holds.map(({ brake }) => brake).toSorted()).toEqual(['created', 'emails'])
  const emails = (await engine.changes()).filter(({ kind }) => kind === 'update').slice(0, 20)
  expect(await engine.confirm(plan, { ordinals: emails.map(({ ordinal }) => ordinal) })).toMatchObject({
    outcome: 'held',
  })
})

test('whom the plan matches for the first time is counted as known, and not said to be synced', async () => {
  for (let n = 101; n <= 125; n++)
    await seedStakeholder(database.db, place, { firstName: `Person${n}`, workEmail: `p${n}@acme.example` })
  await seedCache(database.db, place, [...forty, ...Array.from({ length: 55 }, (_, n) => person(n + 101))])
  const { counts, holds } = await engine.plan()
  expect(counts).toMatchObject({ create: 30, unchanged: 40 })
  expect(holds.map((hold) => explainHold(hold).what)).toEqual([
    'This would create 30 stakeholders; 65 others are linked or matched.',
  ])
})

test('two new emails are an ordinary day', async () => {
  await seedCache(database.db, place, moved(2))
  expect((await engine.plan()).holds).toEqual([])
  expect((await engine.sync()).counts.updated).toBe(2)
})

test('people who are suddenly missing hold the plan, and once seen they do not hold the next', async () => {
  await seedCache(
    database.db,
    place,
    forty.slice(0, 30).map((one, index) => (index === 0 ? { ...one, jobTitle: 'CTO' } : one)),
  )
  const plan = await engine.plan()
  expect(plan.holds).toEqual([{ brake: 'vanished', count: 10, of: 40, allowed: 5 }])
  await engine.sync({ knowingly: 10 })
  await seedCache(database.db, place, forty.slice(0, 30))
  expect((await engine.plan()).holds).toEqual([])
})

describe('who is missing is not taken for seen because something else was synced', () => {
  const half = (over: number) =>
    forty.slice(0, 20).map((one, index) => (index < over ? { ...one, jobTitle: 'CTO' } : one))
  const missing = [{ brake: 'vanished', count: 20, of: 40, allowed: 5 }]

  test('a choice and its undo do not release the brake', async () => {
    await seedCache(database.db, place, half(2))
    expect((await engine.plan()).holds).toEqual(missing)
    const change = (await engine.changes()).find(({ kind }) => kind === 'update')
    const { syncId } = await engine.sync({ ordinals: [change?.ordinal ?? -1] })
    expect((await engine.plan()).holds).toEqual(missing)
    await undoSync(engine.ctx(), { companyId: place.companyId, syncId })
    await seedCache(database.db, place, half(3))
    expect((await engine.plan()).holds).toEqual(missing)
  })

  test("another connection's sync of everybody does not release it", async () => {
    await seedCache(database.db, place, half(1))
    const other = await seedConnectionOf(database.db, place.companyId, 'personio')
    await seedCache(database.db, other, [person(901, { workEmail: 'else@acme.example' })])
    await engineAt(database, other).sync()
    expect((await engine.plan()).holds).toEqual(missing)
  })

  test('a few who were in a plan of everybody do not hold the next, and do not hide those who go later', async () => {
    await seedCache(database.db, place, [...forty.slice(0, 35), person(101)])
    await engine.sync()
    await seedCache(database.db, place, [...forty.slice(0, 30), person(101)])
    expect((await engine.plan()).holds).toEqual([])
    await seedCache(database.db, place, [...forty.slice(0, 29), person(101)])
    expect((await engine.plan()).holds).toEqual([{ brake: 'vanished', count: 6, of: 41, allowed: 5 }])
  })

  test('who went missing between Confirm and the writing was seen by nobody', async () => {
    await seedCache(database.db, place, [...forty, person(101)])
    const confirmed = await engine.confirm(await engine.plan())
    await seedCache(database.db, place, [...forty.slice(0, 20), person(101)])
    if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
    await runApply(engine.ctx(), { companyId: place.companyId, syncId: confirmed.syncId })
    expect((await engine.plan()).holds).toMatchObject([{ brake: 'vanished', count: 20 }])
  })
})

test('a company may set its own limits', async () => {
  await database.db
    .updateTable('company')
    .set({ limits: JSON.stringify({ emails: { absolute: 40, percent: 100 } }) })
    .where('company_id', '=', place.companyId)
    .execute()
  await seedCache(database.db, place, moved(31))
  expect((await engine.plan()).holds).toEqual([])
})
