import { expect, test } from 'vitest'
import { decideMatch, listDecisions, revoke } from '../../src/sync/decide.ts'
import { findLeftOut, leaveOut, takeBack } from '../../src/sync/leave-out.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, readRegister, SAM, seedCache, seedConnection, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

const out = (recordId: string, actor = SAM) => leaveOut(engine.ctx(actor), place, recordId)
const back = (recordId: string) => takeBack(engine.ctx(), place, recordId)
const register = () => readRegister(database.db, place)
const rows = async () =>
  (await engine.changes()).map(({ recordId, kind, reason }) => [recordId, kind, reason])
const PROMOTED = { jobTitle: 'Senior Engineer' }

test('on create: the plan is another one without the person, a sync writes the others, and taken back it is as before', async () => {
  await seedCache(database.db, place, [person(1), person(2)])
  const before = await engine.plan()
  await out('1')
  const after = await engine.plan()
  expect(after.hash).not.toBe(before.hash)
  expect(after.counts).toMatchObject({ create: 1, skip: 1 })
  expect(await engine.confirm(before)).toMatchObject({ outcome: 'overtaken', plan: { hash: after.hash } })
  expect(await register()).toEqual({})

  await back('1')
  expect((await engine.plan()).hash).toBe(before.hash)
  await out('1')
  await engine.sync()
  expect(Object.values(await register()).map((it) => it['firstName'])).toEqual(['Person2'])
  await back('1')
  expect(await rows()).toEqual([['1', 'create', null]])
})

test('on update: the register keeps what it has, also through a later change of HR, until it is taken back', async () => {
  await seedCache(database.db, place, [person(1), person(2)])
  await engine.sync()
  const before = await register()
  await seedCache(database.db, place, [person(1, PROMOTED), person(2)])
  const offered = await engine.plan()
  await out('1')
  const plan = await engine.plan()
  expect(plan).toMatchObject({ toApply: 0, counts: { update: 0, skip: 1, unchanged: 1 } })
  expect(plan.hash).not.toBe(offered.hash)
  await seedCache(database.db, place, [person(1, { jobTitle: 'Principal', status: 'left' }), person(2)])
  expect(await rows()).toEqual([['1', 'skip', 'ignored']])
  expect(await register()).toEqual(before)

  await seedCache(database.db, place, [person(1, PROMOTED), person(2)])
  await back('1')
  expect((await engine.plan()).hash).toBe(offered.hash)
  await engine.sync()
  expect(Object.values(await register()).find((it) => it['firstName'] === 'Person1')).toMatchObject(PROMOTED)
})

test('why says that the person was left out, and no longer once that was taken back', async () => {
  await seedCache(database.db, place, [person(1)])
  await out('1')
  const why = () => explainPerson(engine.ctx(), place, '1')
  expect((await why())?.changes).toMatchObject([
    { kind: 'skip', reason: 'ignored', reasonText: 'Left out by a decision that you can revoke.' },
  ])
  await back('1')
  expect((await why())?.changes).toMatchObject([{ kind: 'create', reason: null }])
})

test('it is listed by who was first, and taking back twice is no error', async () => {
  await seedCache(database.db, place, [person(1)])
  await out('1')
  await out('1', engine.ctx().actor)
  expect(await listDecisions(database.db, place.companyId)).toMatchObject([
    { recordId: '1', about: 'match', verdict: 'ignore', decidedBy: SAM, name: 'Person1 Raman' },
  ])
  expect(await findLeftOut(database.db, place, '1')).toMatchObject({ by: SAM })
  await back('1')
  await back('1')
  expect(await findLeftOut(database.db, place, '1')).toBeUndefined()
  expect(await listDecisions(database.db, place.companyId)).toEqual([])
})

test('two admins at once leave the person out once', async () => {
  await seedCache(database.db, place, [person(1)])
  await Promise.all([out('1'), out('1', engine.ctx().actor)])
  expect(await listDecisions(database.db, place.companyId)).toHaveLength(1)
  expect(await rows()).toEqual([['1', 'skip', 'ignored']])
})

test('nobody of another company, and nobody who is not in HR, can be left out', async () => {
  const other = await seedConnection(database.db)
  await seedCache(database.db, other, [person(1)])
  await expect(out('1')).rejects.toMatchObject({ code: 'not_found' })
  expect(await listDecisions(database.db, other.companyId)).toEqual([])
})

test('an answer that was given before stands again when leaving out is taken back, here or under Decisions', async () => {
  const id = await seedStakeholder(database.db, place, { firstName: 'Old', workEmail: 'other@acme.example' })
  await seedCache(database.db, place, [person(1)])
  await decideMatch(engine.ctx(SAM), place, { recordId: '1', verdict: 'link', stakeholderId: id })
  const before = await engine.plan()
  for (const undo of [
    () => back('1'),
    async () =>
      revoke(engine.ctx(), place.companyId, (await findLeftOut(database.db, place, '1'))!.decisionId),
  ]) {
    await out('1')
    expect(await rows()).toEqual([['1', 'skip', 'ignored']])
    await undo()
    expect((await engine.plan()).hash).toBe(before.hash)
    expect(await listDecisions(database.db, place.companyId)).toMatchObject([
      { verdict: 'link', stakeholderId: id, decidedBy: SAM },
    ])
  }
})

test('leaving out a new contract does not wake the old one, and taken back it goes on', async () => {
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  const [id = ''] = Object.keys(await register())
  const ended = person(1, { status: 'left', endDate: '2026-01-31' })
  const again = (over = {}) => person(7, { workEmail: 'p1@acme.example', startDate: '2026-06-01', ...over })
  await seedCache(database.db, place, [ended, again()])
  await decideMatch(engine.ctx(), place, { recordId: '7', verdict: 'new_contract', stakeholderId: id })
  await engine.sync()
  const before = await register()

  await seedCache(database.db, place, [ended, again(PROMOTED)])
  const offered = await engine.plan()
  await out('7')
  expect(await rows()).toEqual([
    ['1', 'skip', 'superseded'],
    ['7', 'skip', 'ignored'],
  ])
  expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 0, left: 0 } })
  expect(await register()).toEqual(before)
  await back('7')
  expect((await engine.plan()).hash).toBe(offered.hash)
})
