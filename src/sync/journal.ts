import type { Db } from '../db/client.ts'
import { findJournalRow, type JournalFilter, listJournalRows } from '../db/journal.ts'
import type { JournalRow } from '../db/syncs.ts'
import { RollcallError } from '../errors.ts'
import type { FieldChanges, JournalOutcome } from '../model.ts'
import { getSync } from './sync-view.ts'

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

/** Somebody taken out of the register lost every field, which the journal keeps as what was there before. */
export function toJournalEntry(
  row: Pick<JournalRow, 'ordinal' | 'outcome' | 'reason' | 'record_id' | 'name' | 'before' | 'after'>,
): JournalEntry {
  return {
    ordinal: row.ordinal,
    outcome: row.outcome,
    reason: row.reason,
    recordId: row.record_id,
    name: row.name,
    fields: toFieldChanges(row),
  }
}

/** Field by field; one that is on one side only is blank on the other. */
export function toFieldChanges({ before, after }: Pick<JournalRow, 'before' | 'after'>): FieldChanges {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    keys.map((key) => [key, { before: before[key] ?? null, after: after[key] ?? null }]),
  )
}
