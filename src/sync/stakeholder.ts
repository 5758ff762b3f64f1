import { listJournalOf, type StakeholderJournalRow } from '../db/journal.ts'
import { listBasesOf } from '../db/links.ts'
import { findStakeholder, type StakeholderView } from '../db/stakeholders.ts'
import { listSyncsById } from '../db/syncs.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { type Origin, originsOf } from './core/origins.ts'
import { type HistoryEntry, labelsOf, toEntries } from './history.ts'
import { type JournalEntry, toJournalEntry } from './journal.ts'

/** Where one value came from: the sync that wrote it last, or somebody in the register. */
export type FieldOrigin = { by: 'sync'; label: string; at: Date } | { by: 'register' }

export type StakeholderRecord = StakeholderView & {
  /** By field; one of which nothing tells is not in it. */
  origins: Readonly<Record<string, FieldOrigin>>
  /** What each sync and each undo did to this one stakeholder, newest first. */
  history: { items: readonly { sync: HistoryEntry; row: JournalEntry }[]; total: number }
}

/**
 * One stakeholder as the register has them, with what the journal tells of each value and of the past.
 * @param page of the history
 * @throws RollcallError `not_found`
 */
export async function getStakeholder(
  ctx: Context,
  companyId: string,
  stakeholderId: string,
  page: { offset: number; limit: number },
): Promise<StakeholderRecord> {
  const [found, rows, bases] = await Promise.all([
    findStakeholder(ctx.db, companyId, stakeholderId),
    listJournalOf(ctx.db, companyId, stakeholderId),
    listBasesOf(ctx.db, companyId, stakeholderId),
  ])
  if (found === undefined) throw new RollcallError('not_found', 'There is no such stakeholder.')
  const written = rows.map((row) => ({ ...row, syncId: row.sync_id }))
  const shown = rows.toReversed().slice(page.offset, page.offset + page.limit)
  return {
    ...found,
    origins: await named(ctx, companyId, rows, originsOf(found.fields, written, bases)),
    history: { items: await withSyncs(ctx, companyId, shown), total: rows.length },
  }
}

async function named(
  ctx: Context,
  companyId: string,
  rows: readonly StakeholderJournalRow[],
  origins: Readonly<Record<string, Origin>>,
): Promise<Record<string, FieldOrigin>> {
  const connectionIds = rows.map((row) => row.connection_id)
  const labels = await labelsOf(ctx, companyId, connectionIds)
  const bySync = new Map(
    rows.map((row): [string, FieldOrigin] => [
      row.sync_id,
      { by: 'sync', label: labels.get(row.connection_id) ?? '', at: row.applied_at },
    ]),
  )
  const register: FieldOrigin = { by: 'register' }
  return Object.fromEntries(
    Object.entries(origins).map(([key, origin]) => [
      key,
      origin.by === 'sync' ? (bySync.get(origin.syncId) ?? register) : register,
    ]),
  )
}

async function withSyncs(ctx: Context, companyId: string, rows: readonly StakeholderJournalRow[]) {
  const syncIds = rows.map((row) => row.sync_id)
  const entries = await toEntries(ctx, companyId, await listSyncsById(ctx.db, companyId, syncIds))
  return rows.flatMap((row) =>
    entries
      .filter(({ syncId }) => syncId === row.sync_id)
      .map((sync) => ({ sync, row: toJournalEntry(row) })),
  )
}
