import type { Db } from '../db/client.ts'
import { countLinks, countUnlinked } from '../db/links.ts'
import { listPlanChanges } from '../db/plan-changes.ts'
import { countTouched, type Hold, holdsAmong, type Measured, nothingTouched } from './core/guard.ts'

/**
 * Whom the plan of a connection is measured against. The unlinked are counted only where they matter: before
 * everybody was synced.
 * @param matched how many stakeholders the plan links for the first time
 */
export async function measureAgainst(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  { matched, syncedWhole }: { matched: number; syncedWhole: boolean },
): Promise<Measured> {
  const known = (await countLinks(db, companyId, connectionId)) + matched
  if (syncedWhole && known > 0) return { known, unmatched: 0, syncedWhole }
  return { known, unmatched: Math.max(0, (await countUnlinked(db, companyId)) - matched), syncedWhole }
}

/**
 * The brakes that hold what somebody is about to confirm, the gravest first: the one whose number is typed.
 * @param ordinals the chosen rows of a Sync Selected; the whole plan when absent
 */
export async function holdsOfChoice(
  db: Db,
  companyId: string,
  { planId, holds }: { planId: string; holds: readonly Hold[] },
  ordinals: readonly number[] | undefined,
): Promise<readonly Hold[]> {
  if (ordinals === undefined || holds.length === 0) return holds
  const page = { ordinals, offset: 0, limit: ordinals.length }
  const { items } = await listPlanChanges(db, companyId, planId, page)
  const touched = nothingTouched()
  for (const change of items) countTouched(touched, change)
  return holdsAmong(holds, touched)
}
