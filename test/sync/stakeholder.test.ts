import { expect, test } from 'vitest'
import type { Employee } from '../../src/model.ts'
import { getStakeholder } from '../../src/sync/stakeholder.ts'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import {
  makeContext,
  type Place,
  readRegister,
  seedCache,
  seedConnection,
  seedStakeholder,
} from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const whole = { offset: 0, limit: 50 }
const look = (stakeholderId: string, page = whole) =>
  getStakeholder(makeContext(database), place.companyId, stakeholderId, page)
const hr = (over: Partial<Employee> = {}) => seedCache(database.db, place, [person(1, over)])
const onlyId = async () => Object.keys(await readRegister(database.db, place))[0] ?? ''
const appliedAt = async (syncId: string) =>
  (
    await database.db
      .selectFrom('sync')
      .select('applied_at')
      .where('sync_id', '=', syncId)
      .executeTakeFirstOrThrow()
  ).applied_at
const from = async (syncId: string) => ({ by: 'sync', label: 'HiBob', at: await appliedAt(syncId) })
const REGISTER = { by: 'register' }

test('every value is from the sync that wrote it last, and what somebody edited since is not', async () => {
  await hr()
  const first = await engine.sync()
  const id = await onlyId()
  const { fields, origins } = await look(id)
  expect(Object.keys(origins)).toEqual(Object.keys(fields))
  expect(new Set(Object.values(origins))).toEqual(new Set([await from(first.syncId)]))

  await hr({ jobTitle: 'Lead', department: 'Platform' })
  const second = await engine.sync()
  await register.edit(id, { department: 'Design', phone: '+49 30 9', 'custom:Size': 'M' })
  expect((await look(id)).origins).toMatchObject({
    firstName: await from(first.syncId),
    jobTitle: await from(second.syncId),
    department: REGISTER,
    phone: REGISTER,
    'custom:Size': REGISTER,
  })
})

test('what an undo put back is from where it was before, and what it redid from the sync again', async () => {
  await hr()
  const first = await engine.sync()
  const id = await onlyId()
  const before = (await look(id)).origins
  await register.edit(id, { department: 'Design' })
  await hr({ jobTitle: 'Lead', lastName: 'Raman-Lee' })
  const second = await engine.sync()
  const after = (await look(id)).origins
  expect(after['jobTitle']).toEqual(await from(second.syncId))

  const part = await register.undo(second.syncId, { fields: ['jobTitle'] })
  expect((await look(id)).origins).toEqual({ ...after, jobTitle: await from(first.syncId) })
  const redone = await register.undo(part.syncId)
  expect((await look(id)).origins).toEqual(after)
  await register.undo(redone.syncId)
  await register.undo(second.syncId)
  expect((await look(id)).origins).toEqual({ ...before, department: REGISTER })
})

test('somebody who was taken out and put back has the origins of before', async () => {
  await hr()
  const sync = await engine.sync()
  const id = await onlyId()
  const { origins } = await look(id)
  const gone = await register.undo(sync.syncId)
  await expect(look(id)).rejects.toMatchObject({ code: 'not_found' })
  await register.undo(gone.syncId)
  const back = await look(id)
  expect(back.origins).toEqual(origins)
  expect(back.history.items.map(({ row }) => row.outcome)).toEqual(['restored', 'removed', 'created'])
})

test('of whom a sync only matched nothing is claimed; an edit shows against what was agreed then', async () => {
  const id = await seedStakeholder(database.db, place, {
    firstName: 'Person1',
    lastName: 'Raman',
    workEmail: 'p1@acme.example',
    jobTitle: 'Founder',
    country: 'Utopia',
    'custom:Shares': '100',
  })
  await hr({ jobTitle: 'Engineer' })
  const sync = await engine.sync()
  const matched = (await look(id)).origins
  expect(matched['jobTitle']).toEqual(await from(sync.syncId))
  expect(matched).not.toHaveProperty('firstName')
  expect(matched).not.toHaveProperty('custom:Shares')
  await register.edit(id, { firstName: 'Pia' })
  expect((await look(id)).origins['firstName']).toEqual(REGISTER)
  await register.undo(sync.syncId, { fields: ['jobTitle'] })
  expect((await look(id)).origins).not.toHaveProperty('jobTitle')
})

test('what a sync put over an edit is from that sync, and undone it is an edit again', async () => {
  await hr()
  await engine.sync()
  const id = await onlyId()
  await register.edit(id, { jobTitle: 'Founder' })
  await hr({ jobTitle: 'Lead', department: 'Platform' })
  const where = { company_id: place.companyId, connection_id: place.connectionId, record_id: '1' }
  await database.db
    .insertInto('field_decision')
    .values({
      ...where,
      field: 'jobTitle',
      verdict: 'hr',
      hr_value: JSON.stringify('Lead'),
      base: JSON.stringify('Engineer'),
      register_value: JSON.stringify('Founder'),
      name: 'Person1',
      decided_by: JSON.stringify({ kind: 'slack', userId: 'U_DANA' }),
      decided_at: new Date(),
    })
    .execute()
  const sync = await engine.sync()
  expect((await look(id)).origins['jobTitle']).toEqual(await from(sync.syncId))
  await register.undo(sync.syncId)
  expect((await look(id)).fields['jobTitle']).toBe('Founder')
  expect((await look(id)).origins['jobTitle']).toEqual(REGISTER)
})

test('the history of one person: newest first, page by page, nobody else and no other company', async () => {
  await seedCache(database.db, place, [person(1), person(2)])
  const first = await engine.sync()
  const id =
    Object.entries(await readRegister(database.db, place)).find(
      ([, fields]) => fields['workEmail'] === 'p1@acme.example',
    )?.[0] ?? ''
  await seedCache(database.db, place, [person(1, { jobTitle: 'Lead' }), person(2)])
  const second = await engine.sync()
  await seedCache(database.db, place, [person(1, { jobTitle: 'Lead' }), person(2, { jobTitle: 'CTO' })])
  await engine.sync()
  const undone = await register.undo(second.syncId)
  const { history } = await look(id)
  expect(history.total).toBe(3)
  expect(history.items.map(({ sync, row }) => [sync.syncId, sync.depth, row.outcome, row.name])).toEqual([
    [undone.syncId, 1, 'reversed', 'Person1 Raman'],
    [second.syncId, 0, 'updated', 'Person1 Raman'],
    [first.syncId, 0, 'created', 'Person1 Raman'],
  ])
  expect(history.items[1]?.row.fields).toEqual({ jobTitle: { before: 'Engineer', after: 'Lead' } })
  const page = (await look(id, { offset: 1, limit: 1 })).history
  expect(page).toEqual({ items: [history.items[1]], total: 3 })

  const other = await seedConnection(database.db)
  await expect(getStakeholder(makeContext(database), other.companyId, id, whole)).rejects.toMatchObject({
    code: 'not_found',
  })
})
