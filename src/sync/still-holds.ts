import type { Db } from '../db/client.ts'
import { findConnection } from '../db/connections.ts'
import { countMovedStakeholders } from '../db/plan-changes.ts'
import type { PlanRow } from '../db/plans.ts'
import { wasAnotherReadSince } from '../db/retrievals.ts'
import { getSyncSettings } from '../db/settings.ts'
import { findLastAppliedAt } from '../db/syncs.ts'
import { calendarDay } from './settings.ts'

/** Whether cache, settings and every register row that the plan touches are as they were. */
export async function stillHolds(db: Db, plan: PlanRow, now: Date): Promise<boolean> {
  // "In the last 30 days" means other people tomorrow.
  if (calendarDay(plan.created_at) !== calendarDay(now)) return false
  const connection = await findConnection(db, plan.company_id, plan.connection_id)
  if (connection?.cache_retrieval_id !== plan.retrieval_id) return false
  if (connection.cache_version !== plan.cache_version) return false
  const settings = await getSyncSettings(db, plan.company_id, plan.connection_id)
  if (settings.version !== plan.settings_version) return false
  // A conflict names people of other connections as these had them.
  const place = { companyId: plan.company_id, connectionId: plan.connection_id }
  if (plan.counts.conflict > 0 && (await wasAnotherReadSince(db, place, plan.created_at))) return false
  const lastApplied = await findLastAppliedAt(db, plan.company_id)
  if (lastApplied && lastApplied >= plan.created_at) return false
  return (await countMovedStakeholders(db, plan.company_id, plan.plan_id)) === 0
}
