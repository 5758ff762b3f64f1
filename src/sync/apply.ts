import { applyChanges } from '../db/apply.ts'
import { findPlan } from '../db/plans.ts'
import { findChainEnd, lockSync, updateApplied, updateFailed } from '../db/syncs.ts'
import { RollcallError, toRollcallError } from '../errors.ts'
import type { JournalOutcome, SyncCounts } from '../model.ts'
import { digestSync } from './chain.ts'
import type { Context } from './context.ts'
import { enqueue } from './jobs.ts'
import { lockRegister } from './plan-locks.ts'
import { getSync, NO_COUNTS, type SyncView } from './sync-view.ts'

/**
 * Applies a confirmed sync: register, links, journal and the sync's own line in one transaction. A sync that
 * was already applied is returned as it is, so a job that runs twice writes once.
 */
export async function runApply(
  ctx: Context,
  { companyId, syncId }: { companyId: string; syncId: string },
): Promise<SyncView> {
  await ctx.db.transaction().execute(async (trx) => {
    await lockRegister(trx, companyId)
    const sync = await lockSync(trx, companyId, syncId)
    if (sync?.status !== 'queued') return
    const plan = await findPlan(trx, companyId, sync.plan_id)
    if (!plan) throw new RollcallError('not_found', 'The plan of this sync does not exist.')
    const outcomes = await applyChanges(trx, {
      companyId,
      connectionId: sync.connection_id,
      planId: sync.plan_id,
      syncId,
      identifier: plan.identifier,
      mappingVersion: plan.mapping_version,
      ordinals: sync.ordinals,
      now: ctx.now,
    })
    const end = await findChainEnd(trx, companyId)
    const digest = await digestSync(trx, { ...sync, applied_at: ctx.now }, end?.digest)
    const position = (end?.position ?? 0) + 1
    await updateApplied(trx, { companyId, syncId, counts: toCounts(outcomes), at: ctx.now, position, digest })
    await enqueue(trx, 'announce', { companyId, subject: `sync:${syncId}` })
    // Its message offered this sync; now it shows what is left.
    await enqueue(trx, 'announce', { companyId, subject: `retrieval:${plan.retrieval_id}` })
  })
  return await getSync(ctx.db, companyId, syncId)
}

/** A sync whose job gave up. Its transaction left nothing behind. */
export async function failSync(
  ctx: Context,
  where: { companyId: string; syncId: string },
  thrown: unknown,
): Promise<void> {
  ctx.log.error({ err: thrown, syncId: where.syncId }, 'a sync could not be applied')
  await ctx.db.transaction().execute(async (trx) => {
    await updateFailed(trx, where.companyId, where.syncId, toRollcallError(thrown).message)
    await enqueue(trx, 'announce', { companyId: where.companyId, subject: `sync:${where.syncId}` })
  })
}

const toCounts = (outcomes: readonly { outcome: JournalOutcome; count: number }[]): SyncCounts => ({
  ...NO_COUNTS,
  ...Object.fromEntries(outcomes.map(({ outcome, count }) => [outcome, count])),
})
