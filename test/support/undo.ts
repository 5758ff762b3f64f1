import { undoSync } from '../../src/sync/undo.ts'
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
