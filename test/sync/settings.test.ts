import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Condition, ConditionTree } from '../../src/sync/core/conditions.ts'
import { MAX_CONDITIONS, MAX_VALUES } from '../../src/sync/core/conditions-check.ts'
import { takeOutOfSettings } from '../../src/sync/field-settings.ts'
import { getOverview } from '../../src/sync/overview.ts'
import { getSettings, hasConditions, saveSettings } from '../../src/sync/settings.ts'
import { whatIf, whoMoves } from '../../src/sync/what-if.ts'
import { explainPerson, findPeople } from '../../src/sync/why.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { makeContext, type Place, readRegister, seedCache, seedConnectionOf } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})
beforeEach(async () => {
  await seedCache(database.db, place, [
    person(1, { officeLocation: 'London' }),
    person(2, { officeLocation: 'Berlin' }),
    person(3, { officeLocation: null }),
  ])
})

const ctx = () => makeContext(database)
const inOffice = (...values: string[]): ConditionTree => ({
  version: 1,
  match: 'all',
  items: [{ field: 'officeLocation', operator: 'is_any_of', values }],
})
const save = async (conditions: ConditionTree) =>
  saveSettings(ctx(), place, { conditions, version: (await getSettings(database.db, place)).version })

async function everythingStored() {
  const { rows } = await database.pool.query(
    `select (select jsonb_agg(s order by stakeholder_id) from stakeholder s where company_id = $1) as register,
      (select jsonb_agg(p) from plan p where company_id = $1) as plans,
      (select jsonb_agg(j) from journal j where company_id = $1) as journal,
      (select jsonb_agg(x) from sync_settings x where company_id = $1) as settings`,
    [place.companyId],
  )
  return rows[0]
}

describe('Sync if', () => {
  test('only people within the conditions are planned, and a saved change plans anew', async () => {
    expect((await engine.plan()).counts).toMatchObject({ create: 3, meeting: 3 })
    await save(inOffice('London'))
    expect((await engine.plan()).counts).toMatchObject({ create: 1, people: 3, meeting: 1 })
  })

  test('what if: counts and names of who comes in and who goes out, and nothing is saved', async () => {
    await save(inOffice('London'))
    const before = await everythingStored()
    expect(await whatIf(ctx(), place, inOffice('Berlin'))).toEqual({
      people: 3,
      before: 1,
      after: 1,
      inTotal: 1,
      outTotal: 1,
    })
    const moves = (side: 'in' | 'out') =>
      whoMoves(ctx(), place, inOffice('Berlin'), { side, offset: 0, limit: 5 })
    expect(await moves('in')).toMatchObject([{ recordId: '2', name: 'Person2 Raman' }])
    expect(await moves('out')).toMatchObject([{ recordId: '1', name: 'Person1 Raman' }])
    expect(await everythingStored()).toEqual(before)
  })

  test('who would move is paged by the name that is shown, everybody once', async () => {
    await save(inOffice('London'))
    const names = ['zoë', 'Ana', null, 'Bo', 'ana', 'Ömer', 'Cy']
    await seedCache(
      database.db,
      place,
      names.map((preferredName, n) => person(n, { preferredName, officeLocation: 'Berlin' })),
    )
    const page = (offset: number, limit: number) =>
      whoMoves(ctx(), place, inOffice('Berlin'), { side: 'in', offset, limit })
    const all = await page(0, 10)
    expect(all.map(({ name }) => name).filter((name) => /^[a-z]/iu.test(name))).toEqual([
      'Ana',
      'ana',
      'Bo',
      'Cy',
      'Person2 Raman',
      'zoë',
    ])
    expect([...(await page(0, 3)), ...(await page(3, 3)), ...(await page(6, 3))]).toEqual(all)
    expect(await page(7, 3)).toEqual([])
  })

  test('somebody synced who no longer meets the conditions is reported and stays in the register', async () => {
    await engine.sync()
    const before = await readRegister(database.db, place)
    await save(inOffice('London'))
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { out_of_conditions: 2, unchanged: 1 } })
    expect(await readRegister(database.db, place)).toEqual(before)
  })

  test('a condition on a field that is gone stops planning and says which, on Home too', async () => {
    await database.db
      .updateTable('sync_settings')
      .set((eb) => ({
        conditions: JSON.stringify({
          version: 1,
          match: 'all',
          items: [{ field: 'custom:size', operator: 'is', value: 'M' }],
        }),
        version: eb('version', '+', 1),
      }))
      .where('company_id', '=', place.companyId)
      .execute()
    await expect(engine.plan()).rejects.toMatchObject({ code: 'bad_request' })
    const { connections } = await getOverview(ctx(), place.companyId)
    expect(connections[0]).toMatchObject({
      plan: null,
      planProblem: { message: expect.stringContaining('size') },
    })
    expect((await getSettings(database.db, place)).problems).toHaveLength(1)
    await expect(
      save({ version: 1, match: 'all', items: [{ field: 'custom:size', operator: 'is_empty' }] }),
    ).rejects.toMatchObject({
      code: 'bad_request',
    })
  })

  describe('as many conditions as can be used', () => {
    const grouped = (count: number, at: (n: number) => Condition): ConditionTree => ({
      version: 1,
      match: 'any',
      items: Array.from({ length: Math.ceil(count / 50) }, (_, group) => ({
        match: 'all',
        items: Array.from({ length: Math.min(50, count - group * 50) }, (_, n) => at(group * 50 + n)),
      })),
    })
    const list = (each: number) => (n: number) =>
      ({
        field: 'custom:skills',
        operator: 'is_any_of',
        values: Array.from({ length: each }, (_, at) => `Ñandú ${n}-${at}`),
      }) as const
    beforeEach(async () => {
      for (const [id, type] of [['skills', 'list'] as const, ['fte', 'number'] as const])
        await database.db
          .insertInto('connection_field')
          .values({
            company_id: place.companyId,
            connection_id: place.connectionId,
            field_id: id,
            label: id,
            type,
            state: 'connected',
            listed_at: new Date(),
            request_id: randomUUID(),
          })
          .execute()
    })

    test.each<[string, (n: number) => Condition]>([
      ['lists of values', list(MAX_VALUES / MAX_CONDITIONS)],
      ['numbers', () => ({ field: 'custom:fte', operator: 'between', from: '1', to: '2' })],
      ['parts of texts', (n) => ({ field: 'jobTitle', operator: 'does_not_contain', value: `Ñ${n}` })],
    ])('are planned, counted and explained: %s', async (_name, at) => {
      await save(grouped(MAX_CONDITIONS, at))
      expect((await engine.plan()).counts.people).toBe(3)
      expect(await whatIf(ctx(), place, grouped(MAX_CONDITIONS, at))).toMatchObject({ people: 3 })
      expect((await explainPerson(ctx(), place, '1'))?.conditions?.lines).toHaveLength(MAX_CONDITIONS)
    })

    test('one condition, or one value, more is refused with its number, and nothing is saved', async () => {
      const before = await everythingStored()
      for (const [tree, words] of [
        [grouped(MAX_CONDITIONS + 1, list(1)), 'has 201 conditions, and at most 200 can be used'],
        [
          grouped(MAX_VALUES / 500 + 1, (n) => list(n === 10 ? 1 : 500)(n)),
          'list 5001 values, and at most 5000 can be used',
        ],
      ] as const)
        await expect(save(tree)).rejects.toMatchObject({
          code: 'bad_request',
          message: expect.stringContaining(words),
        })
      expect(await everythingStored()).toEqual(before)
    })
  })

  describe('saved conditions that cannot be read', () => {
    const tree = (...items: unknown[]) => ({ version: 1, match: 'all', items })
    const empty = { field: 'phone', operator: 'is_empty' }
    const store = (conditions: unknown) =>
      database.db
        .updateTable('sync_settings')
        .set((eb) => ({ conditions: JSON.stringify(conditions), version: eb('version', '+', 1) }))
        .where('company_id', '=', place.companyId)
        .where('connection_id', '=', place.connectionId)
        .execute()
    const said = {
      code: 'bad_request',
      message: 'The saved conditions (Sync if) cannot be read.',
      remedy: expect.stringContaining('Open Configure: the conditions start empty there.'),
    }

    test.each<[string, unknown]>([
      ['of a newer version', { version: 2, match: 'all', items: [] }],
      ['too deep', tree({ match: 'any', items: [{ match: 'all', items: [empty] }] })],
      ['too many', tree(...Array.from({ length: 51 }, () => empty))],
      ['an empty group', tree({ match: 'any', items: [] })],
      ['something besides', { ...tree(), extra: 1 }],
      ['an unknown operator', tree({ field: 'phone', operator: 'matches', value: 'x' })],
      ['null', null],
    ])('%s: nothing is planned, everything says so and nothing is written', async (_name, conditions) => {
      await engine.sync()
      await store(conditions)
      const before = await everythingStored()
      await expect(engine.plan()).rejects.toMatchObject(said)
      await expect(explainPerson(ctx(), place, '1')).rejects.toMatchObject(said)
      expect(await getSettings(database.db, place)).toMatchObject({
        conditions: null,
        problems: [{ sentence: said.message }],
      })
      expect(await hasConditions(database.db, place)).toBe(true)
      expect(await whatIf(ctx(), place, inOffice('London'))).toMatchObject({ before: 0, after: 1 })
      expect(await explainPerson(ctx(), place, '1', inOffice('London'))).toMatchObject({
        conditions: { passes: true },
      })
      expect(await everythingStored()).toEqual(before)
    })

    test('Home shows it at its connection, the other one is as ever, and saving mends it', async () => {
      const other = await seedConnectionOf(database.db, place.companyId, 'bamboohr')
      await seedCache(database.db, other, [person(7, { workEmail: 'seven@acme.example' })])
      await store({ version: 2 })
      const { connections } = await getOverview(ctx(), place.companyId)
      const of = (id: string) => connections.find(({ connectionId }) => connectionId === id)
      expect(of(place.connectionId)).toMatchObject({
        plan: null,
        people: 3,
        meetConditions: null,
        planProblem: { message: said.message, remedy: said.remedy },
      })
      expect(of(other.connectionId)).toMatchObject({ plan: { toApply: 1 }, planProblem: null })
      await save(inOffice('London'))
      expect((await engine.plan()).counts).toMatchObject({ create: 1, meeting: 1 })
    })

    test('a requested field that they might ask about is not removed', async () => {
      const field = { field_id: 'size', label: 'Size' }
      await store(null)
      const before = await everythingStored()
      await expect(takeOutOfSettings(ctx(), place, field)).rejects.toMatchObject(said)
      expect(await everythingStored()).toEqual(before)
      await save(inOffice('London'))
      await takeOutOfSettings(ctx(), place, field)
    })
  })

  test('Home says how many meet the conditions, and nothing of them where there are none', async () => {
    const meeting = async () =>
      (await getOverview(ctx(), place.companyId)).connections.map(({ meetConditions }) => meetConditions)
    expect(await meeting()).toEqual([null])
    await save(inOffice('Atlantis'))
    expect(await meeting()).toEqual([0])
  })

  test("two admins who edit at once: the second is told, and the first one's settings stand", async () => {
    const { version } = await getSettings(database.db, place)
    await saveSettings(ctx(), place, { conditions: inOffice('London'), version })
    await expect(
      saveSettings(ctx(), place, { conditions: inOffice('Berlin'), version }),
    ).rejects.toMatchObject({ code: 'conflict' })
    expect((await getSettings(database.db, place)).conditions).toEqual(inOffice('London'))
  })
})

test('changing the identifier plans anew and breaks no link', async () => {
  await engine.sync()
  const { version } = await getSettings(database.db, place)
  await saveSettings(ctx(), place, { identifier: 'employeeNumber', version })
  expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { unchanged: 3 } })
  await saveSettings(ctx(), place, { identifier: 'personalEmail', version: version + 1 })
  expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { unchanged: 3, create: 0 } })
})

describe('why', () => {
  test('somebody outside: the condition, the value it saw, and that nothing is done; nothing is written', async () => {
    await engine.sync()
    await save(inOffice('London'))
    await engine.plan()
    const before = await everythingStored()
    const [found] = await findPeople(ctx(), place.companyId, 'person2', 5)
    const why = await explainPerson(ctx(), place, found?.recordId ?? '')
    expect(why).toMatchObject({
      name: 'Person2 Raman',
      conditions: {
        passes: false,
        lines: [{ text: 'Office location is any of London', actual: 'Berlin', passes: false }],
      },
      match: { how: 'linked' },
      changes: [{ kind: 'out_of_conditions' }],
    })
    expect(await everythingStored()).toEqual(before)
  })

  test('by unsaved conditions: what would follow if they were saved, also where the saved ones are broken', async () => {
    await save(inOffice('London'))
    const before = await everythingStored()
    const unsaved = await explainPerson(ctx(), place, '2', inOffice('Berlin'))
    expect(unsaved).toMatchObject({ conditions: { passes: true }, changes: [{ kind: 'create' }] })
    expect(await explainPerson(ctx(), place, '2')).toMatchObject({
      conditions: { passes: false },
      changes: [],
    })
    expect(await everythingStored()).toEqual(before)

    const gone: ConditionTree = {
      version: 1,
      match: 'all',
      items: [{ field: 'custom:gone', operator: 'is_empty' }],
    }
    await database.db
      .updateTable('sync_settings')
      .set({ conditions: JSON.stringify(gone) })
      .execute()
    expect(await explainPerson(ctx(), place, '2', inOffice('Berlin'))).toEqual(unsaved)
    await expect(explainPerson(ctx(), place, '2')).rejects.toMatchObject({
      remedy: expect.stringContaining('until then nothing is planned'),
    })
    await save(inOffice('London'))
    await expect(explainPerson(ctx(), place, '2', gone)).rejects.toMatchObject({
      code: 'bad_request',
      remedy: 'Mend the condition in Configure. The saved conditions still hold.',
    })
  })

  test('it says what the plan says, for everybody', async () => {
    await engine.sync({ ordinals: [0] })
    await seedCache(database.db, place, [
      person(1, { jobTitle: 'CTO' }),
      person(2, { workEmail: null }),
      person(3, { status: 'left' }),
      person(4, { workEmail: 'p1@acme.example' }),
    ])
    const planned = await engine.changes()
    for (const recordId of ['1', '2', '3', '4']) {
      const why = await explainPerson(ctx(), place, recordId)
      expect(why?.changes.map(({ kind, reason }) => [kind, reason])).toEqual(
        planned.filter((change) => change.recordId === recordId).map(({ kind, reason }) => [kind, reason]),
      )
    }
  })

  test('people are found by the letters that conditions take for the same, and by either first name', async () => {
    await seedCache(database.db, place, [
      person(1, { firstName: 'İpek', lastName: 'Işık' }),
      person(2, { firstName: 'José', lastName: 'Núñez' }),
      person(3, { firstName: 'Οδυσσεύς', lastName: 'Παπάς' }),
      person(4, { firstName: 'Ann', lastName: 'Lee', preferredName: 'Annie' }),
      person(5, { firstName: 'Jürgen', lastName: 'Weiß' }),
    ])
    const found = async (text: string) =>
      (await findPeople(ctx(), place.companyId, text, 5)).map(({ recordId }) => recordId)
    for (const text of ['ışık', 'IŞIK', 'İPEK', 'ipek işik'])
      expect([text, await found(text)]).toEqual([text, ['1']])
    for (const text of ['jose\u0301', 'JOSÉ  NÚÑEZ']) expect([text, await found(text)]).toEqual([text, ['2']])
    for (const text of ['ΟΔΥΣΣΕΎΣ', 'παπάσ']) expect([text, await found(text)]).toEqual([text, ['3']])
    for (const text of ['Annie Lee', ' ann  lee ', 'ANN\u00a0LEE', 'P4@acme'])
      expect([text, await found(text)]).toEqual([text, ['4']])
    expect(await found('WEISS')).toEqual(['5'])
    expect(await found('jose')).toEqual([])
  })

  test('nobody by that name is nobody, and a percent sign finds only percent signs', async () => {
    expect(await findPeople(ctx(), place.companyId, '%', 5)).toEqual([])
    expect(await explainPerson(ctx(), place, 'nobody')).toBeUndefined()
  })
})
