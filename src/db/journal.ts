import { sql } from 'kysely'
import type { PoolClient } from 'pg'
import type { Db } from './client.ts'
import { copyRows } from './copy.ts'
import { aboutPerson } from './people-search.ts'
import type { JournalRow, SyncRow } from './syncs.ts'

/** Newest first, whatever became of them. */
export async function listSyncPage(
  db: Db,
  companyId: string,
  page: { offset: number; limit: number },
): Promise<{ items: SyncRow[]; total: number }> {
  const query = db.selectFrom('sync').where('company_id', '=', companyId)
  const [items, count] = await Promise.all([
    query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('sync_id')
      .offset(page.offset)
      .limit(page.limit)
      .execute(),
    query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { items, total: count.total }
}

export function findLastAppliedSync(db: Db, companyId: string): Promise<SyncRow | undefined> {
  return db
    .selectFrom('sync')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('status', '=', 'applied')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** A sync of each of these plans, what undid it and what undid that, oldest first. */
export function listSyncsOfPlans(db: Db, companyId: string, planIds: readonly string[]): Promise<SyncRow[]> {
  if (planIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('sync')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('plan_id', 'in', [...planIds])
    .orderBy('created_at')
    .orderBy('position')
    .execute()
}

export type JournalFilter = {
  search?: string
  /** Only those with whom something was not as expected. */
  withReason?: boolean
  offset: number
  limit: number
}

/** What one sync did, by name. */
export async function listJournalRows(
  db: Db,
  companyId: string,
  syncId: string,
  { search = '', withReason = false, offset, limit }: JournalFilter,
): Promise<{ items: JournalRow[]; total: number }> {
  let query = db.selectFrom('journal').where('company_id', '=', companyId).where('sync_id', '=', syncId)
  if (search.trim() !== '') {
    const connectionId = sql`(select connection_id from sync where company_id = ${companyId} and sync_id = ${syncId})`
    query = query.where(aboutPerson(search, { companyId, connectionId }))
  }
  if (withReason) query = query.where('reason', 'is not', null)
  const [items, count] = await Promise.all([
    query.selectAll().orderBy(sql`lower(name)`).orderBy('ordinal').offset(offset).limit(limit).execute(),
    query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { items, total: count.total }
}

export type StakeholderJournalRow = Awaited<ReturnType<typeof listJournalOf>>[number]

/** What became of one stakeholder, over all syncs, in the order in which it was written. */
export function listJournalOf(db: Db, companyId: string, stakeholderId: string) {
  return db
    .selectFrom('journal as j')
    .innerJoin('sync as y', (join) =>
      join.onRef('y.company_id', '=', 'j.company_id').onRef('y.sync_id', '=', 'j.sync_id'),
    )
    .select([
      'j.sync_id',
      'j.ordinal',
      'j.outcome',
      'j.reason',
      'j.record_id',
      'j.name',
      'j.before',
      'j.after',
    ])
    .select((eb) => ['y.connection_id', 'y.undoes', eb.ref('y.applied_at').$notNull().as('applied_at')])
    .where('j.company_id', '=', companyId)
    .where('j.stakeholder_id', '=', stakeholderId)
    .where('y.position', 'is not', null)
    .orderBy('y.position')
    .orderBy('j.ordinal')
    .execute()
}

/** The first rows of a sync, by number. */
export async function listFirstOrdinals(
  db: Db,
  companyId: string,
  syncId: string,
  limit: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('journal')
    .select('ordinal')
    .where('company_id', '=', companyId)
    .where('sync_id', '=', syncId)
    .orderBy('ordinal')
    .limit(limit)
    .execute()
  return rows.map(({ ordinal }) => ordinal)
}

export function findJournalRow(
  db: Db,
  companyId: string,
  syncId: string,
  ordinal: number,
): Promise<JournalRow | undefined> {
  return db
    .selectFrom('journal')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('sync_id', '=', syncId)
    .where('ordinal', '=', ordinal)
    .executeTakeFirst()
}

/** `link_before` as JSON text, as it was read. */
export type NewJournalRow = Omit<JournalRow, 'company_id' | 'sync_id' | 'link_before'> & {
  link_before: string | null
}

const JOURNAL_COLUMNS = {
  company_id: 'uuid',
  sync_id: 'uuid',
  ordinal: 'int4',
  outcome: 'text',
  reason: 'text',
  record_id: 'text',
  stakeholder_id: 'uuid',
  name: 'text',
  before: 'jsonb',
  after: 'jsonb',
  version_before: 'int4',
  version_after: 'int4',
  made_link: 'bool',
  link_before: 'jsonb',
} as const

export async function copyJournal(
  client: PoolClient,
  { company_id, sync_id }: SyncRow,
  rows: readonly NewJournalRow[],
): Promise<void> {
  await copyRows(
    client,
    'journal',
    JOURNAL_COLUMNS,
    rows.map((row) => [
      company_id,
      sync_id,
      row.ordinal,
      row.outcome,
      row.reason,
      row.record_id,
      row.stakeholder_id,
      row.name,
      JSON.stringify(row.before),
      JSON.stringify(row.after),
      row.version_before,
      row.version_after,
      row.made_link,
      row.link_before,
    ]),
  )
}
