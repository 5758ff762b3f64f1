import type { Db } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import {
  findJournalRow,
  findLastAppliedSync,
  type JournalFilter,
  listJournalRows,
  listSyncPage,
  listSyncsOfPlans,
} from '../db/journal.ts'
import type { JournalRow, SyncRow } from '../db/syncs.ts'
import { RollcallError } from '../errors.ts'
import type { FieldChanges, JournalOutcome } from '../model.ts'
import type { Context } from './context.ts'
import { explainHold } from './core/guard.ts'
import { getSync, type SyncView, toSyncView } from './sync-view.ts'

export type HistoryEntry = SyncView & {
  /** The vendor's own spelling. */
  label: string
  /** How far from the plan: 0 wrote it, 1 undid that, 2 undid the undoing, and so on. */
  depth: number
  /** What a person let through although a brake held it: "31 email changes". */
  letThroughWords: readonly string[]
}

/** Newest first. */
export async function listHistory(
  ctx: Context,
  companyId: string,
  page: { offset: number; limit: number },
): Promise<{ items: HistoryEntry[]; total: number }> {
  const { items, total } = await listSyncPage(ctx.db, companyId, page)
  return { items: await toEntries(ctx, companyId, items), total }
}

/** @returns undefined when nothing was ever applied */
export async function findLastEntry(ctx: Context, companyId: string): Promise<HistoryEntry | undefined> {
  const row = await findLastAppliedSync(ctx.db, companyId)
  return row && (await toEntries(ctx, companyId, [row]))[0]
}

/** @throws RollcallError `not_found` */
export async function getEntry(ctx: Context, companyId: string, syncId: string): Promise<HistoryEntry> {
  const story = await getStory(ctx, companyId, syncId)
  const entry = story.find((it) => it.syncId === syncId)
  if (entry) return entry
  throw new RollcallError('not_found', 'This sync does not exist.')
}

/**
 * The sync of a plan and everything that undid or redid some of it since, oldest first.
 * @param syncId any of them
 */
export async function getStory(ctx: Context, companyId: string, syncId: string): Promise<HistoryEntry[]> {
  const { planId } = await getSync(ctx.db, companyId, syncId)
  return await toEntries(ctx, companyId, await listSyncsOfPlans(ctx.db, companyId, [planId]))
}

export type JournalEntry = {
  ordinal: number
  outcome: JournalOutcome
  reason: string | null
  recordId: string
  name: string
  fields: FieldChanges
}

/** @throws RollcallError `not_found` for a sync of another company */
export async function listJournal(
  db: Db,
  companyId: string,
  syncId: string,
  page: JournalFilter,
): Promise<{ items: JournalEntry[]; total: number }> {
  await getSync(db, companyId, syncId)
  const { items, total } = await listJournalRows(db, companyId, syncId, page)
  return { items: items.map(toJournalEntry), total }
}

/** @throws RollcallError `not_found` */
export async function getJournalEntry(
  db: Db,
  companyId: string,
  syncId: string,
  ordinal: number,
): Promise<JournalEntry> {
  const row = await findJournalRow(db, companyId, syncId, ordinal)
  if (row) return toJournalEntry(row)
  throw new RollcallError('not_found', 'This person is not in that sync.')
}

/** In the order of the rows. */
export async function toEntries(
  ctx: Context,
  companyId: string,
  rows: readonly SyncRow[],
): Promise<HistoryEntry[]> {
  const family = await listSyncsOfPlans(ctx.db, companyId, [...new Set(rows.map((row) => row.plan_id))])
  const undoes = new Map(family.map((row) => [row.sync_id, row.undoes]))
  const labels = await labelsOf(
    ctx,
    companyId,
    rows.map((row) => row.connection_id),
  )
  return rows.map((row) => {
    const view = toSyncView(row)
    return {
      ...view,
      label: labels.get(row.connection_id) ?? '',
      depth: depthOf(row.sync_id, undoes),
      letThroughWords: view.letThrough.map((hold) => explainHold(hold).short),
    }
  })
}

/** The vendor's own spelling, by connection. */
export async function labelsOf(
  ctx: Context,
  companyId: string,
  connectionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>()
  for (const connectionId of new Set(connectionIds)) {
    const { provider } = await getConnection(ctx.db, companyId, connectionId)
    labels.set(connectionId, ctx.providers.get(provider).label)
  }
  return labels
}

function depthOf(syncId: string, undoes: ReadonlyMap<string, string | null>): number {
  let depth = 0
  for (let at = undoes.get(syncId); at; at = undoes.get(at)) depth++
  return depth
}

/** Somebody taken out of the register lost every field, which the journal keeps as what was there before. */
export function toJournalEntry(
  row: Pick<JournalRow, 'ordinal' | 'outcome' | 'reason' | 'record_id' | 'name' | 'before' | 'after'>,
): JournalEntry {
  const keys = [...new Set([...Object.keys(row.before), ...Object.keys(row.after)])]
  return {
    ordinal: row.ordinal,
    outcome: row.outcome,
    reason: row.reason,
    recordId: row.record_id,
    name: row.name,
    fields: Object.fromEntries(
      keys.map((key) => [key, { before: row.before[key] ?? null, after: row.after[key] ?? null }]),
    ),
  }
}
