import { describe, expect, test } from 'vitest'
import { verifyChains } from '../../src/sync/chain.ts'
import { decideField, decideMatch, listDecisions, revoke } from '../../src/sync/decide.ts'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, readRegister, seedCache, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const revokeAll = async () => {
  for (const { decisionId } of await listDecisions(database.db, place.companyId))
    await revoke(engine.ctx(), place.companyId, decisionId)
}

const linkToo = (recordId: string, stakeholderId: string) =>
  database.db
    .insertInto('link')
    .values({
      company_id: place.companyId,
      connection_id: place.connectionId,
      record_id: recordId,
      stakeholder_id: stakeholderId,
      base: '{}',
    })
    .execute()

const founder = { firstName: 'Person1', lastName: 'Raman', workEmail: 'p1@acme.example', jobTitle: 'Founder' }

/** Record 1 is linked to A; its new email is B's, and a person decides for B. */
async function relink() {
  await seedCache(database.db, place, [person(1)])
  const { syncId: first } = await engine.sync()
  const [a = ''] = Object.keys(await readRegister(database.db, place))
  const b = await seedStakeholder(database.db, place, { ...founder, workEmail: 'new@acme.example' })
  await seedCache(database.db, place, [person(1, { workEmail: 'new@acme.example' })])
  await decideMatch(engine.ctx(), place, { recordId: '1', verdict: 'link', stakeholderId: b })
  return { a, b, first }
}

describe('an undo gives back', () => {
  test('the link to whom the record was linked before, and a redo the one that it was moved to', async () => {
    const { b } = await relink()
    const before = await register.everything()
    const sync = await engine.sync()
    const after = await register.everything()
    expect(after.links).toMatchObject([{ record_id: '1', stakeholder_id: b }])
    const undone = await register.undo(sync.syncId)
    expect(await register.everything()).toEqual(before)
    const redone = await register.undo(undone.syncId)
    expect(await register.everything()).toEqual(after)
    await register.undo(redone.syncId)
    expect(await register.everything()).toEqual(before)
  })

  test("the base, so that HR's value and the register's edit are asked about again", async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    const [id = ''] = Object.keys(await readRegister(database.db, place))
    await register.edit(id, { jobTitle: 'Founder' })
    await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' })])
    await decideField(engine.ctx(), place, {
      recordId: '1',
      field: 'jobTitle',
      verdict: 'hr',
      hrValue: 'CTO',
      registerValue: 'Founder',
    })
    const before = await register.everything()
    const { syncId } = await engine.sync()
    await register.undo(syncId)
    expect(await register.everything()).toEqual(before)
    await revokeAll()
    expect(await engine.changes()).toMatchObject([{ kind: 'conflict', reason: 'both_changed' }])
  })

  test.each([
    ['with an update', founder],
    ['without one', null],
  ])('no link after a first match %s, and a redo the same link', async (_what, fields) => {
    const {
      recordId: _,
      statusText: __,
      managerRecordId: ___,
      custom: ____,
      unread: _____,
      ...same
    } = person(1)
    const known = Object.fromEntries(Object.entries(same).filter(([, value]) => value !== null))
    await seedStakeholder(database.db, place, fields ?? (known as Record<string, string>))
    await seedCache(database.db, place, [person(1)])
    const before = await register.everything()
    const sync = await engine.sync()
    const after = await register.everything()
    expect(after.links).toHaveLength(1)
    const undone = await register.undo(sync.syncId)
    expect(await register.everything()).toEqual(before)
    await expect(register.undo(sync.syncId)).rejects.toMatchObject({ code: 'conflict' })
    await register.undo(undone.syncId)
    expect(await register.everything()).toEqual(after)
    expect((await engine.plan()).toApply).toBe(0)
  })

  test('the bases of the chosen fields and of no others', async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    const changed = { jobTitle: 'CTO', department: 'Board' }
    await seedCache(database.db, place, [person(1, changed)])
    const { syncId } = await engine.sync()
    await register.undo(syncId, { fields: ['jobTitle'] })
    expect((await register.links())[0]?.base).toMatchObject({ jobTitle: 'Engineer', department: 'Board' })
    expect(await engine.changes()).toMatchObject([
      { kind: 'update', fields: { jobTitle: { before: 'Engineer', after: 'CTO' } } },
    ])
  })
})

describe('what was linked since stays', () => {
  test('somebody whose record had moved on is taken out and put back without it, whatever becomes of that', async () => {
    const { a, b, first } = await relink()
    await engine.sync()
    const { [a]: kept } = await readRegister(database.db, place)
    const goOn = async (jobTitle: string) => {
      await seedCache(database.db, place, [person(1, { workEmail: 'new@acme.example', jobTitle })])
      await engine.sync()
      return await register.everything()
    }
    const undone = await register.undo(first)
    const without = await goOn('Lead')
    expect(Object.keys(without.register)).toEqual([b])

    const redone = await register.undo(undone.syncId)
    expect(redone.counts).toMatchObject({ reversed: 1, kept: 0 })
    expect(await register.everything()).toEqual({
      links: without.links,
      register: { ...without.register, [a]: kept },
    })
    await goOn('CTO')
    await linkToo('2', b)
    const { links, register: known } = await register.everything()
    await register.undo(redone.syncId)
    const { [a]: _, ...others } = known
    expect(await register.everything()).toEqual({ links, register: others })
  })

  test('somebody whom the sync created and who has another HR record by now is not taken out', async () => {
    await seedCache(database.db, place, [person(1)])
    const { syncId } = await engine.sync()
    const [id = ''] = Object.keys(await readRegister(database.db, place))
    await linkToo('2', id)
    const before = await register.everything()
    await expect(register.undo(syncId)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('linked to another HR record since'),
    })
    expect(await register.everything()).toEqual(before)
  })

  test('a record does not go back to somebody who belongs to another one by now', async () => {
    await relink()
    const { syncId } = await engine.sync()
    await seedCache(database.db, place, [
      person(1, { workEmail: 'new@acme.example' }),
      person(2, { workEmail: 'p1@acme.example' }),
    ])
    await engine.sync()
    const before = await register.everything()
    expect(before.links).toHaveLength(2)
    await expect(register.undo(syncId)).rejects.toMatchObject({ code: 'conflict' })
    expect(await register.everything()).toEqual(before)
  })

  test('nobody is put back beside the stakeholder whom the record has by now', async () => {
    await seedCache(database.db, place, [person(1)])
    const { syncId } = await engine.sync()
    const undone = await register.undo(syncId)
    await engine.sync()
    const before = await register.everything()
    await expect(register.undo(undone.syncId)).rejects.toMatchObject({ code: 'conflict' })
    expect(await register.everything()).toEqual(before)
  })
})

describe('the journal', () => {
  const rewrite = async (set: string) => {
    await database.pool.query('alter table journal disable trigger journal_append_only')
    await database.pool.query(`update journal set ${set} where company_id = $1`, [place.companyId])
    await database.pool.query('alter table journal enable trigger journal_append_only')
  }
  const broken = async () =>
    (await verifyChains(database.db)).find(({ companyId }) => companyId === place.companyId)?.firstBroken

  test('is broken when a link in it is rewritten, taken out or put in', async () => {
    await relink()
    const { syncId } = await engine.sync()
    await register.undo(syncId)
    expect(await broken()).toBeNull()
    await rewrite(`link_before = link_before || '{"stakeholder_id": "00000000-0000-4000-8000-000000000000"}'`)
    expect(await broken()).toMatchObject({ position: 2, syncId })
    await rewrite('link_before = null')
    expect(await broken()).toMatchObject({ position: 2, syncId })
    await rewrite(`link_before = '{}'`)
    expect(await broken()).toMatchObject({ position: 1 })
  })

  test('from before links were kept in it verifies and can be undone', async () => {
    await seedCache(database.db, place, [person(1)])
    await engine.sync()
    await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' })])
    const { hash } = await engine.plan()
    const { syncId } = await engine.sync()
    await rewrite('link_before = null')
    // As it was written then: the digest of each sync over these columns and no other.
    const { rows } = await database.pool.query('select * from sync where company_id = $1 order by position', [
      place.companyId,
    ])
    let previous = Buffer.alloc(32)
    for (const row of rows) {
      const { company_id, sync_id, plan_id, kind, actor, undoes, knowingly, applied_at } = row
      const line = [company_id, sync_id, plan_id, kind, actor, undoes, knowingly, applied_at.toISOString()]
      const header = Buffer.concat([previous, Buffer.from(JSON.stringify(line))])
      const digest = await database.pool.query(
        `update sync set digest = (select sha256($1::bytea || sha256(string_agg(convert_to(jsonb_build_array(
          ordinal, outcome, reason, record_id, stakeholder_id, name, before, after, version_before, version_after,
          made_link)::text, 'UTF8'), '\n'::bytea order by ordinal))) from journal where sync_id = $2)
        where sync_id = $2 returning digest`,
        [header, sync_id],
      )
      previous = digest.rows[0].digest
    }
    expect(await broken()).toBeNull()
    await register.undo(syncId)
    expect(await broken()).toBeNull()
    expect((await register.links())[0]?.base).toMatchObject({ jobTitle: 'Engineer' })
    expect((await engine.plan()).hash).toBe(hash)
  })
})
