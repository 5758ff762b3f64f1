import type { Db } from '../db/client.ts'
import { confirmOpenPlan, findPlan, type PlanRow } from '../db/plans.ts'
import { findSyncOfPlan, insertSync } from '../db/syncs.ts'
import { RollcallError } from '../errors.ts'
import { holdsOfChoice } from './brakes.ts'
import type { Context } from './context.ts'
import { enqueue } from './jobs.ts'
import { currentPlan, getPlan, type PlanView } from './plan.ts'
import { findLockedConnection } from './plan-locks.ts'
import { stillHolds } from './still-holds.ts'
import { NO_COUNTS } from './sync-view.ts'
import { compareWith, type Moved } from './what-moved.ts'

/** Somebody else was first: `plan.decidedBy`, `plan.decidedAt`. */
type Decided = { outcome: 'decided'; plan: PlanView; syncId: string | null }
type NotWritten =
  | Decided
  /** Something moved since it was drawn up: nothing was written, `plan` takes its place. */
  | { outcome: 'overtaken'; plan: PlanView; moved: Moved }
  /** A brake holds it: nothing was written, and it takes the number that `holdsOfChoice` gives first, typed. */
  | { outcome: 'held'; plan: PlanView }
  | { outcome: 'nothing' }
export type Confirmation = { outcome: 'confirmed'; syncId: string } | NotWritten

/** Something that moves while a plan is being confirmed is looked at anew, as often as this. */
const ATTEMPTS = 3

/**
 * Takes a person's word for exactly the plan with this hash. The plan's decision, the sync and its job are
 * one transaction, so that of two people who confirm at once one wins and the other is told.
 * @param request `ordinals`: the chosen changes of a Sync Selected, all of them when absent. `knowingly`: the
 * number that a person typed to let a held plan through; it is kept with the sync.
 */
export async function confirmPlan(
  ctx: Context,
  request: {
    companyId: string
    planId: string
    hash: string
    ordinals?: readonly number[]
    knowingly?: number
  },
  attemptsLeft = ATTEMPTS - 1,
): Promise<Confirmation> {
  const { companyId, planId, ordinals } = request
  const shown = await findPlan(ctx.db, companyId, planId)
  if (shown?.hash.toString('hex') !== request.hash)
    throw new RollcallError('not_found', 'This plan does not exist.', {
      remedy: 'Open Data Sync for the current one.',
    })
  if (isDecided(shown)) return await decided(ctx.db, shown)
  if (ordinals?.length === 0) return { outcome: 'nothing' }

  const current = await planOfSameContent(ctx, shown)
  if (current.outcome !== 'same') return current
  const holds = await holdsOfChoice(ctx.db, companyId, current.plan, ordinals)
  const [hold] = holds
  if (hold && request.knowingly !== hold.count) return { outcome: 'held', plan: current.plan }
  const syncId = await ctx.db.transaction().execute(async (trx) => {
    await findLockedConnection(trx, companyId, shown.connection_id)
    // Nothing can move any more: what moved while we waited for that is found here.
    const locked = await findPlan(trx, companyId, current.plan.planId)
    if (!locked || !(await stillHolds(trx, locked, ctx.now))) return undefined
    const won = await confirmOpenPlan(trx, {
      companyId,
      planId: current.plan.planId,
      hash: shown.hash,
      actor: ctx.actor,
      now: ctx.now,
    })
    if (!won) return undefined
    const sync = await insertSync(trx, {
      company_id: companyId,
      plan_id: won.plan_id,
      connection_id: won.connection_id,
      kind: ordinals === undefined ? 'all' : 'selected',
      status: 'queued',
      ordinals: ordinals === undefined ? null : [...ordinals],
      actor: JSON.stringify(ctx.actor),
      counts: JSON.stringify(NO_COUNTS),
      knowingly: hold ? JSON.stringify({ typed: request.knowingly ?? null, holds }) : null,
      created_at: ctx.now,
    })
    await enqueue(trx, 'apply', { companyId, syncId: sync.sync_id })
    return sync.sync_id
  })
  if (syncId !== undefined) return { outcome: 'confirmed', syncId }
  if (attemptsLeft > 0) return await confirmPlan(ctx, request, attemptsLeft - 1)
  throw new RollcallError('conflict', 'Others are syncing at this moment. Nothing was written.', {
    remedy: 'Look at the plan again in a moment.',
  })
}

/** The open plan that says the same as the one shown, or why there is none. */
async function planOfSameContent(
  ctx: Context,
  shown: PlanRow,
): Promise<{ outcome: 'same'; plan: PlanView } | NotWritten> {
  if (shown.status === 'open' && (await stillHolds(ctx.db, shown, ctx.now))) {
    const plan = await getPlan(ctx.db, shown.company_id, shown.plan_id)
    return plan.toApply === 0 ? { outcome: 'nothing' } : { outcome: 'same', plan }
  }
  const fresh = await currentPlan(ctx, { companyId: shown.company_id, connectionId: shown.connection_id })
  if (!fresh) return { outcome: 'nothing' }
  const latest = await findPlan(ctx.db, shown.company_id, shown.plan_id)
  if (latest && isDecided(latest)) return await decided(ctx.db, latest)
  // The same people under another plan's id, or others: either way somebody is ahead of this one.
  if (fresh.status === 'confirmed') return await decided(ctx.db, { ...shown, plan_id: fresh.planId })
  if (fresh.hash === shown.hash.toString('hex') && fresh.toApply > 0) return { outcome: 'same', plan: fresh }
  const before = await getPlan(ctx.db, shown.company_id, shown.plan_id)
  const moved = await compareWith(ctx.db, shown.company_id, before, fresh)
  return { outcome: 'overtaken', plan: fresh, moved }
}

/** By a person. One that newer data took the place of may still say the same as the plan of now. */
const isDecided = ({ status }: PlanRow) => status === 'confirmed' || status === 'discarded'

async function decided(db: Db, plan: Pick<PlanRow, 'company_id' | 'plan_id'>): Promise<Decided> {
  const view = await getPlan(db, plan.company_id, plan.plan_id)
  const sync = await findSyncOfPlan(db, plan.company_id, plan.plan_id)
  return { outcome: 'decided', plan: view, syncId: sync?.sync_id ?? null }
}
