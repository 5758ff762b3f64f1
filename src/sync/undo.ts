import type { Db } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { copyJournal, type NewJournalRow } from '../db/journal.ts'
import { inTransaction } from '../db/session.ts'
import { findChainEnd, insertSync, lockSync, updateApplied } from '../db/syncs.ts'
import { applyReversals, type DoneRow, listDone } from '../db/undo.ts'
import { RollcallError } from '../errors.ts'
import { digestSync } from './chain.ts'
import type { Context } from './context.ts'
import { type Reversal, reverse } from './core/undo.ts'
import { enqueue } from './jobs.ts'
import { lockRegister } from './plan-locks.ts'
import { getSync, NO_COUNTS, type SyncView } from './sync-view.ts'

/** A whole sync, some of its people, or some of their fields. */
export type UndoChoice = { ordinals?: readonly number[]; fields?: readonly string[] }
export type UndoItem = { ordinal: number; name: string; reversal: Reversal }

/** What undoing would do now, person by person. Writes nothing. */
export async function previewUndo(
  db: Db,
  where: { companyId: string; syncId: string },
  choice: UndoChoice = {},
): Promise<UndoItem[]> {
  const sync = await getSync(db, where.companyId, where.syncId)
  return judge(await listDone(db, { ...where, connectionId: sync.connectionId }, choice), choice).map(
    ({ row, reversal }) => ({ ordinal: row.ordinal, name: row.name, reversal }),
  )
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
    if (!sync) throw new RollcallError('not_found', 'This sync does not exist.')
    if (sync.status !== 'applied')
      throw new RollcallError('conflict', 'This sync was not applied, so there is nothing to undo.')
    const judged = judge(await listDone(trx, { ...where, connectionId: sync.connection_id }, choice), choice)
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

type Judged = { row: DoneRow; reversal: Reversal }

const judge = (rows: readonly DoneRow[], { fields }: UndoChoice): Judged[] =>
  rows.map((row) => ({
    row,
    reversal: reverse(
      {
        outcome: row.outcome,
        reason: row.reason,
        before: row.before,
        after: row.after,
        versionAfter: row.version_after,
        now: row.now_version === null ? null : { version: row.now_version, fields: row.now_fields ?? {} },
        linkedElsewhere: row.linked_elsewhere,
        link: {
          changed: row.made_link,
          exists: row.linked_to !== null,
          asLeft: row.linked_to === row.left_linked_to,
          formerTaken: row.former_taken,
        },
      },
      fields,
    ),
  }))

const whyNothing = (judged: readonly Judged[]) => {
  const reasons = new Set(judged.map(({ reversal }) => reversal.reason ?? ''))
  return `Nothing of this sync can be undone: ${[...reasons].join('; ') || 'it wrote nothing'}.`
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
