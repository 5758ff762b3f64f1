import { sql } from 'kysely'
import { Client } from 'pg'
import { describe, expect, test, vi } from 'vitest'
import * as candidates from '../../src/db/candidates.ts'
import type { Employee } from '../../src/model.ts'
import type { Condition } from '../../src/sync/core/conditions.ts'
import { decideMatch } from '../../src/sync/decide.ts'
import { drawUpPlan } from '../../src/sync/draw-up.ts'
import { identifierFigures } from '../../src/sync/identifier-figures.ts'
import { listChanges } from '../../src/sync/plan.ts'
import { findConflict, resolveMatch } from '../../src/sync/resolve.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import {
  makeContext,
  type Place,
  readRegister,
  seedCache,
  seedConnectionOf,
  seedStakeholder,
} from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

const ctx = () => makeContext(database)
const register = () => readRegister(database.db, place)
const only = (condition: Condition) => ({ version: 1 as const, match: 'all' as const, items: [condition] })
const LONDON = only({ field: 'officeLocation', operator: 'is', value: 'London' })
const ACTIVE = only({ field: 'status', operator: 'is', value: 'active' })
async function syncIf(conditions: typeof LONDON) {
  const { version } = await getSettings(database.db, place)
  await saveSettings(ctx(), place, { conditions, version })
}

const INFO = { workEmail: 'info@acme.example' }
const ana = (over: Partial<Employee> = {}) =>
  person(1, { firstName: 'Ana', lastName: 'Nunez', officeLocation: 'London', ...INFO, ...over })
const ben = (over: Partial<Employee> = {}) =>
  person(2, { firstName: 'Ben', lastName: 'Ode', officeLocation: 'Berlin', ...INFO, ...over })
const BEN = { firstName: 'Ben', lastName: 'Ode', ...INFO, officeLocation: 'Berlin', status: 'active' }

describe('an identifier shared with somebody outside the conditions', () => {
  test('is a conflict that names both, and the stakeholder of the one outside is not overwritten', async () => {
    const id = await seedStakeholder(database.db, place, BEN)
    await seedCache(database.db, place, [ana(), ben()])
    await syncIf(LONDON)
    expect(await engine.changes()).toMatchObject([
      { recordId: '1', kind: 'conflict', reason: 'shared_identifier', fields: {} },
    ])
    const conflict = await findConflict(ctx(), place, '1')
    expect(conflict?.records.map(({ name }) => name)).toEqual(['Ana Nunez', 'Ben Ode'])
    expect(conflict?.sentence).toContain('Ben Ode')
    expect((await engine.plan()).toApply).toBe(0)
    expect(await register()).toEqual({ [id]: BEN })
    expect(await identifierFigures(ctx(), place, 'workEmail', LONDON)).toEqual({
      people: 1,
      having: 1,
      sharing: 1,
    })
  })

  test('nobody is created by it either, until a person says that they are somebody new', async () => {
    await seedCache(database.db, place, [ana(), ben()])
    await syncIf(LONDON)
    expect((await engine.plan()).counts).toMatchObject({ conflict: 1, create: 0, meeting: 1 })
    await decideMatch(ctx(), place, { recordId: '1', verdict: 'create', stakeholderId: null })
    await engine.sync()
    expect(Object.values(await register()).map(({ firstName }) => firstName)).toEqual(['Ana'])
  })

  test('a rehire whose closed record the conditions leave out waits as without conditions', async () => {
    await seedCache(database.db, place, [
      ben({ status: 'left', endDate: '2023-01-31' }),
      person(3, { firstName: 'Ben', lastName: 'Ode', ...INFO }),
    ])
    const without = (await engine.changes()).find(({ recordId }) => recordId === '3')
    expect(without).toMatchObject({ kind: 'conflict', reason: 'shared_identifier' })
    await syncIf(ACTIVE)
    expect(await engine.changes()).toMatchObject([
      { recordId: '3', kind: 'conflict', reason: 'shared_identifier', reasonText: without?.reasonText },
    ])
  })

  test('somebody HR no longer has is no duplicate', async () => {
    await seedCache(database.db, place, [ana(), ben()])
    await seedCache(database.db, place, [ana()])
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0, create: 1 })
  })

  test('a link made before holds, whoever else gets the identifier', async () => {
    await seedCache(database.db, place, [ana()])
    await syncIf(LONDON)
    await engine.sync()
    await seedCache(database.db, place, [ana({ jobTitle: 'CTO' }), ben()])
    expect(await engine.changes()).toMatchObject([
      { recordId: '1', kind: 'update', fields: { jobTitle: { after: 'CTO' } } },
    ])
  })
})

const settingsVersion = async () => (await getSettings(database.db, place)).version

describe('an identifier that hundreds have', () => {
  const crowd = Array.from({ length: 300 }, (_, n) => person(n + 1, { workEmail: 'none@acme.example' }))

  test('and stakeholders too: whom a person shares it with is looked up once, not for each of them', async () => {
    await seedCache(
      database.db,
      place,
      [1, 2, 3].map((n) => person(n, INFO)),
    )
    for (const firstName of ['Ada', 'Bo', 'Cy'])
      await seedStakeholder(database.db, place, { firstName, ...INFO })
    const asked = vi.spyOn(Client.prototype, 'query')
    const [change] = await engine.changes()
    const statements = asked.mock.calls.map(([query]) => JSON.stringify(query))
    asked.mockRestore()
    expect(statements.filter((statement) => statement.includes('cached_employee c'))).toHaveLength(3)
    expect(statements.filter((statement) => statement.includes('is_linked'))).toHaveLength(1)
    expect(change?.detail?.records).toHaveLength(3)
    expect(change?.detail?.stakeholders).toHaveLength(3)
  })

  test('is one conflict also where a batch of rows ends between the stakeholders', async () => {
    for (const firstName of ['Ada', 'Bo', 'Cy'])
      await seedStakeholder(database.db, place, { firstName, ...INFO })
    await seedCache(database.db, place, [person(9_000, INFO)])
    // The batch of 2,000 ends behind the third row of the last person, behind the second and behind the first.
    for (const before of [1_997, 1_998, 1_999]) {
      await database.db.deleteFrom('cached_employee').where('record_id', '<>', '9000').execute()
      await sql`
        insert into cached_employee (company_id, connection_id, record_id, hash, employee)
        select company_id, connection_id, '0 ' || n, hash, jsonb_build_object('lastName', n::text, 'status', 'active')
        from cached_employee, generate_series(1, ${before}::int) as n
      `.execute(database.db)
      const planId = (await drawUpPlan(ctx(), place))?.plan_id ?? ''
      const page = { recordId: '9000', offset: 0, limit: 10 }
      const { items } = await listChanges(database.db, place.companyId, planId, page)
      expect(items.map(({ detail }) => detail?.stakeholders?.length)).toEqual([3])
    }
  })

  test('names a few of them and counts the others, and each person is answered for alone', async () => {
    await seedCache(database.db, place, crowd)
    const changes = await engine.changes()
    expect(changes).toHaveLength(300)
    for (const { detail, kind, reason, reasonText } of changes) {
      expect([kind, reason]).toEqual(['conflict', 'shared_identifier'])
      expect((detail?.records?.length ?? 0) + (detail?.recordsBeyond ?? 0)).toBe(300)
      expect(detail?.records?.length).toBeLessThanOrEqual(22)
      expect(reasonText).toContain(' and 294 more.')
    }
    const conflict = await findConflict(ctx(), place, '7')
    expect(conflict?.choices).toEqual([{ kind: 'create' }, { kind: 'ignore' }])
    await resolveMatch(ctx(), place, { recordId: '7', mark: conflict?.mark ?? '', choice: 0, found: null })
    expect((await engine.plan()).counts).toMatchObject({ create: 1, conflict: 299 })
  })

  test('all of them go on under links made by another identifier', async () => {
    await saveSettings(ctx(), place, { identifier: 'employeeNumber', version: await settingsVersion() })
    const some = crowd.slice(0, 40)
    await seedCache(database.db, place, some)
    await engine.sync()
    await saveSettings(ctx(), place, { identifier: 'workEmail', version: await settingsVersion() })
    expect((await engine.plan()).counts).toMatchObject({ unchanged: 40, conflict: 0 })
    await seedCache(
      database.db,
      place,
      some.map((one) => ({ ...one, jobTitle: 'Lead' })),
    )
    expect((await engine.plan()).counts).toMatchObject({ update: 40, conflict: 0 })
  })

  test('whoever is linked is among the few, so that their stakeholder stays theirs', async () => {
    await seedCache(database.db, place, [person(300, { workEmail: 'none@acme.example' })])
    await engine.sync()
    await seedCache(database.db, place, crowd)
    const changes = await engine.changes()
    expect(changes).toHaveLength(299)
    for (const { reason, detail } of changes) {
      expect(reason).toBe('claimed')
      expect(detail?.records).toMatchObject([{ recordId: '300' }])
    }
    const gone = crowd.map((one) => (one.recordId === '1' ? { ...one, status: 'left' as const } : one))
    await seedCache(database.db, place, gone)
    expect((await engine.plan()).counts).toMatchObject({ skip: 1, conflict: 298, unchanged: 1 })
  })
})

describe('an identifier that hundreds of stakeholders have', () => {
  const NONE = { workEmail: 'none@acme.example' }
  /** The last of all, wherever ids decide the order. */
  const LAST = 'ffffffff-ffff-4fff-bfff-ffffffffffff'

  async function fillRegister(stakeholders: number): Promise<void> {
    await sql`
      insert into stakeholder (company_id, stakeholder_id, fields)
      select ${place.companyId}, md5(n::text)::uuid, jsonb_build_object('firstName', 'S' || n, 'workEmail', 'none@acme.example')
      from generate_series(1, ${stakeholders}::int) n
    `.execute(database.db)
  }
  const scopeOf = ({ companyId, connectionId }: Place) => ({
    company_id: companyId,
    connection_id: connectionId,
  })
  const explain = (recordId: string) => explainPerson(ctx(), place, recordId)

  test('names a few of them and counts the others, and any of them can be answered', async () => {
    await fillRegister(300)
    await seedCache(database.db, place, [person(1, NONE)])
    const [change] = await engine.changes()
    expect(change).toMatchObject({ kind: 'conflict', reason: 'shared_stakeholder_identifier' })
    expect(change?.detail?.stakeholders).toHaveLength(20)
    expect(change?.reasonText).toMatch(
      /^300 stakeholders have this work email: (S\d+, ){4}S\d+ and 295 more\.$/,
    )
    expect(await explain('1')).toMatchObject({
      match: { how: 'identifier', beyond: 0 },
      changes: [{ reasonText: change?.reasonText }],
    })

    const named = change?.detail?.stakeholders?.map(({ stakeholderId }) => stakeholderId) ?? []
    const other = Object.keys(await register()).find((id) => !named.includes(id)) ?? ''
    const conflict = await findConflict(ctx(), place, '1')
    const choice = conflict?.choices.findIndex(({ kind }) => kind === 'find') ?? -1
    await resolveMatch(ctx(), place, { recordId: '1', mark: conflict?.mark ?? '', choice, found: other })
    expect(await engine.changes()).toMatchObject([{ kind: 'update', stakeholderId: other }])
  })

  test('and as many people: a plan grows with their number, not with its square', async () => {
    await fillRegister(100)
    await seedCache(
      database.db,
      place,
      Array.from({ length: 100 }, (_, n) => person(n, NONE)),
    )
    const read = vi.spyOn(candidates, 'fetchCandidates')
    const changes = await engine.changes()
    const rows = (await Promise.all(read.mock.results.map(({ value }) => value))).flat()
    read.mockRestore()
    expect(rows).toHaveLength(100 * 20)
    expect(changes).toHaveLength(100)
    for (const { detail, reason } of changes) {
      expect(reason).toBe('shared_identifier')
      expect(detail?.stakeholders).toHaveLength(20)
    }
    const [change] = changes
    expect(change?.reasonText).toMatch(/ and 94 more, and as 100 stakeholders\. A stakeholder can /)
    expect(await explain(change?.recordId ?? '')).toMatchObject({
      match: { how: 'identifier', beyond: 80 },
      changes: [{ detail: change?.detail }],
    })
  })

  test.each(['nobody', 'another HR system'])(
    'those about whom something is open come first: a link that disagrees with one of %s is still said',
    async (owner) => {
      const people = Array.from({ length: 40 }, (_, n) => person(n, NONE))
      await saveSettings(ctx(), place, { identifier: 'employeeNumber', version: await settingsVersion() })
      await seedCache(database.db, place, people)
      await engine.sync()
      await saveSettings(ctx(), place, { identifier: 'workEmail', version: await settingsVersion() })
      expect((await engine.plan()).counts).toMatchObject({ unchanged: 40, conflict: 0 })

      const last = { stakeholder_id: LAST, company_id: place.companyId, fields: JSON.stringify(NONE) }
      await database.db.insertInto('stakeholder').values(last).execute()
      if (owner !== 'nobody') {
        const other = await seedConnectionOf(database.db, place.companyId, 'personio')
        await seedCache(database.db, other, [person(1, NONE)])
        const link = { ...scopeOf(other), record_id: '1', stakeholder_id: LAST, base: '{}' }
        await database.db.insertInto('link').values(link).execute()
      }
      await seedCache(database.db, place, people)
      const changes = await engine.changes()
      expect(changes.map(({ reason }) => reason)).toEqual(Array(40).fill('link_disagrees'))
      expect((await explain('7'))?.changes).toMatchObject([{ reason: 'link_disagrees' }])
    },
  )

  test('those who belong to nobody are named first, and one of somebody else goes on as a new contract', async () => {
    const people = Array.from({ length: 40 }, (_, n) => person(n, NONE))
    await saveSettings(ctx(), place, { identifier: 'employeeNumber', version: await settingsVersion() })
    await seedCache(database.db, place, people)
    await engine.sync()
    const taken = Object.keys(await register())
    await fillRegister(3)
    await saveSettings(ctx(), place, { identifier: 'workEmail', version: await settingsVersion() })
    await seedCache(database.db, place, [...people, person(99, NONE)])

    const free = Object.keys(await register()).filter((id) => !taken.includes(id))
    const change = (await engine.changes()).find(({ recordId }) => recordId === '99')
    const named = change?.detail?.stakeholders?.map(({ stakeholderId }) => stakeholderId) ?? []
    expect(named.slice(0, 3)).toEqual(free)
    expect(change?.reasonText).toContain('and as 43 stakeholders.')

    const beyond = taken.find((id) => !named.includes(id)) ?? ''
    const conflict = await findConflict(ctx(), place, '99')
    const choice = conflict?.choices.findIndex(({ kind }) => kind === 'find_new_contract') ?? -1
    await resolveMatch(ctx(), place, { recordId: '99', mark: conflict?.mark ?? '', choice, found: beyond })
    const changes = await engine.changes()
    expect(changes.find(({ recordId }) => recordId === '99')).toMatchObject({
      kind: 'update',
      stakeholderId: beyond,
    })
  })

  test('somebody linked to one that is not named goes on under that link', async () => {
    const people = (jobTitle: string) =>
      Array.from({ length: 25 }, (_, n) => person(n, { ...NONE, jobTitle: n === 7 ? jobTitle : null }))
    await fillRegister(60)
    await seedCache(database.db, place, people('CTO'))
    const last = Object.keys(await register()).at(-1) ?? ''
    await decideMatch(ctx(), place, { recordId: '7', verdict: 'link', stakeholderId: last })
    await engine.sync()
    await seedCache(database.db, place, people('CEO'))
    const changes = await engine.changes()
    const [own, other] = ['7', '8'].map((id) => changes.find(({ recordId }) => recordId === id))
    expect(own).toMatchObject({
      kind: 'update',
      stakeholderId: last,
      fields: { jobTitle: { before: 'CTO', after: 'CEO' } },
    })
    expect(other?.detail?.stakeholders).toHaveLength(20)
    expect(other?.detail?.stakeholders).not.toContainEqual(expect.objectContaining({ stakeholderId: last }))
  })
})
