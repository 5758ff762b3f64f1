import { expect } from 'vitest'
import { listDone } from '../../src/db/done.ts'
import { findSync } from '../../src/db/syncs.ts'
import { listStory, withLater } from '../../src/sync/story.ts'
import { canBeUndone, previewUndo, undoSync } from '../../src/sync/undo.ts'
import type { TestDatabase } from './database.ts'
import { makeContext, type Place, readRegister } from './seed.ts'

/** What tests of applying and undoing do and look at, on one connection. */
export function undoAt(database: TestDatabase, place: Place) {
  const links = () =>
    database.db
      .selectFrom('link')
      .selectAll()
      .where('company_id', '=', place.companyId)
      .orderBy('record_id')
      .execute()
  return {
    links,
    /** Everything that an undo gives back. Versions only ever count up. */
    everything: async () => ({ register: await readRegister(database.db, place), links: await links() }),
    undo: (syncId: string, choice = {}) =>
      undoSync(makeContext(database), { companyId: place.companyId, syncId }, choice),
    /** As somebody edits the register by hand. */
    edit: (stakeholderId: string, fields: Record<string, string>) =>
      database.pool.query(
        'update stakeholder set fields = fields || $1, version = version + 1 where stakeholder_id = $2',
        [JSON.stringify(fields), stakeholderId],
      ),
  }
}

/** What is offered is what the preview of it would do, and the query that spares judging everybody misses nobody. */
export async function expectOffersWhatItDoes(
  { db }: TestDatabase,
  where: { companyId: string; syncId: string },
): Promise<boolean> {
  const sync = (await findSync(db, where.companyId, where.syncId))!
  const story = await listStory(db, sync)
  const reversible = (await previewUndo(db, where))
    .filter(({ reversal }) => reversal.outcome !== 'kept')
    .map(({ ordinal }) => ordinal)
  const could = await listDone(db, withLater(sync, story), { reversible: { afterOrdinal: -1, limit: 1_000 } })
  expect(could.map(({ ordinal }) => ordinal)).toEqual(expect.arrayContaining(reversible))
  const offered = await canBeUndone(db, sync, story)
  expect(offered).toBe(reversible.length > 0)
  return offered
}
