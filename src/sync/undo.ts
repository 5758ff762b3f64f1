import type { Db } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { type DoneFilter, type DoneRow, listDone } from '../db/done.ts'
import { copyJournal, listFirstOrdinals, type NewJournalRow } from '../db/journal.ts'
import { inTransaction, readMany } from '../db/session.ts'
import { findChainEnd, findSync, insertSync, lockSync, type SyncRow, updateApplied } from '../db/syncs.ts'
import { applyReversals } from '../db/undo.ts'
import { RollcallError } from '../errors.ts'
import { digestSync } from './chain.ts'
import type { Context } from './context.ts'
import { type Done, type Reversal, reverse, stands } from './core/undo.ts'
import { enqueue } from './jobs.ts'
import { lockRegister } from './plan-locks.ts'
import { listStory, withLater } from './story.ts'
import { getSync, NO_COUNTS, noSuchSync, type SyncView } from './sync-view.ts'

/** A whole sync, some of its people, or some of their fields. */
export type UndoChoice = { ordinals?: readonly number[]; fields?: readonly string[] }
export type UndoItem = { ordinal: number; name: string; reversal: Reversal }

/** What undoing would do now, person by person. Writes nothing. */
export async function previewUndo(
  db: Db,
  where: { companyId: string; syncId: string },
  choice: UndoChoice = {},
): Promise<UndoItem[]> {
  const sync = await findSync(db, where.companyId, where.syncId)
  if (!sync) throw noSuchSync()
  return (await judge(db, sync, choice)).map(({ row, reversal }) => ({
    ordinal: row.ordinal,
    name: row.name,
    reversal,
  }))
}

/**
 * Reverses a sync in one transaction and as a sync of its own in the journal, which can be undone in turn.
 * What somebody edited since is kept and says so.
 * @throws RollcallError `conflict` when it was not applied, or nothing of it can be reversed
 */
export async function undoSync(
  ctx: Context,
  where: { companyId: string; syncId: string },
  choice: UndoChoice = {},
): Promise<SyncView> {
  const { companyId } = where
  const undoId = await inTransaction(ctx.pool, async (trx, client) => {
    await lockRegister(trx, companyId)
    const sync = await lockSync(trx, companyId, where.syncId)
    if (!sync) throw noSuchSync()
    if (sync.status !== 'applied')
      throw new RollcallError('conflict', 'This sync was not applied, so there is nothing to undo.')
    const judged = await judge(trx, sync, choice)
    if (judged.every(({ reversal }) => reversal.outcome === 'kept'))
      throw new RollcallError('conflict', whyNothing(judged), { remedy: 'The register stays as it is.' })

    const undo = await insertSync(trx, {
      company_id: companyId,
      plan_id: sync.plan_id,
      connection_id: sync.connection_id,
      kind: 'undo',
      status: 'queued',
      undoes: sync.sync_id,
      actor: JSON.stringify(ctx.actor),
      counts: JSON.stringify(NO_COUNTS),
      created_at: ctx.now,
    })
    const rows = judged.map(({ row, reversal }) => journalRow(row, reversal))
    await copyJournal(client, undo, rows)
    await applyReversals(trx, {
      companyId,
      connectionId: sync.connection_id,
      syncId: undo.sync_id,
      undoes: sync.sync_id,
      now: ctx.now,
    })
    const end = await findChainEnd(trx, companyId)
    await updateApplied(trx, {
      companyId,
      syncId: undo.sync_id,
      counts: countReversals(judged),
      at: ctx.now,
      position: (end?.position ?? 0) + 1,
      digest: await digestSync(trx, { ...undo, applied_at: ctx.now }, end?.digest),
    })
    await enqueue(trx, 'announce', { companyId, subject: `sync:${undo.sync_id}` })
    // Its message shows what is to be done, which is more than a moment ago.
    const { cache_retrieval_id } = await getConnection(trx, companyId, sync.connection_id)
    if (cache_retrieval_id !== null)
      await enqueue(trx, 'announce', { companyId, subject: `retrieval:${cache_retrieval_id}` })
    return undo.sync_id
  })
  return await getSync(ctx.db, companyId, undoId)
}

/** In most syncs one of the first people says it; only where none does is everybody looked at. */
const LOOKED_AT_FIRST = 50
const LOOKED_AT_A_TIME = 500

/** Whether anything of a sync can be taken back now: what its Undo or Redo stands for. */
export async function canBeUndone(db: Db, sync: SyncRow, story: readonly SyncRow[]): Promise<boolean> {
  if (sync.status !== 'applied') return false
  const done = withLater(sync, story)
  const reverses = (row: DoneRow) => reverse(toDone(row)).outcome !== 'kept'
  const first = await listFirstOrdinals(db, sync.company_id, sync.sync_id, LOOKED_AT_FIRST)
  if ((await listDone(db, done, { ordinals: first })).some(reverses)) return true
  if (first.length < LOOKED_AT_FIRST) return false
  return await manyOrFew(db, sync, async (trx) => {
    for (let afterOrdinal = first.at(-1) ?? -1; ; ) {
      const rows = await listDone(trx, done, { reversible: { afterOrdinal, limit: LOOKED_AT_A_TIME } })
      if (rows.some(reverses)) return true
      const last = rows[LOOKED_AT_A_TIME - 1]
      if (last === undefined) return false
      afterOrdinal = last.ordinal
    }
  })
}

/** From so many people on, statistics that lag behind would cost minutes. */
const MANY = 1_000
const isLarge = ({ counts }: SyncRow): boolean => Object.values(counts).reduce((sum, n) => sum + n, 0) >= MANY

const manyOrFew = <T>(db: Db, sync: SyncRow, read: (db: Db) => Promise<T>): Promise<T> =>
  isLarge(sync) ? readMany(db, read) : read(db)

type Judged = { row: DoneRow; reversal: Reversal }

/** Of people who were chosen each one is answered for; of everybody, those with whom something still stands. */
async function judge(db: Db, sync: SyncRow, { ordinals, fields }: UndoChoice): Promise<Judged[]> {
  const filter: DoneFilter = ordinals === undefined ? {} : { ordinals }
  const done = withLater(sync, await listStory(db, sync))
  const rows = await manyOrFew(db, sync, (trx) => listDone(trx, done, filter))
  return rows
    .map((row) => ({ row, done: toDone(row) }))
    .filter(({ done }) => ordinals !== undefined || stands(done, fields))
    .map(({ row, done }) => ({ row, reversal: reverse(done, fields) }))
}

const toDone = (row: DoneRow): Done => ({
  outcome: row.outcome,
  reason: row.reason,
  before: row.before,
  after: row.after,
  versionLeft: row.version_left,
  taken: {
    fields: Object.keys(row.taken_fields).filter((key) => row.taken_fields[key]),
    whole: row.taken_whole,
  },
  now: row.now_version === null ? null : { version: row.now_version, fields: row.now_fields ?? {} },
  linkedElsewhere: row.linked_elsewhere,
  knownAgain: row.known_again,
  link: {
    changed: row.made_link,
    exists: row.linked_to !== null,
    asLeft: row.linked_to === row.left_linked_to,
    formerTaken: row.former_taken,
  },
})

const whyNothing = (judged: readonly Judged[]) => {
  const reasons = new Set(judged.map(({ reversal }) => reversal.reason ?? ''))
  return `Nothing of this sync can be undone: ${[...reasons].join('; ') || 'nothing of it stands any more'}.`
}

function journalRow(row: DoneRow, reversal: Reversal): NewJournalRow {
  const values = reversal.outcome === 'kept' ? { before: {}, after: {} } : reversal
  return {
    ordinal: row.ordinal,
    outcome: reversal.outcome,
    reason: reversal.reason,
    record_id: row.record_id,
    stakeholder_id: row.stakeholder_id,
    name: row.name,
    before: values.before,
    after: values.after,
    version_before: row.now_version,
    version_after: versionAfter(row, reversal),
    made_link: reversal.outcome !== 'kept' && reversal.movesLink,
    link_before: reversal.outcome === 'kept' ? null : row.link_now,
  }
}

/** Every write counts one up; somebody put back starts anew. */
function versionAfter(row: DoneRow, reversal: Reversal): number | null {
  if (reversal.outcome === 'restored') return 1
  if (reversal.outcome === 'reversed')
    return (row.now_version ?? 0) + (Object.keys(reversal.after).length > 0 ? 1 : 0)
  return null
}

const countReversals = (judged: readonly Judged[]) => ({
  ...NO_COUNTS,
  reversed: judged.filter(({ reversal }) => reversal.outcome !== 'kept').length,
  kept: judged.filter(({ reversal }) => reversal.outcome === 'kept').length,
})
