import type { Db } from '../db/client.ts'
import type { SyncStatus } from '../db/schema.ts'
import { findSync, listSyncRows, type SyncRow } from '../db/syncs.ts'
import { RollcallError } from '../errors.ts'
import type { Actor, SyncCounts } from '../model.ts'
import { type Hold, letThroughSchema } from './core/guard.ts'

export type SyncView = {
  syncId: string
  planId: string
  connectionId: string
  kind: SyncRow['kind']
  status: SyncStatus
  actor: Actor
  counts: SyncCounts
  createdAt: Date
  appliedAt: Date | null
  errorMessage: string | null
  /** The sync that this one reversed. */
  undoes: string | null
  /** Brakes that held it, and that a person let it through knowingly. */
  letThrough: readonly Hold[]
}

export const NO_COUNTS: SyncCounts = { created: 0, updated: 0, linked: 0, skipped: 0, reversed: 0, kept: 0 }

export const noSuchSync = (): RollcallError => new RollcallError('not_found', 'This sync does not exist.')

/** @throws RollcallError `not_found` */
export async function getSync(db: Db, companyId: string, syncId: string): Promise<SyncView> {
  const sync = await findSync(db, companyId, syncId)
  if (!sync)
    throw new RollcallError('not_found', 'This sync does not exist.', {
      remedy: 'Open Data Sync for the last one.',
    })
  return toSyncView(sync)
}

export async function listSyncs(
  db: Db,
  companyId: string,
  page: { limit: number; before?: Date },
): Promise<SyncView[]> {
  return (await listSyncRows(db, companyId, page)).map(toSyncView)
}

export const toSyncView = (row: SyncRow): SyncView => ({
  syncId: row.sync_id,
  planId: row.plan_id,
  connectionId: row.connection_id,
  kind: row.kind,
  status: row.status,
  actor: row.actor,
  counts: row.counts,
  createdAt: row.created_at,
  appliedAt: row.applied_at,
  errorMessage: row.error_message,
  undoes: row.undoes,
  letThrough: letThroughSchema.nullable().parse(row.knowingly)?.holds ?? [],
})
