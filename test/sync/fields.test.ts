import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DEMO_BAMBOOHR, type Hris, startHris } from '../../demo/hris/server.ts'
import { type ConnectionFieldRow, listConnectionFields } from '../../src/db/connection-fields.ts'
import type { FieldType } from '../../src/model.ts'
import { runApply } from '../../src/sync/apply.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { type Context, createProviders } from '../../src/sync/context.ts'
import type { Condition } from '../../src/sync/core/conditions.ts'
import { decideField, listFieldProblems, removeField, requestField } from '../../src/sync/fields.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { whatIf } from '../../src/sync/what-if.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { providersOf, retrieve, seedLinkedConnection } from '../support/retrieval.ts'
import { makeContext, type Place, readRegister, SAM } from '../support/seed.ts'

const TEAM = 'T1'
const EQUIPMENT = 'custom.category_1711886930001'
let database: TestDatabase
let hris: Hris
let place: Place
beforeAll(async () => {
  database = await createTestDatabase()
  hris = await startHris({ people: 60, rateLimit: null, today: '2026-11-20' })
})
afterAll(async () => {
  await hris.close()
  await database.drop()
})
beforeEach(async () => {
  place = await seedLinkedConnection(database)
  await retrieve(ctx(), place)
})
afterEach(() => hris.control.reset())

const ctx = (over: Partial<Context> = {}): Context =>
  makeContext(database, { providers: providersOf(hris), ...over })

async function field(label: string): Promise<ConnectionFieldRow> {
  const found = (await listConnectionFields(database.db, place)).find((row) => row.label === label)
  if (found === undefined) throw new Error(`${label} is not listed`)
  return found
}
const ask = async (label: string, hasSupport = false) =>
  requestField(ctx(), place, { fieldId: (await field(label)).field_id, hasSupport, team: TEAM })
const remove = async (label: string) =>
  removeField(ctx(), place, { fieldId: (await field(label)).field_id, team: TEAM })
const decide = async (label: string, verdict: 'connected' | 'declined', actor = SAM) =>
  decideField(
    ctx({ actor }),
    { companyId: place.companyId, requestId: (await field(label)).request_id ?? '', team: TEAM },
    verdict,
  )

async function customValues(label: string): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select employee -> 'custom' -> $2 as value from cached_employee where connection_id = $1 order by record_id`,
    [place.connectionId, (await field(label)).field_id],
  )
  return rows.map(({ value }) => value).filter((value) => value !== null)
}
const retrievals = () =>
  database.db
    .selectFrom('retrieval')
    .select(['status', 'actor'])
    .where('connection_id', '=', place.connectionId)
    .orderBy('created_at')
    .execute()
const settings = () => getSettings(database.db, place)
const everythingElse = async () => {
  const { rows } = await database.pool.query(
    `select (select jsonb_agg(s) from stakeholder s where company_id = $1) as register,
      (select jsonb_agg(x) from sync_settings x where company_id = $1) as settings,
      (select count(*) from retrieval r where company_id = $1) as retrievals`,
    [place.companyId],
  )
  return rows[0]
}

const TYPES: [string, FieldType, unknown][] = [
  ['T-shirt size', 'choice', expect.stringMatching(/^[SMLX]+$/)],
  ['Cost centre', 'text', expect.any(String)],
  ['Badge number', 'number', expect.any(Number)],
  ['Works from home', 'choice', expect.stringMatching(/^(Yes|No)$/)],
  ['Probation ends', 'date', expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/)],
]

describe('what can be asked for', () => {
  test('is listed with each retrieval, in the words of HR, and none of it is read before somebody asks', async () => {
    const listed = await listConnectionFields(database.db, place)
    for (const [label, type] of TYPES) {
      expect(listed).toContainEqual(expect.objectContaining({ label, type, state: 'listed' }))
    }
    expect(await field('Badge number')).toMatchObject({ category: 'Equipment' })
    expect(listed.map(({ field_id }) => field_id)).not.toContain('root.email')
    expect(listed.every(({ state }) => state === 'listed')).toBe(true)
    expect(await customValues('T-shirt size')).toEqual([])
    expect([...(await settings()).catalogue.keys()].filter((key) => key.startsWith('custom:'))).toEqual([])
  })

  test.each(TYPES)('%s is read as it is', async (label, type, value) => {
    expect(await ask(label)).toMatchObject({ outcome: 'done', field: { state: 'connected', type } })
    await retrieve(ctx(), place)
    const values = await customValues(label)
    expect(values.length).toBeGreaterThan(0)
    for (const one of values) expect(one).toEqual(value)
    expect(await field(label)).toMatchObject({ state: 'connected', delivered: true })
  })
})

test('asked, connected by support, retrieved, a condition, mapped, synced: the register has it under its own name', async () => {
  const before = (await retrievals()).length
  expect(await ask('T-shirt size', true)).toMatchObject({ outcome: 'done', field: { state: 'requested' } })
  expect(await retrievals()).toHaveLength(before)
  await retrieve(ctx(), place)
  expect(await customValues('T-shirt size')).toEqual([])

  expect(await decide('T-shirt size', 'connected')).toMatchObject({
    outcome: 'done',
    field: { state: 'connected', decided_by: SAM, decided_in: TEAM },
  })
  // In the name of the admin who asked, who is then told of it.
  expect((await retrievals()).at(-1)).toMatchObject({ status: 'queued', actor: { userId: 'U_DANA' } })
  await retrieve(ctx(), place)
  expect((await customValues('T-shirt size')).length).toBeGreaterThan(0)

  const { field_id: id } = await field('T-shirt size')
  const { catalogue, mapping, version } = await settings()
  expect(catalogue.get(`custom:${id}`)).toEqual({ label: 'T-shirt size', type: 'choice' })
  const isM: Condition = { field: `custom:${id}`, operator: 'is', value: 'm' }
  const conditions = { version: 1 as const, match: 'all' as const, items: [isM] }
  const { after, before: everybody } = await whatIf(ctx(), place, conditions)
  expect(after).toBeGreaterThan(0)
  expect(after).toBeLessThan(everybody)
  const size = { from: id, to: 'Size', label: 'Size', owner: 'hr' as const, mayClear: false }
  await saveSettings(ctx(), place, { conditions, mapping: { ...mapping, custom: [size] }, version })

  const plan = (await currentPlan(ctx(), place))!
  expect(plan.counts.meeting).toBe(after)
  const { companyId } = place
  const confirmed = await confirmPlan(ctx(), { companyId, planId: plan.planId, hash: plan.hash })
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
  await runApply(ctx(), { companyId, syncId: confirmed.syncId })
  const register = Object.values(await readRegister(database.db, place))
  expect(register).toHaveLength(plan.counts.create)
  expect(register.length).toBeGreaterThan(0)
  for (const stakeholder of register) expect(stakeholder['custom:Size']).toBe('M')
  expect((await currentPlan(ctx(), place))!.toApply).toBe(0)
})

test('declined: it is not read, who and when is kept, and it can be asked for again', async () => {
  await ask('Cost centre', true)
  const before = await everythingElse()
  expect(await decide('Cost centre', 'declined')).toMatchObject({ outcome: 'done' })
  expect(await everythingElse()).toEqual(before)
  await retrieve(ctx(), place)
  expect(await customValues('Cost centre')).toEqual([])
  const declined = await field('Cost centre')
  expect(declined).toMatchObject({ state: 'declined', decided_by: SAM, requested_by: { userId: 'U_DANA' } })
  expect(declined.decided_at).toBeInstanceOf(Date)

  expect(await ask('Cost centre', true)).toMatchObject({
    outcome: 'done',
    field: { state: 'requested', decided_by: null, decided_at: null },
  })
  // The button of the request before decides nothing any more.
  const { companyId } = place
  const stale = { companyId, requestId: declined.request_id ?? '', team: TEAM }
  await expect(decideField(ctx(), stale, 'connected')).rejects.toMatchObject({ code: 'not_found' })
  expect(await field('Cost centre')).toMatchObject({ state: 'requested' })
})

test('two who decide at once: one wins, and the other learns who it was', async () => {
  await ask('Cost centre', true)
  const answers = await Promise.all([decide('Cost centre', 'connected'), decide('Cost centre', 'declined')])
  expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'moved'])
  const { state } = await field('Cost centre')
  for (const { field: seen } of answers) expect(seen).toMatchObject({ state, decided_by: SAM })
})

test('asking twice asks once, and what HR does not list cannot be asked for', async () => {
  await ask('Cost centre', true)
  const before = await field('Cost centre')
  expect(await ask('Cost centre', true)).toMatchObject({ outcome: 'moved' })
  expect(await field('Cost centre')).toEqual(before)
  const unknown = requestField(ctx(), place, { fieldId: 'no.such', hasSupport: false, team: TEAM })
  await expect(unknown).rejects.toMatchObject({ code: 'not_found' })
  const elsewhere = { ...place, companyId: (await seedLinkedConnection(database)).companyId }
  const foreign = { fieldId: before.field_id, hasSupport: false, team: TEAM }
  await expect(requestField(ctx(), elsewhere, foreign)).rejects.toThrow()
  expect(await field('Cost centre')).toEqual(before)
})

test('a field whose category is closed is said to be missing a permission, and only while it is', async () => {
  hris.control.forbid(EQUIPMENT, true)
  await ask('Badge number')
  await ask('Cost centre')
  expect(await listFieldProblems(database.db, place, hibob)).toEqual([])
  await retrieve(ctx(), place)
  expect(await listFieldProblems(database.db, place, hibob)).toEqual([
    "“Badge number” came for nobody, probably for a missing permission. In Bob, open Settings > Account > Permission groups, choose the group of this service user and tick View for Equipment under People's data. Then press Retrieve Now.",
  ])
  hris.control.forbid(EQUIPMENT, false)
  await retrieve(ctx(), place)
  expect(await listFieldProblems(database.db, place, hibob)).toEqual([])
  expect((await customValues('Badge number')).length).toBeGreaterThan(0)
})

describe('taking a field out again', () => {
  test('ends its mapping and its reading; what the register has stays', async () => {
    await ask('T-shirt size')
    await ask('Cost centre')
    await retrieve(ctx(), place)
    const { field_id: id } = await field('T-shirt size')
    const { field_id: other } = await field('Cost centre')
    const { mapping, version } = await settings()
    const rule = { owner: 'hr' as const, mayClear: true }
    const custom = [
      { ...rule, from: id, to: 'Size', label: 'Size' },
      { ...rule, from: other, to: 'Centre', label: 'Centre' },
    ]
    await saveSettings(ctx(), place, { mapping: { ...mapping, custom }, version })
    const plan = (await currentPlan(ctx(), place))!
    const { companyId } = place
    const confirmed = await confirmPlan(ctx(), { companyId, planId: plan.planId, hash: plan.hash })
    if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
    await runApply(ctx(), { companyId, syncId: confirmed.syncId })
    const register = await readRegister(database.db, place)
    expect(Object.values(register).some((fields) => 'custom:Size' in fields)).toBe(true)

    expect(await remove('T-shirt size')).toMatchObject({ outcome: 'done', field: { state: 'listed' } })
    expect((await settings()).mapping.custom).toEqual([custom[1]])
    await retrieve(ctx(), place)
    expect(await customValues('T-shirt size')).toEqual([])
    expect((await customValues('Cost centre')).length).toBeGreaterThan(0)
    expect((await currentPlan(ctx(), place))!.toApply).toBe(0)
    expect(await readRegister(database.db, place)).toEqual(register)
  })

  test('is refused while a condition asks about it, and nothing is changed', async () => {
    await ask('T-shirt size')
    const { field_id: id } = await field('T-shirt size')
    const { version } = await settings()
    const items: Condition[] = [{ field: `custom:${id}`, operator: 'is_not_empty' }]
    await saveSettings(ctx(), place, { conditions: { version: 1, match: 'all', items }, version })
    const before = [await field('T-shirt size'), await everythingElse()]
    await expect(remove('T-shirt size')).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('T-shirt size'),
    })
    expect([await field('T-shirt size'), await everythingElse()]).toEqual(before)
  })
})

test('another HR system: the same fields of the same company, with yes or no as such', async () => {
  const bamboo = await seedLinkedConnection(database, DEMO_BAMBOOHR)
  place = bamboo
  await database.db
    .updateTable('connection')
    .set({ provider: 'bamboohr' })
    .where('connection_id', '=', bamboo.connectionId)
    .execute()
  const providers = createProviders(PROVIDERS, { bamboohr: hris.bamboohrUrl })
  await retrieve(ctx({ providers }), bamboo)
  const expected: [string, FieldType, unknown][] = [
    ...TYPES.filter(([label]) => label !== 'Works from home'),
    ['Works from home', 'boolean', expect.any(Boolean)],
  ]
  for (const [label] of expected) await ask(label)
  await retrieve(ctx({ providers }), bamboo)
  for (const [label, type, value] of expected) {
    expect(await field(label)).toMatchObject({ type, delivered: true })
    const values = (await customValues(label)).filter((one) => one !== null)
    expect(values.length).toBeGreaterThan(0)
    for (const one of values) expect(one).toEqual(value)
  }
  const { field_id: id } = await field('Works from home')
  const items: Condition[] = [{ field: `custom:${id}`, operator: 'is', value: true }]
  const { after, before } = await whatIf(ctx(), bamboo, { version: 1, match: 'all', items })
  expect(after).toBe((await customValues('Works from home')).filter((one) => one === true).length)
  expect(after).toBeGreaterThan(0)
  expect(after).toBeLessThan(before)
})

test('a removed connection is not asked for another field', async () => {
  await ask('Cost centre', true)
  await database.db
    .updateTable('connection')
    .set({ status: 'removed' })
    .where('connection_id', '=', place.connectionId)
    .execute()
  await expect(decide('Cost centre', 'connected')).rejects.toMatchObject({ code: 'not_found' })
  expect(await field('Cost centre')).toMatchObject({ state: 'requested' })
})
