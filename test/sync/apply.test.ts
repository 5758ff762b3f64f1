import { describe, expect, test } from 'vitest'
import { runApply } from '../../src/sync/apply.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { currentPlan, listChanges, type PlanView } from '../../src/sync/plan.ts'
import { listSyncs } from '../../src/sync/sync-view.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import {
  DANA,
  makeContext,
  type Place,
  readRegister,
  SAM,
  seedCache,
  seedConnection,
  seedStakeholder,
} from '../support/seed.ts'
import { employee } from './core/people.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const ctx = (actor = DANA) => makeContext(database, { actor, now: new Date() })
const person = (number: number, over: Parameters<typeof employee>[0] = {}) =>
  employee({
    recordId: `${number}`,
    employeeNumber: `E-${number}`,
    workEmail: `p${number}@acme.example`,
    ...over,
  })
const three = [person(1), person(2), person(3)]

async function plan(): Promise<PlanView> {
  const view = await currentPlan(ctx(), place)
  if (!view) throw new Error('nothing was retrieved')
  return view
}

async function confirm(view: PlanView, actor = DANA, ordinals?: number[]) {
  return await confirmPlan(ctx(actor), {
    companyId: place.companyId,
    planId: view.planId,
    hash: view.hash,
    ...(ordinals && { ordinals }),
  })
}

async function sync(ordinals?: number[]) {
  const confirmed = await confirm(await plan(), DANA, ordinals)
  if (confirmed.outcome !== 'confirmed') throw new Error(`not confirmed: ${confirmed.outcome}`)
  return await runApply(ctx(), { companyId: place.companyId, syncId: confirmed.syncId })
}

describe('from cache to register', () => {
  test('nothing is in the register that nobody confirmed, and all of it once somebody did', async () => {
    await seedCache(database.db, place, three)
    expect((await plan()).counts).toMatchObject({ create: 3, people: 3, meeting: 3 })
    expect(await readRegister(database.db, place)).toEqual({})

    expect((await sync()).counts).toEqual({
      created: 3,
      updated: 0,
      linked: 0,
      skipped: 0,
      reversed: 0,
      kept: 0,
    })
    const emails = Object.values(await readRegister(database.db, place)).map((fields) => fields['workEmail'])
    expect(emails.sort()).toEqual(['p1@acme.example', 'p2@acme.example', 'p3@acme.example'])
  })

  test('planning again on the outcome is an empty plan, and reading it writes nothing', async () => {
    await seedCache(database.db, place, three)
    await sync()
    const before = await readRegister(database.db, place)
    expect(await plan()).toMatchObject({ toApply: 0, counts: { unchanged: 3, create: 0, update: 0 } })
    expect(await readRegister(database.db, place)).toEqual(before)
  })

  test('the same people in another order give the same plan and hash', async () => {
    await seedCache(database.db, place, three)
    const first = await plan()
    const elsewhere = await seedConnection(database.db)
    await seedCache(database.db, elsewhere, three.toReversed())
    expect((await currentPlan(ctx(), elsewhere))?.hash).toBe(first.hash)
  })

  test('a stakeholder who was there is matched by work email in any case and updated, not doubled', async () => {
    const id = await seedStakeholder(database.db, place, {
      firstName: 'Priya',
      workEmail: ' P1@ACME.example ',
      grants: 3,
    })
    await seedCache(database.db, place, [person(1)])
    expect((await sync()).counts).toMatchObject({ created: 0, updated: 1 })
    const register = await readRegister(database.db, place)
    expect(Object.keys(register)).toEqual([id])
    expect(register[id]).toMatchObject({ jobTitle: 'Engineer', grants: 3 })
  })

  test('a changed email is an update of the same stakeholder, once linked', async () => {
    await seedCache(database.db, place, [person(1)])
    await sync()
    const [id] = Object.keys(await readRegister(database.db, place))
    await seedCache(database.db, place, [person(1, { workEmail: 'married@acme.example' })])
    expect((await sync()).counts).toMatchObject({ created: 0, updated: 1 })
    expect(Object.keys(await readRegister(database.db, place))).toEqual([id])
  })

  test('people who share an identifier are not written, and nobody else is held up', async () => {
    await seedCache(database.db, place, [...three, person(4, { workEmail: 'P3@acme.example' })])
    const view = await plan()
    expect(view.counts).toMatchObject({ create: 2, conflict: 2 })
    const { items } = await listChanges(database.db, place.companyId, view.planId, {
      kind: 'conflict',
      offset: 0,
      limit: 10,
    })
    expect(items.map((item) => item.reason)).toEqual(['shared_identifier', 'shared_identifier'])
    expect((await sync()).counts).toMatchObject({ created: 2 })
  })

  test('nobody is deleted: who vanished from HR is reported and stays as they are', async () => {
    await seedCache(database.db, place, three)
    await sync()
    const before = await readRegister(database.db, place)
    await seedCache(database.db, place, three.slice(0, 2))
    expect(await plan()).toMatchObject({ toApply: 0, counts: { vanished: 1, unchanged: 2, people: 2 } })
    expect(await readRegister(database.db, place)).toEqual(before)
  })
})

describe('what was confirmed is what is written', () => {
  test('of two people who confirm at once one wins and the other is told who did', async () => {
    await seedCache(database.db, place, three)
    const view = await plan()
    const answers = await Promise.all([confirm(view, DANA), confirm(view, SAM)])
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['confirmed', 'decided'])
    const second = answers.find(({ outcome }) => outcome === 'decided')
    expect(second).toMatchObject({ plan: { status: 'confirmed', decidedBy: { kind: 'slack' } } })
    const syncs = await database.db
      .selectFrom('sync')
      .selectAll()
      .where('company_id', '=', place.companyId)
      .execute()
    expect(syncs).toHaveLength(1)
  })

  test('a retrieval that landed in between overtakes the plan: nothing is written and the difference is told', async () => {
    await seedCache(database.db, place, three)
    const view = await plan()
    await seedCache(database.db, place, [...three, person(4)])
    expect(await confirm(view)).toMatchObject({
      outcome: 'overtaken',
      moved: { sentences: ['1 more to create'], people: null },
    })
    expect(await readRegister(database.db, place)).toEqual({})
  })

  test('a retrieval that changed nothing does not send the person back', async () => {
    await seedCache(database.db, place, three)
    const view = await plan()
    await seedCache(database.db, place, three)
    expect((await confirm(view)).outcome).toBe('confirmed')
  })

  test('a register row edited between preview and confirm overtakes the plan', async () => {
    const id = await seedStakeholder(database.db, place, {
      workEmail: 'p1@acme.example',
      jobTitle: 'Founder',
    })
    await seedCache(database.db, place, [person(1)])
    const view = await plan()
    await edit(id, { jobTitle: 'Owner' })
    expect((await confirm(view)).outcome).toBe('overtaken')
    expect((await readRegister(database.db, place))[id]).toMatchObject({ jobTitle: 'Owner' })
  })

  test('a row edited between confirm and apply is skipped and says so, the rest is written', async () => {
    const id = await seedStakeholder(database.db, place, {
      workEmail: 'p1@acme.example',
      jobTitle: 'Founder',
    })
    await seedCache(database.db, place, three)
    const confirmed = await confirm(await plan())
    if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
    await edit(id, { jobTitle: 'Owner' })
    const done = await runApply(ctx(), { companyId: place.companyId, syncId: confirmed.syncId })
    expect(done.counts).toEqual({ created: 2, updated: 0, linked: 0, skipped: 1, reversed: 0, kept: 0 })
    expect((await readRegister(database.db, place))[id]).toMatchObject({ jobTitle: 'Owner' })
    const skipped = await database.db
      .selectFrom('journal')
      .select(['outcome', 'reason'])
      .where('sync_id', '=', done.syncId)
      .where('outcome', '=', 'skipped')
      .execute()
    expect(skipped).toEqual([{ outcome: 'skipped', reason: 'edited since' }])
  })

  test("a hash that is not this plan's is refused and writes nothing", async () => {
    await seedCache(database.db, place, three)
    const view = await plan()
    await expect(confirm({ ...view, hash: '0'.repeat(64) })).rejects.toMatchObject({ code: 'not_found' })
    expect(await plan()).toMatchObject({ status: 'open', planId: view.planId })
  })

  test("another company's plan does not exist for this one", async () => {
    await seedCache(database.db, place, three)
    const view = await plan()
    const other = await seedConnection(database.db)
    await expect(
      confirmPlan(ctx(), { companyId: other.companyId, planId: view.planId, hash: view.hash }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  test('applying a sync twice writes once', async () => {
    await seedCache(database.db, place, three)
    const done = await sync()
    const before = await readRegister(database.db, place)
    const again = await runApply(ctx(), { companyId: place.companyId, syncId: done.syncId })
    expect(again).toEqual(done)
    expect(await readRegister(database.db, place)).toEqual(before)
  })

  test('a choice of changes writes those and leaves the rest for the next plan', async () => {
    await seedCache(database.db, place, three)
    const { items } = await listChanges(database.db, place.companyId, (await plan()).planId, {
      offset: 0,
      limit: 10,
    })
    const chosen = items.find((item) => item.recordId === '2')
    expect((await sync([chosen?.ordinal ?? -1])).counts).toMatchObject({ created: 1 })
    const [only] = Object.values(await readRegister(database.db, place))
    expect(only).toMatchObject({ workEmail: 'p2@acme.example' })
    expect((await plan()).counts).toMatchObject({ create: 2, unchanged: 1 })
  })

  test('of nobody is no sync, and leaves the plan to be confirmed', async () => {
    await seedCache(database.db, place, three)
    expect(await confirm(await plan(), DANA, [])).toEqual({ outcome: 'nothing' })
    expect(await listSyncs(database.db, place.companyId, { limit: 5 })).toEqual([])
    expect((await sync()).counts).toMatchObject({ created: 3 })
  })
})

async function edit(stakeholderId: string, fields: Record<string, string>) {
  await database.pool.query(
    'update stakeholder set fields = fields || $1, version = version + 1 where stakeholder_id = $2',
    [JSON.stringify(fields), stakeholderId],
  )
}

test('the rows of a plan that nobody confirmed are forgotten after a day, those of a confirmed one never', async () => {
  await seedCache(database.db, place, three)
  const confirmed = await plan()
  await sync()
  await seedCache(database.db, place, [...three, person(4)])
  const overtaken = await plan()
  await seedCache(database.db, place, [...three, person(4), person(5)])
  await plan()
  await database.pool.query(
    `update plan set created_at = created_at - interval '2 days' where company_id = $1`,
    [place.companyId],
  )
  await seedCache(database.db, place, three)
  await plan()
  const rows = (planId: string) =>
    listChanges(database.db, place.companyId, planId, { offset: 0, limit: 10 }).then(({ total }) => total)
  expect(await rows(overtaken.planId)).toBe(0)
  expect(await rows(confirmed.planId)).toBe(3)
})
