import { type Insertable, type Selectable, sql, type Transaction } from 'kysely'
import type { SyncCounts } from '../model.ts'
import type { Db } from './client.ts'
import type { Database, JournalTable, SyncTable } from './schema.ts'

export type SyncRow = Selectable<SyncTable>
export type JournalRow = Selectable<JournalTable>

export function insertSync(trx: Transaction<Database>, sync: Insertable<SyncTable>): Promise<SyncRow> {
  return trx.insertInto('sync').values(sync).returningAll().executeTakeFirstOrThrow()
}

export function findSync(db: Db, companyId: string, syncId: string): Promise<SyncRow | undefined> {
  return db
    .selectFrom('sync')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('sync_id', '=', syncId)
    .executeTakeFirst()
}

export function listSyncsById(db: Db, companyId: string, syncIds: readonly string[]): Promise<SyncRow[]> {
  if (syncIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('sync')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('sync_id', 'in', [...syncIds])
    .execute()
}

export function findSyncOfPlan(db: Db, companyId: string, planId: string): Promise<SyncRow | undefined> {
  return db
    .selectFrom('sync')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('plan_id', '=', planId)
    .where('kind', '<>', 'undo')
    .executeTakeFirst()
}

export function listSyncRows(
  db: Db,
  companyId: string,
  page: { limit: number; before?: Date },
): Promise<SyncRow[]> {
  let query = db.selectFrom('sync').selectAll().where('company_id', '=', companyId)
  if (page.before) query = query.where('created_at', '<', page.before)
  return query.orderBy('created_at', 'desc').limit(page.limit).execute()
}

export async function findLastAppliedAt(db: Db, companyId: string): Promise<Date | null> {
  const { at } = await db
    .selectFrom('sync')
    .select((eb) => eb.fn.max('applied_at').as('at'))
    .where('company_id', '=', companyId)
    .executeTakeFirstOrThrow()
  return at
}

/**
 * When the data was retrieved that the last sync of everybody rests on: whoever vanished by then was counted in the
 * plan that a person confirmed. A choice, an undo and another connection's sync say nothing about that.
 */
export async function findWholeSyncDataAt(
  db: Db,
  companyId: string,
  connectionId: string,
): Promise<Date | null> {
  const { at } = await db
    .selectFrom('sync as s')
    .innerJoin('plan as p', (join) =>
      join.onRef('p.company_id', '=', 's.company_id').onRef('p.plan_id', '=', 's.plan_id'),
    )
    .innerJoin('retrieval as r', (join) =>
      join.onRef('r.company_id', '=', 'p.company_id').onRef('r.retrieval_id', '=', 'p.retrieval_id'),
    )
    .select((eb) => eb.fn.max('r.finished_at').as('at'))
    .where('s.company_id', '=', companyId)
    .where('s.connection_id', '=', connectionId)
    .where('s.kind', '=', 'all')
    .where('s.applied_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return at
}

/** The sync, held until the transaction ends: whoever applies it does so alone. */
export function lockSync(
  trx: Transaction<Database>,
  companyId: string,
  syncId: string,
): Promise<SyncRow | undefined> {
  return trx
    .selectFrom('sync')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('sync_id', '=', syncId)
    .forUpdate()
    .executeTakeFirst()
}

export async function updateApplied(
  trx: Transaction<Database>,
  sync: { companyId: string; syncId: string; counts: SyncCounts; at: Date; position: number; digest: Buffer },
): Promise<void> {
  await trx
    .updateTable('sync')
    .set({
      status: 'applied',
      counts: JSON.stringify(sync.counts),
      applied_at: sync.at,
      position: sync.position,
      digest: sync.digest,
    })
    .where('company_id', '=', sync.companyId)
    .where('sync_id', '=', sync.syncId)
    .execute()
}

export async function updateFailed(
  db: Db,
  companyId: string,
  syncId: string,
  message: string,
): Promise<void> {
  await db
    .updateTable('sync')
    .set({ status: 'failed', error_message: message })
    .where('company_id', '=', companyId)
    .where('sync_id', '=', syncId)
    .where('status', '=', 'queued')
    .execute()
}

/** The end of the company's chain of applied syncs. */
export async function findChainEnd(
  trx: Transaction<Database>,
  companyId: string,
): Promise<{ position: number; digest: Buffer } | undefined> {
  const end = await trx
    .selectFrom('sync')
    .select(['position', 'digest'])
    .where('company_id', '=', companyId)
    .where('position', 'is not', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return end?.digest ? { position: Number(end.position), digest: end.digest } : undefined
}

/**
 * sha256 over `header` and the sync's journal rows in order: one statement, one pass over rows that were just
 * written. Each row is one JSON array, so that no value can pass for a border between two; the link of before is at
 * its end where there was one, so rows from before it was kept give what they gave.
 */
export async function digestJournal(
  db: Db,
  companyId: string,
  syncId: string,
  header: Buffer,
): Promise<Buffer> {
  const values = sql`ordinal, outcome, reason, record_id, stakeholder_id, name, before, after, version_before,
    version_after, made_link`
  const row = sql`case when link_before is null then json_build_array(${values})
    else json_build_array(${values}, link_before) end::text`
  const { rows } = await sql<{ digest: Buffer }>`
    select sha256(${header}::bytea || coalesce(sha256(string_agg(convert_to(${row}, 'UTF8'), '\n'::bytea
      order by ordinal)), '')) as digest
    from journal where company_id = ${companyId} and sync_id = ${syncId}
  `.execute(db)
  if (!rows[0]) throw new Error('A select without a group always gives a row.')
  return rows[0].digest
}

/** Every applied sync of a company in the order of the chain. */
export function listChain(db: Db, companyId: string): Promise<SyncRow[]> {
  return db
    .selectFrom('sync')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('position', 'is not', null)
    .orderBy('position')
    .execute()
}

export async function listCompaniesWithSyncs(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('sync').select('company_id').distinct().orderBy('company_id').execute()
  return rows.map((row) => row.company_id)
}
