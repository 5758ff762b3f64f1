import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runApply } from '../../src/sync/apply.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { type Place, readRegister, seedCache, seedConnection, seedStakeholder } from '../support/seed.ts'
import { undoAt } from '../support/undo.ts'

let database: TestDatabase
let place: Place
let engine: ReturnType<typeof engineAt>
let register: ReturnType<typeof undoAt>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  place = await seedConnection(database.db)
  engine = engineAt(database, place)
  register = undoAt(database, place)
})

/** Confirms all of the plan, lets something happen, and only then runs the job. */
async function syncAfter(meanwhile: () => Promise<unknown>) {
  const confirmed = await engine.confirm(await engine.plan())
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
  await meanwhile()
  const before = await register.everything()
  const { counts } = await runApply(engine.ctx(), { companyId: place.companyId, syncId: confirmed.syncId })
  return { counts, before, after: await register.everything() }
}

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
    const { counts, before, after } = await syncAfter(() =>
      register.edit(id, { workEmail: 'else@acme.example' }),
    )
    expect(counts).toMatchObject({ updated: 0, linked: 0, created: 0, skipped: 1 })
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
  const { counts, before, after } = await syncAfter(() => link('1', id))
  expect(counts).toMatchObject({ created: 0, skipped: 1 })
  expect(after).toEqual(before)
})
