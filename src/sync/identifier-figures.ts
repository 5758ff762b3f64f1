import { type SqlBool, sql } from 'kysely'
import { countIdentifiers, type IdentifierFigures } from '../db/identifier-figures.ts'
import type { Identifier } from '../model.ts'
import type { Context } from './context.ts'
import type { ConditionTree } from './core/conditions.ts'
import { checkedConditions } from './settings.ts'

/**
 * How well an identifier would do for the people of some conditions, saved or not. Saves nothing.
 * @param conditions `null`: everybody who was read
 */
export async function identifierFigures(
  ctx: Context,
  place: { companyId: string; connectionId: string },
  identifier: Identifier,
  conditions: ConditionTree | null,
): Promise<IdentifierFigures> {
  const meets =
    conditions === null
      ? sql<SqlBool>`true`
      : (await checkedConditions(ctx.db, place, conditions, ctx.now)).predicate
  return await countIdentifiers(ctx.db, place, identifier, meets)
}
