import type { Db } from '../db/client.ts'
import { listPlanChanges } from '../db/plans.ts'
import { countTouched, type Hold, holdsAmong, nothingTouched } from './core/guard.ts'
import type { PlanView } from './plan.ts'

/**
 * The brakes that hold what somebody is about to confirm, the gravest first: the one whose number is typed.
 * @param ordinals the chosen rows of a Sync Selected; the whole plan when absent
 */
export async function holdsOfChoice(
  db: Db,
  companyId: string,
  { planId, holds }: PlanView,
  ordinals: readonly number[] | undefined,
): Promise<readonly Hold[]> {
  if (ordinals === undefined || holds.length === 0) return holds
  const page = { ordinals, offset: 0, limit: ordinals.length }
  const { items } = await listPlanChanges(db, companyId, planId, page)
  const touched = nothingTouched()
  for (const change of items) countTouched(touched, change)
  return holdsAmong(holds, touched)
}
