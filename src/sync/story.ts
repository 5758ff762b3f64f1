import type { Db } from '../db/client.ts'
import type { DoneSync, LaterStep } from '../db/done.ts'
import { listSyncsOfPlans } from '../db/journal.ts'
import type { SyncRow } from '../db/syncs.ts'

/** How far each sync is from the plan: 0 wrote it, 1 undid that, 2 undid the undoing, and so on. */
export function depthsOf(story: readonly SyncRow[]): ReadonlyMap<string, number> {
  const undoes = new Map(story.map((row) => [row.sync_id, row.undoes]))
  const depthOf = (syncId: string) => {
    let depth = 0
    for (let at = undoes.get(syncId); at; at = undoes.get(at)) depth++
    return depth
  }
  return new Map(story.map((row) => [row.sync_id, depthOf(row.sync_id)]))
}

/** A sync beside what came after it in its story, whose steps take turns: one undoes, the next redoes. */
export function withLater(sync: SyncRow, story: readonly SyncRow[]): DoneSync {
  const depths = depthsOf(story)
  const parity = (row: SyncRow) => (depths.get(row.sync_id) ?? 0) % 2
  const after = story.filter(({ position }) => position !== null && Number(position) > Number(sync.position))
  const later = after
    .toSorted((a, b) => Number(a.position) - Number(b.position))
    .map((row): LaterStep => ({ syncId: row.sync_id, against: parity(row) !== parity(sync) }))
  return { companyId: sync.company_id, syncId: sync.sync_id, connectionId: sync.connection_id, later }
}

export const listStory = (db: Db, { company_id, plan_id }: SyncRow): Promise<SyncRow[]> =>
  listSyncsOfPlans(db, company_id, [plan_id])
