import type { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { down, up } from '../../src/db/migrations/0010-plan-links.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { syncLate } from '../support/late.ts'
import { type Place, readRegister, seedCache, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const syncAfter = (meanwhile: () => Promise<unknown>) =>
  syncLate({ database, place, engine, register }, meanwhile)
const LINK_MOVED = 'the HR record is not linked as it was when the plan was made'

const link = (recordId: string, stakeholderId: string) =>
  database.db
    .insertInto('link')
    .values({
      company_id: place.companyId,
      connection_id: place.connectionId,
      record_id: recordId,
      stakeholder_id: stakeholderId,
      base: '{}',
    })
    .execute()

/** What the register holds of somebody whom HR knows with exactly these values. */
const known = (number: number) => {
  const {
    recordId: _,
    statusText: __,
    managerRecordId: ___,
    custom: ____,
    unread: _____,
    ...fields
  } = person(number)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Record<
    string,
    string
  >
}

test.each([
  ['updates', { jobTitle: 'Founder' }],
  ['only links', {}],
])(
  'a first match that %s is not made with somebody who has another identifier by then',
  async (_what, over) => {
    const id = await seedStakeholder(database.db, place, { ...known(1), ...over })
    await seedCache(database.db, place, [person(1)])
    const { counts, before, after, skipped } = await syncAfter(() =>
      register.edit(id, { workEmail: 'else@acme.example' }),
    )
    expect(counts).toMatchObject({ updated: 0, linked: 0, created: 0, skipped: 1 })
    expect(skipped).toEqual(['edited since'])
    expect(after).toEqual(before)
    expect(after.links).toEqual([])
  },
)

test('an update of somebody who is linked goes through beside an edit of another field', async () => {
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  const [id = ''] = Object.keys(await readRegister(database.db, place))
  await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' })])
  const { counts, after } = await syncAfter(() => register.edit(id, { phone: '1' }))
  expect(counts).toMatchObject({ updated: 1, skipped: 0 })
  expect(after.register[id]).toMatchObject({ jobTitle: 'CTO', phone: '1' })
})

test('an edit beside it that only a person may settle is asked about by the next plan', async () => {
  const { version } = await getSettings(database.db, place)
  const fields = { department: { owner: 'ask' as const, mayClear: false } }
  await saveSettings(engine.ctx(), place, { mapping: { version: 1, fields, custom: [] }, version })
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  await seedCache(database.db, place, [person(1, { jobTitle: 'Lead' })])
  const [id = ''] = Object.keys(await readRegister(database.db, place))
  const { counts } = await syncAfter(() => register.edit(id, { department: 'Legal' }))
  expect(counts).toMatchObject({ updated: 1, skipped: 0 })
  expect(await engine.changes()).toMatchObject([{ kind: 'conflict', reason: 'both_changed' }])
})

test('nobody is created whose identifier somebody in the register has by then', async () => {
  await seedCache(database.db, place, [person(1), person(2)])
  const { counts, after } = await syncAfter(() =>
    seedStakeholder(database.db, place, { firstName: 'By hand', workEmail: ' P1@acme.example' }),
  )
  expect(counts).toMatchObject({ created: 1, skipped: 1 })
  expect(
    Object.values(after.register)
      .map(({ workEmail }) => workEmail)
      .sort(),
  ).toEqual([' P1@acme.example', 'p2@acme.example'])
  expect(after.links.map(({ record_id }) => record_id)).toEqual(['2'])
})

test('nobody is created for a record that is linked by then', async () => {
  const id = await seedStakeholder(database.db, place, { firstName: 'Without an email' })
  await seedCache(database.db, place, [person(1)])
  const { counts, before, after, skipped } = await syncAfter(() => link('1', id))
  expect(counts).toMatchObject({ created: 0, skipped: 1 })
  expect(skipped).toEqual([LINK_MOVED])
  expect(after).toEqual(before)
})

/** A sync of two people that only linked them, and then both have a new job title in HR. */
async function linkedOnly() {
  const ids = await Promise.all([1, 2].map((number) => seedStakeholder(database.db, place, known(number))))
  await seedCache(database.db, place, [person(1), person(2)])
  const { syncId, counts } = await engine.sync()
  expect(counts).toMatchObject({ linked: 2, updated: 0 })
  await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' }), person(2, { jobTitle: 'CFO' })])
  return { syncId, ids }
}
const ordinalOf = (recordId: string) =>
  database.db
    .selectFrom('journal')
    .select('ordinal')
    .where('company_id', '=', place.companyId)
    .where('record_id', '=', recordId)
    .executeTakeFirstOrThrow()

test('nothing is written to somebody whose link was undone by then, and the others are', async () => {
  const { syncId, ids } = await linkedOnly()
  const { ordinal } = await ordinalOf('1')
  const { counts, before, after, skipped } = await syncAfter(() =>
    register.undo(syncId, { ordinals: [ordinal] }),
  )
  expect(counts).toMatchObject({ updated: 1, skipped: 1 })
  expect(skipped).toEqual([LINK_MOVED])
  const [first = '', second = ''] = ids
  expect(after.register[first]).toEqual(before.register[first])
  expect(after.register[second]).toMatchObject({ jobTitle: 'CFO' })
  expect(after.links.map(({ record_id }) => record_id)).toEqual(['2'])
})

test.each([
  ['updates', { jobTitle: 'Founder' }],
  ['only links', {}],
])(
  'a first match that %s is not made for a record that an undone undo has linked by then',
  async (_what, over) => {
    const { syncId } = await linkedOnly()
    const undone = await register.undo(syncId)
    const moved = { workEmail: 'new@acme.example' }
    await seedStakeholder(database.db, place, { ...known(1), ...moved, ...over })
    await seedCache(database.db, place, [person(1, moved)])
    const { counts, before, after, skipped } = await syncAfter(() => register.undo(undone.syncId))
    expect(counts).toMatchObject({ linked: 0, updated: 0, skipped: 1 })
    expect(skipped).toEqual([LINK_MOVED])
    expect(after).toEqual(before)
  },
)

test('a sync that waited while plans were given the links is held to them too', async () => {
  const { ids } = await linkedOnly()
  // A migration knows no tables, so that it stays the same when they change.
  const anyTables = database.db as unknown as Kysely<unknown>
  const { counts, after } = await syncAfter(async () => {
    await down(anyTables)
    await up(anyTables)
  })
  expect(counts).toMatchObject({ updated: 2, skipped: 0 })
  expect(ids.map((id) => after.register[id]?.['jobTitle'])).toEqual(['CTO', 'CFO'])
})
