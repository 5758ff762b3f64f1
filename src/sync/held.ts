import { discardOpenPlan } from '../db/plans.ts'
import type { Context } from './context.ts'
import { getPlan, type PlanView } from './plan.ts'
import { lockRegister } from './plan-locks.ts'

/**
 * Sets a plan aside without writing it; the next one is drawn up from what holds then.
 * @returns the plan as it stands now: somebody else may have decided about it first
 */
export async function discardPlan(
  ctx: Context,
  { companyId, planId }: { companyId: string; planId: string },
): Promise<PlanView> {
  return await ctx.db.transaction().execute(async (trx) => {
    await lockRegister(trx, companyId)
    await discardOpenPlan(trx, { companyId, planId, actor: ctx.actor, now: ctx.now })
    return await getPlan(trx, companyId, planId)
  })
}
