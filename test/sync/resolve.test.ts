import { beforeEach, describe, expect, test } from 'vitest'
import type { Choice } from '../../src/sync/core/choices.ts'
import { decideMatch, listDecisions, revoke } from '../../src/sync/decide.ts'
import { findConflict, resolveField, resolveMatch } from '../../src/sync/resolve.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
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
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

const ctx = () => makeContext(database)
const conflictOf = async (recordId: string) => {
  const conflict = await findConflict(ctx(), place, recordId)
  if (!conflict) throw new Error(`nothing is open about ${recordId}`)
  return conflict
}

/** Answers as it is shown now, by the kind of answer. */
async function answer(recordId: string, is: (choice: Choice) => boolean, found: string | null = null) {
  const { choices, mark } = await conflictOf(recordId)
  return await resolveMatch(ctx(), place, { recordId, mark, choice: choices.findIndex(is), found })
}
const kind = (wanted: Choice['kind']) => (choice: Choice) => choice.kind === wanted
const names = async () =>
  Object.values(await readRegister(database.db, place))
    .map((fields) => fields['firstName'])
    .sort()

describe('two records with one email', () => {
  beforeEach(() => seedCache(database.db, place, [person(1), person(2, { workEmail: 'P1@acme.example' })]))

  test('both sides are shown with what tells them apart, and nothing is decided by looking', async () => {
    const conflict = await conflictOf('2')
    expect(conflict.records.map(({ recordId, employee }) => [recordId, employee?.employeeNumber])).toEqual([
      ['2', 'E-2'],
      ['1', 'E-1'],
    ])
    expect(conflict.sentence).toContain('Person1 Raman')
    expect(await listDecisions(database.db, place.companyId)).toEqual([])
  })

  test('two of one name are named alike: the mark of the sentence is not part of a name', async () => {
    const twins = [1, 2].map((n) => person(n, { firstName: 'Dario', workEmail: 'p1@acme.example' }))
    await seedCache(database.db, place, twins)
    const { records, sentence } = await conflictOf('1')
    expect(records.map(({ name }) => name)).toEqual(['Dario Raman', 'Dario Raman'])
    expect(sentence).toContain('Dario Raman (E-2)')
  })

  test('one of them is the stakeholder: the other is left out, and nobody waits any more', async () => {
    await answer('2', (choice) => choice.kind === 'is' && choice.recordId === '1')
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0, create: 1, skip: 1 })
    await engine.sync()
    expect(await names()).toEqual(['Person1'])
  })

  test('neither: both are left out; separate: each is created', async () => {
    await answer('1', kind('nobody'))
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0, create: 0, skip: 2 })
    expect(await findConflict(ctx(), place, '1')).toBeUndefined()
    for (const { decisionId } of await listDecisions(database.db, place.companyId))
      await revoke(ctx(), place.companyId, decisionId)
    await answer('1', kind('separate'))
    await engine.sync()
    expect(await names()).toEqual(['Person1', 'Person2'])
  })

  test('an answer to what was shown before somebody joined them is not taken', async () => {
    const { mark } = await conflictOf('1')
    await seedCache(database.db, place, [
      person(1),
      person(2, { workEmail: 'p1@acme.example' }),
      person(3, { workEmail: 'p1@acme.example' }),
    ])
    const result = await resolveMatch(ctx(), place, { recordId: '1', mark, choice: 0, found: null })
    expect(result).toMatchObject({ outcome: 'moved', conflict: { records: { length: 3 } } })
    expect(await listDecisions(database.db, place.companyId)).toEqual([])
  })
})

describe('an answer for several records with one email', () => {
  const shared = { workEmail: 'p1@acme.example' }
  const gone = { ...shared, status: 'left', endDate: '2020-12-31' } as const
  const decided = async () =>
    (await listDecisions(database.db, place.companyId)).map(({ recordId }) => recordId).toSorted()

  test('makes nobody a stakeholder who had left before the first sync', async () => {
    await seedCache(database.db, place, [person(1), person(2, shared), person(3, gone)])
    await answer('1', kind('separate'))
    expect(await decided()).toEqual(['1', '2'])
    await engine.sync()
    expect(await names()).toEqual(['Person1', 'Person2'])
    expect((await engine.plan()).counts).toMatchObject({ create: 0, conflict: 0, skip: 1 })
  })

  test('is for one alone where the others left: then there is nothing to say about these', async () => {
    await seedCache(database.db, place, [person(1), person(3, gone)])
    const { choices, records } = await conflictOf('1')
    expect(choices.map(({ kind }) => kind)).toEqual(['create', 'ignore'])
    expect(records.map(({ recordId, waits }) => [recordId, waits])).toEqual([
      ['1', true],
      ['3', false],
    ])
    await answer('1', kind('create'))
    expect(await decided()).toEqual(['1'])
    expect((await engine.plan()).counts).toMatchObject({ create: 1, skip: 1 })
  })

  test('leaves alone who may be in the register already: they are asked about that', async () => {
    const id = await seedStakeholder(database.db, place, { firstName: 'Old', employeeNumber: 'E-3' })
    await seedCache(database.db, place, [person(1), person(2, shared), person(3, shared)])
    await answer('1', kind('separate'))
    expect(await decided()).toEqual(['1', '2'])
    expect(await conflictOf('3')).toMatchObject({
      reason: 'maybe_known',
      records: [{ recordId: '3' }, { recordId: '1' }, { recordId: '2' }],
      stakeholders: [{ stakeholderId: id }],
    })
  })

  test('keeps an answer that one of them has already', async () => {
    await seedCache(database.db, place, [person(1), person(2, shared), person(3, shared)])
    await decideMatch(ctx(), place, { recordId: '3', verdict: 'ignore', stakeholderId: null })
    await answer('1', kind('separate'))
    expect((await engine.plan()).counts).toMatchObject({ create: 2, skip: 1 })
  })
})

test('two stakeholders with one email: the chosen one gets the record', async () => {
  const ids = [
    await seedStakeholder(database.db, place, { firstName: 'Old', workEmail: 'p1@acme.example' }),
    await seedStakeholder(database.db, place, { firstName: 'Other', workEmail: 'p1@acme.example' }),
  ]
  await seedCache(database.db, place, [person(1)])
  await answer('1', (choice) => choice.kind === 'link' && choice.stakeholderId === ids[1])
  await engine.sync()
  const register = await readRegister(database.db, place)
  expect(register[ids[0]!]).toEqual({ firstName: 'Old', workEmail: 'p1@acme.example' })
  expect(register[ids[1]!]).toMatchObject({ firstName: 'Person1' })
})

test('a rehire under a new record goes on as the same stakeholder', async () => {
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  await seedCache(database.db, place, [
    person(1, { status: 'left', endDate: '2026-01-31' }),
    person(7, { workEmail: 'p1@acme.example', firstName: 'Person1', startDate: '2026-06-01' }),
  ])
  expect(await answer('7', kind('new_contract'))).toEqual({ outcome: 'decided' })
  await engine.sync()
  const people = Object.values(await readRegister(database.db, place))
  expect(people).toHaveLength(1)
  expect(people[0]).toMatchObject({ status: 'active', startDate: '2026-06-01' })
})

test('a link that disagrees with the identifier: it is kept, or the other one is taken', async () => {
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  const [own] = Object.keys(await readRegister(database.db, place))
  const other = await seedStakeholder(database.db, place, { firstName: 'Bea', workEmail: 'bea@acme.example' })
  await seedCache(database.db, place, [person(1, { workEmail: 'bea@acme.example' })])
  const { stakeholders } = await conflictOf('1')
  expect(stakeholders.map(({ stakeholderId }) => stakeholderId)).toEqual([own, other])

  await answer('1', (choice) => choice.kind === 'link' && choice.stakeholderId === own)
  expect((await engine.plan()).counts).toMatchObject({ conflict: 0, update: 1 })
  const [decision] = await listDecisions(database.db, place.companyId)
  expect(decision).toMatchObject({ verdict: 'link', stakeholderId: own })
})

test('nobody to match by: linked to whom was found, and to nobody of another company', async () => {
  const found = await seedStakeholder(database.db, place, { firstName: 'Nora' })
  const foreign = await seedStakeholder(database.db, await seedConnection(database.db), { firstName: 'X' })
  await seedCache(database.db, place, [person(1, { workEmail: null })])
  await expect(answer('1', kind('find'), foreign)).rejects.toMatchObject({ code: 'bad_request' })
  await expect(answer('1', kind('find'))).rejects.toMatchObject({ code: 'bad_request' })
  expect(await listDecisions(database.db, place.companyId)).toEqual([])
  await answer('1', kind('find'), found)
  await engine.sync()
  expect((await readRegister(database.db, place))[found]).toMatchObject({ firstName: 'Person1' })
})

test('both sides changed: each field is decided by itself, for the value that was shown', async () => {
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  await database.pool.query(
    `update stakeholder set fields = fields || '{"jobTitle": "Founder", "phone": "1"}', version = version + 1
     where company_id = $1`,
    [place.companyId],
  )
  await seedCache(database.db, place, [person(1, { jobTitle: 'CTO', phone: '2' })])
  const { fields, mark } = await conflictOf('1')
  expect(fields).toEqual({
    jobTitle: { before: 'Founder', after: 'CTO' },
    phone: { before: '1', after: '2' },
  })
  const decide = (field: string, verdict: 'hr' | 'register', shown: string) =>
    resolveField(ctx(), place, { recordId: '1', mark: shown, field, verdict })
  expect(await decide('jobTitle', 'hr', mark)).toEqual({ outcome: 'decided' })
  expect(await decide('phone', 'register', mark)).toMatchObject({ outcome: 'moved' })
  const rest = await conflictOf('1')
  expect(Object.keys(rest.fields)).toEqual(['phone'])
  expect(await decide('phone', 'register', rest.mark)).toEqual({ outcome: 'decided' })
  await engine.sync()
  expect(Object.values(await readRegister(database.db, place))[0]).toMatchObject({
    jobTitle: 'CTO',
    phone: '1',
  })
})

test('a record that nobody can read is only explained', async () => {
  await seedCache(database.db, place, [person(1)])
  await database.db
    .updateTable('cached_employee')
    .set({ employee: null, problem: 'startDate is not a date' })
    .where('company_id', '=', place.companyId)
    .execute()
  expect(await conflictOf('1')).toMatchObject({ reason: 'unreadable', choices: [], fields: {} })
})
