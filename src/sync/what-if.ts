import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { compileConditions } from '../db/conditions.ts'
import { getSyncSettings } from '../db/settings.ts'
import { countScopeChanges, listMoved, type MovedPerson, type ScopeCounts } from '../db/what-if.ts'
import type { Context } from './context.ts'
import type { ConditionTree } from './core/conditions.ts'
import { checkConditions } from './core/conditions-check.ts'
import { conditionOptions, getCatalogue, getChecked, toConditions } from './settings.ts'

type Place = { companyId: string; connectionId: string }

/** Who would come into the conditions, or go out of them. */
export type Side = 'in' | 'out'

/** How many meet the conditions as saved and as given, and how many would move. Saves nothing. */
export async function whatIf(ctx: Context, place: Place, conditions: ConditionTree): Promise<ScopeCounts> {
  const { after, before } = await compileBoth(ctx, place, conditions)
  return await countScopeChanges(ctx.db, place, before, after)
}

/** A page of those who would move to one side, by name. */
export async function whoMoves(
  ctx: Context,
  place: Place,
  conditions: ConditionTree,
  { side, ...page }: { side: Side; offset: number; limit: number },
): Promise<MovedPerson[]> {
  const { after, before } = await compileBoth(ctx, place, conditions)
  const sides = side === 'in' ? { meet: after, not: before } : { meet: before, not: after }
  return await listMoved(ctx.db, place, sides, page)
}

/** Saved conditions that can no longer be used, or read, are met by nobody. */
async function compileBoth(
  ctx: Context,
  place: Place,
  conditions: ConditionTree,
): Promise<{ before: RawBuilder<SqlBool>; after: RawBuilder<SqlBool> }> {
  const catalogue = await getCatalogue(ctx.db, place)
  const options = await conditionOptions(ctx.db, place, ctx.now)
  const compile = (tree: ConditionTree) => compileConditions(getChecked(tree, catalogue), options)
  const row = await getSyncSettings(ctx.db, place.companyId, place.connectionId)
  const saved = toConditions(row.conditions)
  const usable = saved !== null && checkConditions(saved, catalogue).ok
  return { before: usable ? compile(saved) : sql<SqlBool>`false`, after: compile(conditions) }
}
