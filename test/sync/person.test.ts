import { expect, test } from 'vitest'
import { decideMatch, listDecisions, revoke } from '../../src/sync/decide.ts'
import { standingOf } from '../../src/sync/person.ts'
import { saveSettings } from '../../src/sync/settings.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { type Engine, inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, SAM, seedCache, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
inNewCompany((its) => {
  ;({ database, place, engine } = its)
})

/** Of the only person there is; who is unchanged has no row. */
async function standing() {
  const plan = await engine.plan()
  const [row] = await engine.changes()
  const unchanged = { recordId: '1', kind: 'unchanged', stakeholderId: null } as const
  return await standingOf(database.db, place.companyId, plan, row ?? unchanged)
}
const PROMOTED = { jobTitle: 'Senior Engineer' }
const workEmail = { by: 'identifier', identifier: 'workEmail' }

test('somebody new will be created; once that is done it says so, with the day of the sync and not of a later one', async () => {
  await seedCache(database.db, place, [person(1)])
  expect(await standing()).toEqual({ is: 'to_create' })
  const { appliedAt } = await engine.sync()
  const created = { is: 'linked', since: appliedAt, made: { by: 'creation' } }
  expect(await standing()).toEqual(created)
  await seedCache(database.db, place, [person(1, PROMOTED)])
  expect(await standing()).toEqual(created)
  await engine.sync()
  expect(await standing()).toEqual(created)
})

test('a first match is by the identifier of its own plan, whatever is the identifier now', async () => {
  await seedStakeholder(database.db, place, { ...PROMOTED, workEmail: 'p1@acme.example' })
  await seedCache(database.db, place, [person(1)])
  expect(await standing()).toEqual({ is: 'to_match', made: workEmail })
  const { appliedAt } = await engine.sync()
  const { version } = await database.db
    .selectFrom('sync_settings')
    .select('version')
    .where('connection_id', '=', place.connectionId)
    .executeTakeFirstOrThrow()
  await saveSettings(engine.ctx(), place, { identifier: 'employeeNumber', version })
  expect(await standing()).toEqual({ is: 'linked', since: appliedAt, made: workEmail })
})

test('who was named by a person stays matched by that decision after it was revoked', async () => {
  const id = await seedStakeholder(database.db, place, { firstName: 'Old', workEmail: 'other@acme.example' })
  await seedCache(database.db, place, [person(1)])
  const made = { by: 'decision', actor: SAM }
  await decideMatch(engine.ctx(SAM), place, { recordId: '1', verdict: 'link', stakeholderId: id })
  expect(await standing()).toEqual({ is: 'to_match', made })
  const { appliedAt } = await engine.sync()
  const [decision] = await listDecisions(database.db, place.companyId)
  await revoke(engine.ctx(), place.companyId, decision?.decisionId ?? '')
  expect(await standing()).toEqual({ is: 'linked', since: appliedAt, made })
})

test('a record that is to move to another stakeholder will be matched; undone, the first match stands again', async () => {
  await seedStakeholder(database.db, place, { ...PROMOTED, workEmail: 'p1@acme.example' })
  const other = await seedStakeholder(database.db, place, { firstName: 'Other' })
  await seedCache(database.db, place, [person(1)])
  const first = await engine.sync()
  await decideMatch(engine.ctx(), place, { recordId: '1', verdict: 'link', stakeholderId: other })
  expect(await standing()).toMatchObject({ is: 'to_match', made: { by: 'decision' } })
  const moved = await engine.sync()
  expect(await standing()).toMatchObject({ since: moved.appliedAt, made: { by: 'decision' } })
  await undoSync(engine.ctx(), { companyId: place.companyId, syncId: moved.syncId }, {})
  const [decision] = await listDecisions(database.db, place.companyId)
  await revoke(engine.ctx(), place.companyId, decision?.decisionId ?? '')
  expect(await standing()).toEqual({ is: 'linked', since: first.appliedAt, made: workEmail })
})

test('of two matches with one stakeholder the one that stands is told', async () => {
  const own = await seedStakeholder(database.db, place, { ...PROMOTED, workEmail: 'p1@acme.example' })
  const other = await seedStakeholder(database.db, place, { firstName: 'Other' })
  await seedCache(database.db, place, [person(1)])
  await engine.sync()
  await decideMatch(engine.ctx(), place, { recordId: '1', verdict: 'link', stakeholderId: other })
  await engine.sync()
  await decideMatch(engine.ctx(SAM), place, { recordId: '1', verdict: 'link', stakeholderId: own })
  const { appliedAt } = await engine.sync()
  expect(await standing()).toEqual({
    is: 'linked',
    since: appliedAt,
    made: { by: 'decision', actor: SAM },
  })
})

test('a link that the journal does not tell of says only since when', async () => {
  const id = await seedStakeholder(database.db, place, { ...PROMOTED, workEmail: 'p1@acme.example' })
  await seedCache(database.db, place, [person(1)])
  const since = new Date('2026-03-03T10:00:00Z')
  const { companyId: company_id, connectionId: connection_id } = place
  await database.db
    .insertInto('link')
    .values({ company_id, connection_id, record_id: '1', stakeholder_id: id, base: '{}', created_at: since })
    .execute()
  expect(await standing()).toEqual({ is: 'linked', since, made: null })
})

test('who waits for an answer is linked to nobody', async () => {
  await seedCache(database.db, place, [person(1, { workEmail: null })])
  expect(await standing()).toEqual({ is: 'unmatched' })
})
