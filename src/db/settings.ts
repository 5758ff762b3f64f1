import { type Selectable, sql, type Transaction } from 'kysely'
import type { Actor, Identifier } from '../model.ts'
import type { Db } from './client.ts'
import type { Database, SyncSettingsTable } from './schema.ts'

export type SyncSettingsRow = Selectable<SyncSettingsTable>

export function getSyncSettings(db: Db, companyId: string, connectionId: string): Promise<SyncSettingsRow> {
  return db
    .selectFrom('sync_settings')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirstOrThrow()
}

/** The company's brakes, where they differ from the default. */
export async function getLimits(db: Db, companyId: string): Promise<unknown> {
  const { limits } = await db
    .selectFrom('company')
    .select('limits')
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow()
  return limits
}

/** The same, held until the transaction ends: of two admins who save at once, the second sees what the first saved. */
export async function lockLimits(trx: Transaction<Database>, companyId: string): Promise<unknown> {
  const { limits } = await trx
    .selectFrom('company')
    .select('limits')
    .where('company_id', '=', companyId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return limits
}

/**
 * Of all connections of a company, always in the same order: of those who change several, one waits for the other. The
 * connections come first, as whoever holds one may go on to its settings; what an answer refers to needs them anyway.
 */
export async function lockSettings(trx: Transaction<Database>, companyId: string): Promise<void> {
  await trx
    .selectFrom('connection')
    .select('connection_id')
    .where('company_id', '=', companyId)
    .orderBy('connection_id')
    .forKeyShare()
    .execute()
  await trx
    .selectFrom('sync_settings')
    .select('connection_id')
    .where('company_id', '=', companyId)
    .orderBy('connection_id')
    .forUpdate()
    .execute()
}

/** Plans of every connection were held, or not, by other limits: they no longer hold. */
export async function updateLimits(
  trx: Transaction<Database>,
  companyId: string,
  limits: unknown,
  by: { actor: Actor; now: Date },
): Promise<void> {
  await lockSettings(trx, companyId)
  await trx
    .updateTable('company')
    .set({ limits: JSON.stringify(limits) })
    .where('company_id', '=', companyId)
    .execute()
  await trx
    .updateTable('sync_settings')
    .set((eb) => ({
      version: eb('version', '+', 1),
      updated_by: JSON.stringify(by.actor),
      updated_at: by.now,
    }))
    .where('company_id', '=', companyId)
    .execute()
}

/** Plans drawn up under another version no longer hold, and everybody is compared anew. */
export async function bumpSettingsVersion(db: Db, companyId: string, connectionId: string): Promise<void> {
  await db
    .updateTable('sync_settings')
    .set((eb) => ({ version: eb('version', '+', 1), mapping_version: eb('mapping_version', '+', 1) }))
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

/**
 * Whom an answer gives a stakeholder to, another connection may have them from, and one that is disconnected or taken up
 * again lets go of its stakeholders or asks for them: the plans of the others no longer hold.
 */
export async function bumpOtherConnections(db: Db, companyId: string, connectionId: string): Promise<void> {
  await db
    .updateTable('sync_settings')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('company_id', '=', companyId)
    .where('connection_id', '<>', connectionId)
    .execute()
}

/** @returns false when somebody saved since `version` was read; then nothing is changed */
export async function updateSyncSettings(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  change: {
    identifier?: Identifier | undefined
    conditions?: unknown
    mapping?: unknown
    version: number
    actor: Actor
    now: Date
  },
): Promise<boolean> {
  const saved = await db
    .updateTable('sync_settings')
    .set({
      ...(change.identifier !== undefined && { identifier: change.identifier }),
      ...(change.conditions !== undefined && { conditions: JSON.stringify(change.conditions) }),
      ...(change.mapping !== undefined && {
        mapping: JSON.stringify(change.mapping),
        mapping_version: sql<number>`mapping_version + 1`,
      }),
      version: change.version + 1,
      updated_by: JSON.stringify(change.actor),
      updated_at: change.now,
    })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('version', '=', change.version)
    .returning('version')
    .executeTakeFirst()
  return saved !== undefined
}
