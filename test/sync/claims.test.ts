import { describe, expect, test } from 'vitest'
import type { Choice } from '../../src/sync/core/choices.ts'
import { decideMatch, listDecisions, revoke } from '../../src/sync/decide.ts'
import { removeConnection } from '../../src/sync/disconnect.ts'
import { findConflict } from '../../src/sync/resolve.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import {
  makeContext,
  type Place,
  readRegister,
  seedCache,
  seedConnectionOf,
  seedStakeholder,
} from '../support/seed.ts'
import { undoAt } from '../support/undo.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

const ctx = () => makeContext(database)
const register = () => readRegister(database.db, place)
const changeOf = (recordId: string) => engine.changesOf(recordId)
const anybody = async () => Object.keys(await register())[0] ?? ''
const answer = (recordId: string, kind: Choice['kind'], found: string | null = null, at = place) =>
  engineAt(database, at).answer(recordId, kind, found)
const link = (recordId: string, stakeholderId: string, at = place) =>
  database.db
    .insertInto('link')
    .values({
      company_id: at.companyId,
      connection_id: at.connectionId,
      record_id: recordId,
      stakeholder_id: stakeholderId,
      base: '{}',
    })
    .execute()

const ended = (over = {}) => person(1, { status: 'left', endDate: '2026-10-31', ...over })
const again = (over = {}) => person(2, { firstName: 'Pia', workEmail: 'p1@acme.example', ...over })

describe('two records on one stakeholder', () => {
  async function rehired(): Promise<string> {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    const id = await anybody()
    await seedCache(database.db, place, [ended(), again()])
    await decideMatch(ctx(), place, { recordId: '2', verdict: 'new_contract', stakeholderId: id })
    await engine.sync()
    return id
  }

  test('a revoked new contract is asked about again, and nobody leaves meanwhile', async () => {
    const id = await rehired()
    const before = await register()
    const [decision] = await listDecisions(database.db, place.companyId)
    await revoke(ctx(), place.companyId, decision?.decisionId ?? '')
    const [older] = await changeOf('1')
    const [newer] = await changeOf('2')
    for (const change of [older, newer])
      expect(change).toMatchObject({ kind: 'conflict', reason: 'claimed', stakeholderId: id, fields: {} })
    expect(older?.reasonText).toContain('Pia Raman')
    expect(newer?.reasonText).toContain('Person1 Raman')
    expect((await findConflict(ctx(), place, '2'))?.records.map(({ recordId }) => recordId)).toEqual([
      '2',
      '1',
    ])
    expect((await engine.plan()).toApply).toBe(0)
    expect(await register()).toEqual(before)

    await answer('2', 'new_contract')
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 0, left: 0, skip: 1 } })
    expect((await register())[id]).toMatchObject({ status: 'active', firstName: 'Pia' })
  })

  test('one that is left out leaves the stakeholder to the other', async () => {
    const id = await rehired()
    for (const { decisionId } of await listDecisions(database.db, place.companyId))
      await revoke(ctx(), place.companyId, decisionId)
    await answer('1', 'ignore')
    await seedCache(database.db, place, [ended(), again({ jobTitle: 'CTO' })])
    expect(await changeOf('2')).toMatchObject([{ kind: 'update', fields: { jobTitle: { after: 'CTO' } } }])
    await engine.sync()
    expect((await register())[id]).toMatchObject({ jobTitle: 'CTO', status: 'active' })
  })

  test('of three contracts the one decided last goes on, and the earlier ones are silent', async () => {
    const id = await rehired()
    const third = person(3, { firstName: 'Pia', workEmail: 'p1@acme.example', jobTitle: 'Lead' })
    await seedCache(database.db, place, [ended(), again({ status: 'left' }), third])
    await decideMatch(ctx(), place, { recordId: '3', verdict: 'new_contract', stakeholderId: id })
    await engine.sync()
    await seedCache(database.db, place, [ended(), again({ status: 'left' }), { ...third, jobTitle: 'CTO' }])
    const plan = await engine.changes()
    expect(plan.map(({ recordId, kind, reason }) => [recordId, kind, reason])).toEqual(
      expect.arrayContaining([
        ['1', 'skip', 'superseded'],
        ['2', 'skip', 'superseded'],
        ['3', 'update', null],
      ]),
    )
    expect(plan).toHaveLength(3)
  })

  test('who is outside the conditions or unchanged is found as well', async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    await seedCache(database.db, place, [person(1), person(2)])
    await link('2', await anybody())
    const before = await register()
    expect((await engine.changes()).map(({ kind, reason }) => [kind, reason])).toEqual([
      ['conflict', 'claimed'],
      ['conflict', 'claimed'],
    ])
    await engine.plan()
    expect(await register()).toEqual(before)
  })
})

describe('a link to the stakeholder of another record', () => {
  test('is not taken, and nothing is remembered; a new contract is offered', async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    const id = await anybody()
    await seedCache(database.db, place, [person(1), person(2, { workEmail: null })])
    await expect(answer('2', 'find', id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await listDecisions(database.db, place.companyId)).toEqual([])
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 1 } })

    await answer('2', 'find_new_contract', id)
    await engine.sync()
    expect((await register())[id]).toMatchObject({ firstName: 'Person2', employeeNumber: 'E-2' })
    expect(await changeOf('1')).toMatchObject([{ kind: 'skip', reason: 'superseded' }])
  })

  test('nor one to a stakeholder that another answer gave away and no sync has written yet', async () => {
    const id = await seedStakeholder(database.db, place, { firstName: 'Nora' })
    await seedCache(
      database.db,
      place,
      [1, 2].map((n) => person(n, { workEmail: null })),
    )
    await answer('1', 'find', id)
    await expect(answer('2', 'find', id)).rejects.toMatchObject({ code: 'conflict' })
    expect((await engine.plan()).counts).toMatchObject({ update: 1, conflict: 1 })
  })

  test('whoever has the identifier of a stakeholder given away waits, and the person is named', async () => {
    const id = await seedStakeholder(database.db, place, { firstName: 'Nora', workEmail: 'p1@acme.example' })
    await seedCache(database.db, place, [person(1), person(2, { workEmail: null })])
    await answer('2', 'find', id)
    const [waiting] = await changeOf('1')
    expect(waiting).toMatchObject({ kind: 'conflict', reason: 'claimed', fields: {} })
    expect(waiting?.reasonText).toContain('Person2 Raman')
  })
})

test('of two connections one goes on with a stakeholder, and the plan of the other says so', async () => {
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  const other = await seedConnectionOf(database.db, place.companyId, 'personio')
  // The ids of two HR systems may be the same.
  await seedCache(database.db, other, [person(1, { jobTitle: 'CTO' })])
  await seedCache(database.db, place, [person(1, { jobTitle: 'Advisor' })])
  expect((await engine.plan()).counts).toMatchObject({ update: 1 })
  const there = engineAt(database, other)
  expect(await there.changes()).toMatchObject([{ kind: 'conflict', reason: 'two_connections' }])
  await answer('1', 'new_contract', null, other)
  expect((await engine.plan()).counts).toMatchObject({ update: 0, skip: 1 })
  await there.sync()
  expect(Object.values(await register())).toMatchObject([{ jobTitle: 'CTO' }])
  expect((await there.plan()).toApply + (await engine.plan()).toApply).toBe(0)
})

test('an HR system in place of another: once that is disconnected, everybody is matched by the identifier', async () => {
  const people = [1, 2, 3].map((n) => person(n))
  await seedCache(database.db, place, people)
  await engine.sync()
  const before = await register()
  const other = await seedConnectionOf(database.db, place.companyId, 'personio')
  await seedCache(
    database.db,
    other,
    people.map((it) => ({ ...it, recordId: `x${it.recordId}`, jobTitle: 'CTO' })),
  )
  const there = engineAt(database, other)
  expect((await there.plan()).counts).toMatchObject({ conflict: 3, create: 0 })
  await removeConnection(ctx(), place.companyId, place.connectionId)
  expect((await there.plan()).counts).toMatchObject({ conflict: 0, create: 0, update: 3 })
  expect(await register()).toEqual(before)
  await there.sync()
  const after = await register()
  expect(Object.keys(after)).toEqual(Object.keys(before))
  expect(Object.values(after).map(({ jobTitle }) => jobTitle)).toEqual(['CTO', 'CTO', 'CTO'])
  expect((await there.plan()).counts).toMatchObject({ unchanged: 3, conflict: 0 })

  // Taken up again, both say that the stakeholders are theirs.
  await database.db
    .updateTable('connection')
    .set({ status: 'active' })
    .where('connection_id', '=', place.connectionId)
    .execute()
  await seedCache(database.db, place, people)
  expect((await engine.plan()).counts).toMatchObject({ conflict: 3, update: 0 })
  expect(await register()).toEqual(after)
})

describe('a linked record in dispute', () => {
  /** Records 1 and 2 on one stakeholder, by a link that is wrong. */
  async function wronglyLinked(): Promise<string> {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' }), person(2)])
    await link('2', await anybody())
    await database.pool.query(
      `update link set base = '{"phone": "1"}' where company_id = $1 and record_id = '2'`,
      [place.companyId],
    )
    return await anybody()
  }
  const links = () => undoAt(database, place).links()
  const everything = () => undoAt(database, place).everything()
  const undo = (syncId: string) => undoAt(database, place).undo(syncId)

  test('becomes somebody new by an answer that is listed and revocable; the other goes on', async () => {
    const id = await wronglyLinked()
    const before = await everything()
    await answer('2', 'create')
    expect(await everything()).toEqual(before)
    expect(await changeOf('2')).toMatchObject([{ kind: 'create', reason: 'separate' }])
    const [decision] = await listDecisions(database.db, place.companyId)
    expect(decision).toMatchObject({ recordId: '2', verdict: 'create' })
    await revoke(ctx(), place.companyId, decision?.decisionId ?? '')
    expect(await changeOf('2')).toMatchObject([{ kind: 'conflict', reason: 'claimed' }])

    await answer('2', 'create')
    expect(await changeOf('1')).toMatchObject([{ kind: 'update', stakeholderId: id }])
    expect((await engine.sync()).counts).toMatchObject({ created: 1, updated: 1, skipped: 0 })
    const people = await register()
    const [one, two] = await links()
    expect(one?.stakeholder_id).toBe(id)
    expect(people[id]).toEqual({ ...before.register[id], jobTitle: 'CTO' })
    expect(people[two?.stakeholder_id ?? '']).toMatchObject({ firstName: 'Person2', employeeNumber: 'E-2' })
    expect(two?.base).toEqual(people[two?.stakeholder_id ?? ''])
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 0, unchanged: 2 } })
  })

  test('is linked again as before by an undo, which is asked again, and a redo gives the same', async () => {
    await wronglyLinked()
    const before = await everything()
    await answer('2', 'create')
    const { syncId } = await engine.sync()
    const after = await everything()
    const undone = await undo(syncId)
    expect(await everything()).toEqual(before)
    expect(await changeOf('2')).toMatchObject([{ kind: 'create', reason: 'separate' }])
    await undo(undone.syncId)
    expect(await everything()).toEqual(after)
  })

  test('does not become somebody new a second time once it was left out and is not any more', async () => {
    await wronglyLinked()
    await answer('2', 'create')
    await engine.sync()
    const before = await everything()
    await decideMatch(ctx(), place, { recordId: '2', verdict: 'ignore', stakeholderId: null })
    expect(await changeOf('2')).toMatchObject([{ kind: 'skip', reason: 'ignored' }])
    const [leftOut] = await listDecisions(database.db, place.companyId)
    await revoke(ctx(), place.companyId, leftOut?.decisionId ?? '')
    expect(await listDecisions(database.db, place.companyId)).toMatchObject([{ verdict: 'create' }])
    expect(await changeOf('2')).toEqual([])
    expect(await everything()).toEqual(before)
  })

  test('is not linked again to whom somebody else has been linked since', async () => {
    const id = await wronglyLinked()
    await answer('2', 'create')
    const [create] = await changeOf('2')
    const { syncId } = await engine.sync({ ordinals: [create?.ordinal ?? -1] })
    await link('3', id)
    const before = await everything()
    await expect(undo(syncId)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('linked to another HR record since'),
    })
    expect(await everything()).toEqual(before)
  })

  test('whose email is also that of somebody else by now becomes somebody new, and neither of the two is touched', async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    await seedStakeholder(database.db, place, { firstName: 'Nora', workEmail: 'p1@acme.example' })
    expect(await changeOf('1')).toMatchObject([{ kind: 'conflict', reason: 'link_disagrees' }])
    const before = await register()
    await answer('1', 'create')
    expect((await engine.sync()).counts).toMatchObject({ created: 1, updated: 0 })
    const after = await register()
    expect(after).toMatchObject(before)
    expect(Object.keys(after)).toHaveLength(3)
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 0, unchanged: 1 } })
  })
})
