import { beforeEach, expect, test } from 'vitest'
import { BRAKES } from '../../src/sync/core/guard.ts'
import { discardPlan } from '../../src/sync/held.ts'
import { findLastEntry, getEntry, getStory, listHistory } from '../../src/sync/history.ts'
import { getJournalEntry, listJournal } from '../../src/sync/journal.ts'
import { listChanges } from '../../src/sync/plan.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { makeContext, type Place, readRegister, SAM, seedCache, seedConnection } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
const people = Array.from({ length: 40 }, (_, n) => person(n + 1))
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})
beforeEach(async () => {
  await seedCache(database.db, place, people)
})

const ctx = (actor = SAM) => makeContext(database, { actor })
const undo = (syncId: string, choice = {}) => undoSync(ctx(), { companyId: place.companyId, syncId }, choice)
const whole = { offset: 0, limit: 50 }

test('newest first, with who did what; an undo of an undo is a redo', async () => {
  expect(await listHistory(ctx(), place.companyId, whole)).toEqual({ items: [], total: 0 })
  expect(await findLastEntry(ctx(), place.companyId)).toBeUndefined()
  const sync = await engine.sync()
  const undone = await undo(sync.syncId)
  const redone = await undo(undone.syncId)
  const { items, total } = await listHistory(ctx(), place.companyId, whole)
  expect(total).toBe(3)
  expect(items.map(({ syncId, depth, label }) => [syncId, depth, label])).toEqual([
    [redone.syncId, 2, 'HiBob'],
    [undone.syncId, 1, 'HiBob'],
    [sync.syncId, 0, 'HiBob'],
  ])
  expect(items[1]?.counts).toMatchObject({ reversed: 40, kept: 0 })
  expect((await listHistory(ctx(), place.companyId, { offset: 2, limit: 2 })).items).toHaveLength(1)
  expect((await findLastEntry(ctx(), place.companyId))?.syncId).toBe(redone.syncId)
  for (const { syncId } of [sync, undone, redone])
    expect((await getStory(ctx(), place.companyId, syncId)).map((it) => it.depth)).toEqual([0, 1, 2])
})

test('what a person let through a brake is said of that sync and of no other', async () => {
  await engine.sync()
  await seedCache(
    database.db,
    place,
    people.map((one, n) => (n < 31 ? { ...one, workEmail: `p${n + 1}@new.example` } : one)),
  )
  await engine.sync({ knowingly: 31 })
  const { items } = await listHistory(ctx(), place.companyId, whole)
  expect(items.map(({ letThroughWords }) => letThroughWords)).toEqual([['31 email changes'], []])
})

test('one sync: its people before and after, by name, found by search, and those of others not at all', async () => {
  const { syncId } = await engine.sync()
  const first = await listJournal(database.db, place.companyId, syncId, { offset: 0, limit: 10 })
  expect(first.total).toBe(40)
  expect(first.items.map(({ name }) => name)).toEqual(first.items.map(({ name }) => name).toSorted())
  const found = await listJournal(database.db, place.companyId, syncId, { ...whole, search: 'p7@acme' })
  expect(found.items).toMatchObject([
    {
      name: 'Person7 Raman',
      outcome: 'created',
      fields: { workEmail: { before: null, after: 'p7@acme.example' } },
    },
  ])
  expect((await listJournal(database.db, place.companyId, syncId, { ...whole, search: '%' })).total).toBe(0)

  const other = await seedConnection(database.db)
  await expect(getEntry(ctx(), other.companyId, syncId)).rejects.toMatchObject({ code: 'not_found' })
  await expect(listJournal(database.db, other.companyId, syncId, whole)).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(getJournalEntry(database.db, other.companyId, syncId, 0)).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('somebody who was taken out again is shown with everything they had', async () => {
  const { syncId } = await engine.sync()
  const undone = await undo(syncId, { ordinals: [0] })
  const { items } = await listJournal(database.db, place.companyId, undone.syncId, whole)
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({
    outcome: 'removed',
    fields: { jobTitle: { before: 'Engineer', after: null } },
  })
})

test('the people behind a brake are exactly as many as it counted', async () => {
  await engine.sync()
  const change = (n: number) => ({
    ...(n < 9 ? { workEmail: `new${n}@acme.example` } : {}),
    ...(n >= 5 && n < 16 ? { lastName: 'Lee', personalEmail: 'first@home.example' } : {}),
    ...(n >= 10 && n < 22 ? { status: 'leave' as const } : {}),
    ...(n >= 12 && n < 21 ? { endDate: '2027-01-31' } : {}),
  })
  const more = Array.from({ length: 25 }, (_, n) => person(100 + n))
  await seedCache(database.db, place, [
    ...people.slice(0, 30).map((one, n) => ({ ...one, ...change(n) })),
    ...more,
  ])
  const plan = await engine.plan()
  const counted = Object.fromEntries(plan.holds.map(({ brake, count }) => [brake, count]))
  expect(counted).toEqual({ created: 25, emails: 9, names: 11, statuses: 12, endDates: 9, vanished: 10 })
  for (const touching of BRAKES) {
    const { items, total } = await listChanges(database.db, place.companyId, plan.planId, {
      touching,
      ...whole,
    })
    expect([touching, total]).toEqual([touching, counted[touching] ?? 0])
    expect(items).toHaveLength(total)
  }
})

test('a discarded plan is never written, says who set it aside, and the next one is drawn up anew', async () => {
  const plan = await engine.plan()
  const gone = await discardPlan(ctx(), { companyId: place.companyId, planId: plan.planId })
  expect(gone).toMatchObject({ status: 'discarded', decidedBy: SAM })
  expect(await engine.confirm(plan)).toMatchObject({
    outcome: 'decided',
    syncId: null,
    plan: { decidedBy: SAM },
  })
  expect(await readRegister(database.db, place)).toEqual({})

  const next = await engine.plan()
  expect(next).toMatchObject({ status: 'open', hash: plan.hash })
  expect(next.planId).not.toBe(plan.planId)
  expect((await engine.confirm(next)).outcome).toBe('confirmed')
  const late = await discardPlan(ctx(), { companyId: place.companyId, planId: next.planId })
  expect(late.status).toBe('confirmed')
})
