import { getConnection } from '../db/connections.ts'
import { findLastAppliedSync, listSyncPage, listSyncsOfPlans } from '../db/journal.ts'
import { findSync, type SyncRow } from '../db/syncs.ts'
import type { Context } from './context.ts'
import { explainHold } from './core/guard.ts'
import { depthsOf, listStory } from './story.ts'
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

/**
 * What a bare undo is about: what is left of the last sync where some of it was undone or redone since, or else the last
 * step itself.
 * @returns undefined when nothing was ever applied
 */
export async function findToUndo({ db }: Context, companyId: string): Promise<string | undefined> {
  const last = await findLastAppliedSync(db, companyId)
  if (last === undefined || last.undoes === null) return last?.sync_id
  const story = await listStory(db, last)
  const first = story.find(({ undoes }) => undoes === null)
  return first && (await canBeUndone(db, first, story)) ? first.sync_id : last.sync_id
}

/** @throws RollcallError `not_found` */
export async function getEntry(ctx: Context, companyId: string, syncId: string): Promise<HistoryEntry> {
  const row = await findSync(ctx.db, companyId, syncId)
  const [entry] = row ? await toEntries(ctx, companyId, [row]) : []
  if (entry) return entry
  throw noSuchSync()
}

/**
 * With what undid or redid some of it since, oldest first.
 * @throws RollcallError `not_found`
 */
export async function getWithLater(
  ctx: Context,
  companyId: string,
  syncId: string,
): Promise<{ sync: HistoryEntry; later: HistoryEntry[] }> {
  const row = await findSync(ctx.db, companyId, syncId)
  const story = row ? await listStory(ctx.db, row) : []
  const entries = await toEntries(ctx, companyId, story)
  const at = entries.findIndex((it) => it.syncId === syncId)
  const sync = entries[at]
  if (sync === undefined) throw noSuchSync()
  return { sync, later: entries.slice(at + 1) }
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
