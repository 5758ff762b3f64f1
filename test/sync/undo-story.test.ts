import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listDone } from '../../src/db/done.ts'
import { findSync } from '../../src/db/syncs.ts'
import { getStory } from '../../src/sync/history.ts'
import { listJournal } from '../../src/sync/journal.ts'
import { withLater } from '../../src/sync/story.ts'
import { previewUndo, type UndoChoice } from '../../src/sync/undo.ts'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import {
  makeContext,
  type Place,
  readRegister,
  seedCache,
  seedConnection,
  seedStakeholder,
} from '../support/seed.ts'
import { expectOffersWhatItDoes, undoAt } from '../support/undo.ts'
import { anyEmployee } from './core/people.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const changed = { jobTitle: 'Lead', department: 'Platform' }
const fieldsNow = () => readRegister(database.db, place)
const idOf = async (email: string) =>
  Object.entries(await fieldsNow()).find(([, fields]) => fields['workEmail'] === email)?.[0] ?? ''
const preview = (syncId: string, choice: UndoChoice = {}) =>
  previewUndo(database.db, { companyId: place.companyId, syncId }, choice)
/** Which steps of the story are offered, by their place in it. */
const offered = async (syncId: string) =>
  (await getStory(makeContext(database), place.companyId, syncId)).map((it) => it.offered)

/** Two people are there; a second sync changes two fields of each. */
async function update() {
  await seedCache(database.db, place, [person(1), person(2)])
  await engine.sync()
  const before = await fieldsNow()
  await seedCache(database.db, place, [person(1, changed), person(2, changed)])
  const { syncId } = await engine.sync()
  return { before, after: await fieldsNow(), syncId }
}

test('after one field of everybody, undoing the sync writes the rest alone and keeps nothing for it', async () => {
  const { before, after, syncId } = await update()
  const part = await register.undo(syncId, { fields: ['jobTitle'] })
  expect(part.counts).toMatchObject({ reversed: 2, kept: 0 })
  expect(await offered(syncId)).toEqual([true, true])

  const rest = await register.undo(syncId)
  expect(rest.counts).toMatchObject({ reversed: 2, kept: 0 })
  const { items } = await listJournal(database.db, place.companyId, rest.syncId, { offset: 0, limit: 9 })
  expect(items.map(({ fields, reason }) => [Object.keys(fields), reason])).toEqual([
    [['department'], null],
    [['department'], null],
  ])
  expect(await fieldsNow()).toEqual(before)
  expect(await offered(syncId)).toEqual([false, false, true])
  expect(await offered(part.syncId)).toEqual([false, true, true])

  await register.undo(rest.syncId)
  await register.undo(part.syncId)
  expect(await fieldsNow()).toEqual(after)
  expect(await offered(syncId)).toEqual([true, false, false, false, false])
  await register.undo(syncId)
  expect(await fieldsNow()).toEqual(before)
})

test('whoever was undone already is answered for when chosen, and otherwise left alone', async () => {
  const { syncId } = await update()
  await register.undo(syncId, { ordinals: [0] })
  expect((await preview(syncId)).map(({ ordinal }) => ordinal)).toEqual([1])
  expect(await preview(syncId, { ordinals: [0] })).toMatchObject([
    { reversal: { outcome: 'kept', reason: 'taken back already' } },
  ])
  await register.undo(syncId)
  expect(await preview(syncId)).toEqual([])
  await expect(register.undo(syncId)).rejects.toMatchObject({ code: 'conflict' })
})

test('what a later sync wrote anew is its own, and not taken back with the rest of the first', async () => {
  const { syncId } = await update()
  await register.undo(syncId, { fields: ['jobTitle'] })
  await engine.sync()
  const again = await fieldsNow()
  expect(again[await idOf('p1@acme.example')]).toMatchObject(changed)
  await register.undo(syncId)
  expect((await fieldsNow())[await idOf('p1@acme.example')]).toMatchObject({
    jobTitle: 'Lead',
    department: 'Product',
  })
})

test('a sync that others have overwritten has nothing to undo, and nobody of it needs to be judged to know', async () => {
  const { syncId } = await update()
  await seedCache(
    database.db,
    place,
    [1, 2].map((n) => person(n, { jobTitle: 'CTO', department: 'Board' })),
  )
  await engine.sync()
  expect(await offered(syncId)).toEqual([false])
  const sync = (await findSync(database.db, place.companyId, syncId))!
  const could = { reversible: { afterOrdinal: -1, limit: 9 } }
  expect(await listDone(database.db, withLater(sync, [sync]), could)).toEqual([])
})

test('syncs that are undone newest first leave nothing of themselves, for any people', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(anyEmployee, { selector: (one) => one.recordId, maxLength: 5 }), {
        minLength: 2,
        maxLength: 4,
      }),
      async (readings) => {
        const place = await seedConnection(database.db)
        const [engine, register] = [engineAt(database, place), undoAt(database, place)]
        await seedStakeholder(database.db, place, { firstName: 'Bea', workEmail: 'b@x.example', phone: '1' })
        const before = await register.everything()
        const done: string[] = []
        for (const people of readings) {
          await seedCache(database.db, place, people)
          const { holds, toApply } = await engine.plan()
          if (toApply === 0) continue
          const [hold] = holds
          done.push((await engine.sync(hold ? { knowingly: hold.count } : {})).syncId)
        }
        for (const syncId of done.toReversed()) await register.undo(syncId)
        expect(await register.everything()).toEqual(before)
      },
    ),
    { numRuns: 25 },
  )
})

test('somebody created, then updated, is there until both syncs are undone, and stays with an edit of their own', async () => {
  await seedCache(database.db, place, [person(1), person(2)])
  const first = await engine.sync()
  await seedCache(database.db, place, [person(1, changed), person(2, changed)])
  const second = await engine.sync()
  await register.undo(second.syncId)
  const edited = await idOf('p2@acme.example')
  await register.edit(edited, { phone: '7' })
  expect((await preview(first.syncId)).map(({ reversal }) => reversal)).toMatchObject([
    { outcome: 'removed' },
    { outcome: 'kept', reason: 'edited since' },
  ])
  expect(await offered(first.syncId)).toEqual([true])
  await register.undo(first.syncId)
  expect(Object.keys(await fieldsNow())).toEqual([edited])
})

test('somebody created of whom one field was undone goes with the rest; with an edit between they stay', async () => {
  await seedCache(database.db, place, [person(1), person(2)])
  const { syncId } = await engine.sync()
  const edited = await idOf('p2@acme.example')
  await register.edit(edited, { phone: '7' })
  const part = await register.undo(syncId, { fields: ['jobTitle'] })
  expect((await preview(syncId)).map(({ reversal }) => reversal)).toMatchObject([
    { outcome: 'removed' },
    { outcome: 'kept', reason: 'edited since' },
  ])
  const rest = await register.undo(syncId)
  expect(Object.keys(await fieldsNow())).toEqual([edited])
  await register.undo(rest.syncId)
  await register.undo(part.syncId)
  expect((await fieldsNow())[await idOf('p1@acme.example')]).toMatchObject({ jobTitle: 'Engineer' })
  expect((await preview(syncId)).map(({ reversal }) => reversal.outcome)).toEqual(['removed', 'kept'])
})

test('a redo puts nobody back beside somebody who came meanwhile with the same email or number', async () => {
  await seedCache(database.db, place, [person(1), person(2), person(3)])
  const { syncId } = await engine.sync()
  const undone = await register.undo(syncId)
  await seedCache(database.db, place, [person(1, { recordId: '77' })])
  await engine.sync()
  await seedStakeholder(database.db, place, { firstName: 'Person2', employeeNumber: 'E-2' })
  const before = await fieldsNow()
  expect((await preview(undone.syncId)).map(({ name, reversal }) => [name, reversal.outcome])).toEqual([
    ['Person1 Raman', 'kept'],
    ['Person2 Raman', 'kept'],
    ['Person3 Raman', 'restored'],
  ])
  const redone = await register.undo(undone.syncId)
  expect(redone.counts).toMatchObject({ reversed: 1, kept: 2 })
  const { items } = await listJournal(database.db, place.companyId, redone.syncId, { offset: 0, limit: 9 })
  expect(items[0]?.reason).toBe('somebody with the same email or number is in the register since')
  expect(await fieldsNow()).toMatchObject(before)
  expect(Object.keys(await fieldsNow())).toHaveLength(Object.keys(before).length + 1)
})

test('a redo puts people with one email back beside each other, as they were', async () => {
  const shared = { workEmail: 'info@acme.example' }
  await seedCache(database.db, place, [person(1, shared), person(2, shared)])
  await engine.answer('1', 'separate')
  const { syncId } = await engine.sync()
  const third = await seedStakeholder(database.db, place, { firstName: 'Zoe', ...shared })
  // The database keeps microseconds, an undo the millisecond that they are in.
  await database.db
    .updateTable('stakeholder')
    .set({ created_at: new Date(Date.now() - 60_000) })
    .where('stakeholder_id', '=', third)
    .execute()
  const after = await fieldsNow()
  const first = await register.undo(syncId, { ordinals: [0] })
  const second = await register.undo(syncId, { ordinals: [1] })
  expect(Object.keys(await fieldsNow())).toEqual([third])
  await register.undo(second.syncId)
  await register.undo(first.syncId)
  expect(await fieldsNow()).toEqual(after)
})

test('a link goes back with the last of the values that came with it, and comes again with the last', async () => {
  const founder = {
    firstName: 'Person1',
    lastName: 'Raman',
    workEmail: 'p1@acme.example',
    jobTitle: 'Founder',
  }
  await seedStakeholder(database.db, place, founder)
  await seedCache(database.db, place, [person(1)])
  const before = await register.everything()
  const { syncId } = await engine.sync()
  const after = await register.everything()
  const part = await register.undo(syncId, { fields: ['jobTitle'] })
  expect(await register.links()).toHaveLength(1)
  const rest = await register.undo(syncId)
  expect(await register.everything()).toEqual(before)
  await register.undo(rest.syncId)
  expect(await register.links()).toHaveLength(1)
  await register.undo(part.syncId)
  expect((await register.everything()).register).toEqual(after.register)
})

test('what a story offers is what undoing does; all of it undone is as before, all of it redone as after', {
  timeout: 180_000,
}, async () => {
  const anyStep = fc.record({
    step: fc.nat(9),
    ordinals: fc.option(fc.uniqueArray(fc.nat(3), { minLength: 1 }), { nil: undefined }),
    field: fc.option(fc.constantFrom('jobTitle', 'department'), { nil: undefined }),
  })
  let steps = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 5 }), async (choices) => {
      place = await seedConnection(database.db)
      engine = engineAt(database, place)
      register = undoAt(database, place)
      await seedCache(database.db, place, [person(1), person(2)])
      await engine.sync()
      await seedStakeholder(database.db, place, { firstName: 'Bea', workEmail: 'p3@acme.example' })
      const before = await fieldsNow()
      await seedCache(database.db, place, [person(1, changed), person(2, changed), person(3), person(4)])
      const { syncId } = await engine.sync()
      const after = await fieldsNow()
      const story = async () => {
        const steps = await getStory(makeContext(database), place.companyId, syncId)
        const stands = []
        for (const it of steps)
          stands.push({
            ...it,
            stands: await expectOffersWhatItDoes(database, { ...place, syncId: it.syncId }),
          })
        return stands
      }
      for (const { field, ordinals, step } of choices) {
        const entries = await story()
        const at = entries[step % entries.length]?.syncId ?? ''
        const choice = { ...(ordinals && { ordinals }), ...(field && { fields: [field] }) }
        const items = await preview(at, choice)
        if (items.every(({ reversal }) => reversal.outcome === 'kept')) continue
        await register.undo(at, choice)
        steps++
      }
      for (let last = await story(); last.some(isUndo); last = await story())
        await register.undo(last.findLast(isUndo)?.syncId ?? '')
      expect(await fieldsNow()).toEqual(after)
      expect((await story())[0]?.stands).toBe(true)
      await register.undo(syncId)
      expect(await fieldsNow()).toEqual(before)
      expect((await story()).filter(({ depth, stands }) => stands && depth % 2 === 0)).toEqual([])
    }),
    { numRuns: 25 },
  )
  // That enough of what was generated did something.
  expect(steps).toBeGreaterThan(25)
})
const isUndo = ({ depth, stands }: { depth: number; stands: boolean }) => stands && depth % 2 === 1
