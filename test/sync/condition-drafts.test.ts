import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { lockConnection } from '../../src/db/connection-health.ts'
import { updateRemoved } from '../../src/db/removal.ts'
import { forgetOldDrafts, getDraft, keepDraft } from '../../src/sync/condition-drafts.ts'
import type { ConditionTree } from '../../src/sync/core/conditions.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { makeContext, type Place, SAM, seedConnection } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const NOW = new Date('2026-11-20T09:30:00Z')
const ctx = () => makeContext(database, { now: NOW })
const nameIs = (...values: string[]): ConditionTree => ({
  version: 1,
  match: 'all',
  items: [{ field: 'lastName', operator: 'is_any_of', values }],
})
async function stored(): Promise<string[]> {
  const { rows } = await database.pool.query('select draft_id from condition_draft where company_id = $1', [
    place.companyId,
  ])
  return rows.map(({ draft_id }) => draft_id)
}

test('unsaved conditions come back as they are, however long', async () => {
  const conditions = nameIs(...Array.from({ length: 400 }, (_, n) => `Ñ${n} `.repeat(20).trim()))
  const kept = await keepDraft(ctx(), place, conditions)
  expect(JSON.stringify(conditions).length).toBeGreaterThan(30_000)
  expect(kept).toEqual({ draftId: expect.any(String), connectionId: place.connectionId, conditions })
  expect(await getDraft(ctx(), place.companyId, kept.draftId)).toEqual(kept)
})

test('a draft is for nobody but its maker: no colleague, and no other company that has its id', async () => {
  const { draftId } = await keepDraft(ctx(), place, nameIs('Raman'))
  const other = await seedConnection(database.db)
  const gone = { code: 'expired', message: expect.stringContaining('no longer kept') }
  await expect(getDraft({ ...ctx(), actor: SAM }, place.companyId, draftId)).rejects.toMatchObject(gone)
  await expect(getDraft(ctx(), other.companyId, draftId)).rejects.toMatchObject(gone)
  expect((await getDraft(ctx(), place.companyId, draftId)).draftId).toBe(draftId)
})

test('a draft is kept for a day, and the younger one stays', async () => {
  const hours = (n: number) => ({ ...ctx(), now: new Date(NOW.getTime() + n * 3_600_000) })
  const { draftId } = await keepDraft(ctx(), place, nameIs('Raman'))
  const younger = await keepDraft(hours(1), place, nameIs('Okafor'))
  await forgetOldDrafts(hours(23.9))
  expect(await stored()).toHaveLength(2)
  await forgetOldDrafts(hours(24.1))
  expect(await stored()).toEqual([younger.draftId])
  await expect(getDraft(ctx(), place.companyId, draftId)).rejects.toMatchObject({
    code: 'expired',
    message: expect.stringContaining('24 hours'),
    remedy: 'Go back to Configure and press See who again.',
  })
})

test('a draft that cannot be read, as a newer version made it, is no longer kept', async () => {
  const { draftId } = await keepDraft(ctx(), place, nameIs('Raman'))
  await database.db
    .updateTable('condition_draft')
    .set({ conditions: JSON.stringify({ version: 2 }) })
    .where('draft_id', '=', draftId)
    .execute()
  await expect(getDraft(ctx(), place.companyId, draftId)).rejects.toMatchObject({ code: 'expired' })
})

test('what is looked at while the connection is being removed leaves nothing behind', async () => {
  let asked: Promise<unknown> = Promise.resolve()
  await database.db.transaction().execute(async (trx) => {
    await lockConnection(trx, place.companyId, place.connectionId)
    asked = keepDraft(ctx(), place, nameIs('Raman')).catch((thrown: unknown) => thrown)
    await sleep(200)
    await updateRemoved(trx, place)
  })
  expect(await asked).toMatchObject({ code: 'not_found' })
  expect(await stored()).toEqual([])
})
