import { beforeEach, describe, expect, test } from 'vitest'
import { lockConnection } from '../../src/db/connection-health.ts'
import { bumpSettingsVersion } from '../../src/db/settings.ts'
import { decideField, decideMatch, listDecisions, revoke } from '../../src/sync/decide.ts'
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
  seedConnection,
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
const idOf = async (email: string) => {
  const people = await register()
  return Object.keys(people).find((id) => people[id]?.['workEmail'] === email) ?? ''
}
/** Sessions that wait for a row. */
async function waiting(): Promise<number> {
  const { rows } = await database.pool.query(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0].n
}
const shared = [person(1), person(2, { workEmail: 'P1@acme.example' })]

describe('a decision about a match', () => {
  test('is remembered by the next plan, writes nothing by itself, and can be revoked', async () => {
    await seedCache(database.db, place, shared)
    expect((await engine.plan()).counts).toMatchObject({ conflict: 2, create: 0 })
    await decideMatch(ctx(), place, { recordId: '1', verdict: 'create', stakeholderId: null })
    await decideMatch(ctx(), place, { recordId: '2', verdict: 'ignore', stakeholderId: null })
    expect(await register()).toEqual({})
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0, create: 1, skip: 1 })

    const decisions = await listDecisions(database.db, place.companyId)
    expect(decisions.map(({ name, about }) => [name, about]).sort()).toEqual([
      ['Person1 Raman', 'match'],
      ['Person2 Raman', 'match'],
    ])
    for (const { decisionId } of decisions) await revoke(ctx(), place.companyId, decisionId)
    expect((await engine.plan()).counts).toMatchObject({ conflict: 2, create: 0, skip: 0 })
    expect(await listDecisions(database.db, place.companyId)).toEqual([])
    await expect(revoke(ctx(), place.companyId, decisions[0]?.decisionId ?? '')).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('of several who answer for two connections at once nobody is refused', async () => {
    const other = await seedConnectionOf(database.db, place.companyId, 'bamboohr')
    await seedCache(database.db, place, [person(1)])
    await seedCache(database.db, other, [person(1, { recordId: 'b1' })])
    const answers = Array.from({ length: 10 }, (_, index) => {
      const [at, recordId] = index % 2 === 0 ? ([place, '1'] as const) : ([other, 'b1'] as const)
      return decideMatch(ctx(), at, { recordId, verdict: 'ignore', stakeholderId: null })
    })
    await Promise.all(answers)
    expect(await listDecisions(database.db, place.companyId)).toHaveLength(2)
  })

  test('and a retrieval that ends at the same moment, with a field that is free again, do not stop each other', async () => {
    const { companyId, connectionId } = place
    await seedCache(database.db, place, [person(1)])
    const answer = await database.db.transaction().execute(async (trx) => {
      await lockConnection(trx, companyId, connectionId)
      const given = decideMatch(ctx(), place, { recordId: '1', verdict: 'ignore', stakeholderId: null })
      await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
      await bumpSettingsVersion(trx, companyId, connectionId)
      return { given }
    })
    await answer.given
    expect(await listDecisions(database.db, companyId)).toHaveLength(1)
  })

  test('create: two people with one email become two stakeholders, beside one who has it already', async () => {
    const before = await seedStakeholder(database.db, place, {
      firstName: 'Old',
      workEmail: 'p1@acme.example',
    })
    await seedCache(database.db, place, shared)
    for (const recordId of ['1', '2'])
      await decideMatch(ctx(), place, { recordId, verdict: 'create', stakeholderId: null })
    expect((await engine.sync()).counts).toMatchObject({ created: 2, skipped: 0 })
    expect((await register())[before]).toEqual({ firstName: 'Old', workEmail: 'p1@acme.example' })
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 0, unchanged: 2 } })
  })

  test('link: the record goes to the chosen stakeholder from then on', async () => {
    const id = await seedStakeholder(database.db, place, {
      firstName: 'Old',
      workEmail: 'other@acme.example',
    })
    await seedCache(database.db, place, [person(1)])
    await decideMatch(ctx(), place, { recordId: '1', verdict: 'link', stakeholderId: id })
    const matched = async () => (await explainPerson(ctx(), place, '1'))?.match
    expect(await matched()).toMatchObject({ how: 'decision', stakeholders: [{ stakeholderId: id }] })
    await engine.sync()
    expect(await matched()).toMatchObject({ how: 'linked' })
    expect(Object.keys(await register())).toEqual([id])
    expect((await register())[id]).toMatchObject({ firstName: 'Person1', workEmail: 'p1@acme.example' })
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { unchanged: 1 } })
  })

  test('new contract: a rehire goes on as the same stakeholder and the old record is silent', async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    const id = await idOf('p1@acme.example')
    const ended = person(1, { status: 'left', endDate: '2026-01-31' })
    const again = person(7, { workEmail: 'p1@acme.example', startDate: '2026-06-01' })
    await seedCache(database.db, place, [ended, again])
    await decideMatch(ctx(), place, { recordId: '7', verdict: 'new_contract', stakeholderId: id })
    await engine.sync()
    expect(Object.keys(await register())).toEqual([id])
    expect((await register())[id]).toMatchObject({ status: 'active', startDate: '2026-06-01' })
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 0, left: 0, skip: 1 } })
  })

  test('a link needs a stakeholder of this company', async () => {
    const other = await seedConnection(database.db)
    const foreign = await seedStakeholder(database.db, other, { firstName: 'Foreign' })
    await seedCache(database.db, place, [person(1)])
    await expect(
      decideMatch(ctx(), place, { recordId: '1', verdict: 'link', stakeholderId: foreign }),
    ).rejects.toMatchObject({ code: 'bad_request' })
    expect(await listDecisions(database.db, place.companyId)).toEqual([])
  })
})

describe('a decision about a field', () => {
  const decide = (verdict: 'hr' | 'register') =>
    decideField(ctx(), place, {
      recordId: '1',
      field: 'jobTitle',
      verdict,
      hrValue: 'Senior Engineer',
      registerValue: 'Founder',
    })
  const editRegister = (fields: Record<string, string>) =>
    database.pool.query(
      'update stakeholder set fields = fields || $2, version = version + 1 where company_id = $1',
      [place.companyId, JSON.stringify(fields)],
    )
  beforeEach(async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    await editRegister({ jobTitle: 'Founder' })
    await seedCache(database.db, place, [person(1, { jobTitle: 'Senior Engineer', department: 'Platform' })])
  })

  test('both sides changed: the other fields are written, this one waits', async () => {
    expect((await engine.plan()).counts).toMatchObject({ update: 1, conflict: 1 })
    await engine.sync()
    expect(Object.values(await register())[0]).toMatchObject({ jobTitle: 'Founder', department: 'Platform' })
    expect((await engine.plan()).counts).toMatchObject({ update: 0, conflict: 1 })
  })

  test('take HR writes it with the next sync; keep ours leaves it and asks no more until HR moves', async () => {
    await decide('register')
    await engine.sync()
    expect(Object.values(await register())[0]).toMatchObject({ jobTitle: 'Founder' })
    expect(await engine.plan()).toMatchObject({ toApply: 0, counts: { conflict: 0 } })

    await decide('hr')
    await engine.sync()
    expect(Object.values(await register())[0]).toMatchObject({ jobTitle: 'Senior Engineer' })
    expect((await listDecisions(database.db, place.companyId)).map(({ verdict }) => verdict)).toEqual(['hr'])
  })

  test('an answer that was carried out is no answer to the next edit of the register', async () => {
    const hr = async (jobTitle: string) => {
      await seedCache(database.db, place, [person(1, { jobTitle })])
      return (await engine.changes()).map(({ kind }) => kind)
    }
    await decide('hr')
    await engine.sync()
    expect(await hr('Principal')).toEqual(['update'])
    await engine.sync()
    await editRegister({ jobTitle: 'Founder again' })
    expect(await hr('Senior Engineer')).toEqual(['conflict'])
  })

  test('with "always ask" the edit of a value that an answer wrote is asked about', async () => {
    const fields = { jobTitle: { owner: 'ask', mayClear: false } } as const
    const { version } = await getSettings(database.db, place)
    await saveSettings(ctx(), place, { mapping: { version: 1, fields, custom: [] }, version })
    await decide('hr')
    await engine.sync()
    expect(await engine.changes()).toEqual([])
    await editRegister({ jobTitle: 'Founder again' })
    await seedCache(database.db, place, [person(1, { jobTitle: 'Senior Engineer', department: 'Platform' })])
    expect(await engine.changes()).toMatchObject([{ kind: 'conflict', reason: 'both_changed' }])
  })

  test.each(['hr', 'register'] as const)(
    'a notice that is withdrawn a second time is asked about a second time, after %s',
    async (verdict) => {
      const notice = (endDate: string | null) =>
        seedCache(database.db, place, [
          person(1, { jobTitle: 'Senior Engineer', department: 'Platform', endDate }),
        ])
      const withdrawn = async () =>
        (await engine.changes()).filter(({ detail }) => detail?.fields?.['endDate'])
      await notice('2027-01-31')
      await engine.sync()
      await notice(null)
      expect(await withdrawn()).toHaveLength(1)
      await decideField(ctx(), place, {
        recordId: '1',
        field: 'endDate',
        verdict,
        hrValue: null,
        registerValue: '2027-01-31',
      })
      expect(await withdrawn()).toEqual([])
      if (verdict === 'hr') await engine.sync()
      await notice('2027-05-31')
      await engine.sync()
      await notice(null)
      expect(await withdrawn()).toHaveLength(1)
    },
  )

  test('of several who answer at once the last one is followed, and nobody is refused', async () => {
    await Promise.all([decide('hr'), decide('register'), decide('hr'), decide('register')])
    expect(await listDecisions(database.db, place.companyId)).toHaveLength(1)
  })
})
