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
import { findSync, type JournalRow, type SyncRow } from '../db/syncs.ts'
import { RollcallError } from '../errors.ts'
import type { FieldChanges, JournalOutcome } from '../model.ts'
import type { Context } from './context.ts'
import { explainHold } from './core/guard.ts'
import { depthsOf } from './story.ts'
import { getSync, noSuchSync, type SyncView, toSyncView } from './sync-view.ts'
import { canBeUndone } from './undo.ts'

export type HistoryEntry = SyncView & {
  /** The vendor's own spelling. */
  label: string
  /** How far from the plan: 0 wrote it, 1 undid that, 2 undid the undoing, and so on. */
  depth: number
  /** What a person let through although a brake held it: "31 email changes". */
  letThroughWords: readonly string[]
}

/** Only where its buttons are shown: this looks at what the sync did, beside the register of now. */
export type StoryEntry = HistoryEntry & {
  /** Its Undo or Redo is offered: something of it can be taken back as things stand. */
  offered: boolean
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
export async function findLastEntry(ctx: Context, companyId: string): Promise<StoryEntry | undefined> {
  const row = await findLastAppliedSync(ctx.db, companyId)
  if (row === undefined) return undefined
  // Nothing of its story came later.
  const offered = await canBeUndone(ctx.db, row, [row])
  const [entry] = await toEntries(ctx, companyId, [row])
  return entry && { ...entry, offered }
}

/** @throws RollcallError `not_found` */
export async function getEntry(ctx: Context, companyId: string, syncId: string): Promise<HistoryEntry> {
  const row = await findSync(ctx.db, companyId, syncId)
  const [entry] = row ? await toEntries(ctx, companyId, [row]) : []
  if (entry) return entry
  throw noSuchSync()
}

/**
 * The sync of a plan and everything that undid or redid some of it since, oldest first. What is left to undo is offered
 * at the plan's sync, which redoing writes anew; what is left to redo at the latest undo that has some, then the one
 * before; and the sync that is asked for has its own.
 * @param syncId any of them
 */
export async function getStory(ctx: Context, companyId: string, syncId: string): Promise<StoryEntry[]> {
  const { planId } = await getSync(ctx.db, companyId, syncId)
  const rows = await listSyncsOfPlans(ctx.db, companyId, [planId])
  const entries = await toEntries(ctx, companyId, rows)
  const depths = depthsOf(rows)
  const offered = new Set<string>()
  let redoFound = false
  for (const row of rows.toReversed()) {
    const depth = depths.get(row.sync_id) ?? 0
    const isUndo = depth % 2 === 1
    const isWanted = depth === 0 || row.sync_id === syncId || (isUndo && !redoFound)
    if (!isWanted || !(await canBeUndone(ctx.db, row, rows))) continue
    offered.add(row.sync_id)
    redoFound ||= isUndo
  }
  return entries.map((it) => ({ ...it, offered: offered.has(it.syncId) }))
}

/** @throws RollcallError `not_found` */
export function stepOf(story: readonly StoryEntry[], syncId: string): StoryEntry {
  const step = story.find((it) => it.syncId === syncId)
  if (step) return step
  throw noSuchSync()
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
  const depths = depthsOf(family)
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
      depth: depths.get(row.sync_id) ?? 0,
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
