import { expect, test } from 'vitest'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { finishLinking, startLinking } from '../../src/sync/connections.ts'
import { sealCredentials } from '../../src/sync/credentials.ts'
import { removeConnection } from '../../src/sync/disconnect.ts'
import { findLinkSession } from '../../src/sync/link-sessions.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeContext, type Place, readRegister, seedCache, seedConnectionOf } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const secondConnection = () => seedConnectionOf(database.db, place.companyId, 'bamboohr')

test('a plan does not hold any more once another connection has created the same person', async () => {
  const engine = engineAt(database, place)
  await seedCache(database.db, place, [person(1), person(2)])
  const view = await engine.plan()
  expect(view.counts).toMatchObject({ create: 2 })

  const other = await secondConnection()
  await seedCache(database.db, other, [person(1, { recordId: 'b1' })])
  await engineAt(database, other).sync()
  const before = await readRegister(database.db, place)
  expect(await engine.confirm(view)).toMatchObject({
    outcome: 'overtaken',
    plan: { counts: { create: 1, conflict: 1 } },
  })
  expect(await readRegister(database.db, place)).toEqual(before)
})

test('who look at the same moment look at one plan, and nobody overtakes the other', async () => {
  const engine = engineAt(database, place)
  await seedCache(database.db, place, [person(1), person(2)])
  const together = async () => {
    const views = await Promise.all(Array.from({ length: 4 }, () => engine.plan()))
    return [...new Set(views.map(({ planId }) => planId))]
  }
  const [first, ...others] = await together()
  expect(others).toEqual([])
  await seedCache(database.db, place, [person(3)])
  const [second, ...moreOthers] = await together()
  expect(moreOthers).toEqual([])
  expect(second).not.toBe(first)
})

test('a plan of yesterday does not hold today: a condition with a relative date means other people', async () => {
  const on = (day: string) => makeContext(database, { now: new Date(`${day}T12:00:00Z`) })
  const days = { field: 'startDate', operator: 'in_last_days', days: 30 } as const
  const { version } = await getSettings(database.db, place)
  await saveSettings(on('2026-11-27'), place, {
    version,
    conditions: { version: 1, match: 'all', items: [days] },
  })
  await seedCache(database.db, place, [
    person(1, { startDate: '2026-10-28' }),
    person(2, { startDate: '2026-11-20' }),
  ])
  const view = await currentPlan(on('2026-11-27'), place)
  expect(view?.counts).toMatchObject({ create: 2 })
  const request = { companyId: place.companyId, planId: view?.planId ?? '', hash: view?.hash ?? '' }
  expect(await confirmPlan(on('2026-11-28'), request)).toMatchObject({
    outcome: 'overtaken',
    moved: { sentences: ['1 fewer to create'] },
  })
  expect(await readRegister(database.db, place)).toEqual({})
})

test('a plan does not hold any more once another connection is disconnected: its people are matched then', async () => {
  const engine = engineAt(database, place)
  const other = await seedConnectionOf(database.db, place.companyId, 'hibob')
  await seedCache(database.db, other, [person(1)])
  await engineAt(database, other).sync()
  await seedCache(database.db, place, [person(1)])
  expect(await engine.changes()).toMatchObject([
    { kind: 'conflict', reason: 'two_connections', reasonText: expect.stringContaining('(E-1)') },
  ])
  const before = await readRegister(database.db, place)

  await removeConnection(makeContext(database), other.companyId, other.connectionId)
  expect(await engine.changes()).toMatchObject([{ kind: 'link', fields: {}, reasonText: null }])
  expect(await readRegister(database.db, place)).toEqual(before)
})

test('a plan does not hold any more once another connection is taken up again, and has one of its stakeholders', async () => {
  const engine = engineAt(database, place)
  const ctx = makeContext(database)
  const { companyId, connectionId } = await seedConnectionOf(database.db, place.companyId, 'hibob')
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  await database.pool.query(
    `insert into link (company_id, connection_id, record_id, stakeholder_id, base)
    select company_id, $2, 'b1', stakeholder_id, '{}' from stakeholder where company_id = $1`,
    [companyId, connectionId],
  )
  await removeConnection(ctx, companyId, connectionId)
  await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' })])
  const view = await engine.plan()
  expect(view.counts).toMatchObject({ update: 1, conflict: 0 })

  const setUp = { companyId, connectionId, provider: 'hibob', slackUserId: 'U_DANA' }
  const { token } = await startLinking(ctx, setUp)
  await database.db
    .updateTable('connection')
    .set({ sealed_credentials: sealCredentials(ctx, companyId, connectionId, {}) })
    .where('connection_id', '=', connectionId)
    .execute()
  await finishLinking(ctx, (await findLinkSession(ctx, token))!)
  const before = await readRegister(database.db, place)
  expect(await engine.confirm(view)).toMatchObject({
    outcome: 'overtaken',
    plan: { counts: { update: 0, conflict: 1 } },
  })
  expect(await readRegister(database.db, place)).toEqual(before)
})
