import {
  deleteConditionDraftsBefore,
  findConditionDraft,
  insertConditionDraft,
} from '../db/condition-drafts.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import type { ConditionTree } from './core/conditions.ts'
import { toConditions } from './settings.ts'

/** Conditions can name people, so they are kept no longer than somebody may still be looking at them. */
const KEPT_HOURS = 24

export type ConditionDraft = { draftId: string; connectionId: string; conditions: ConditionTree }

/**
 * Keeps unsaved conditions for whoever looks at whom they would touch. Nothing goes by them.
 * @throws RollcallError `not_found` when the connection was removed
 */
export async function keepDraft(
  { actor, db, now }: Context,
  place: { companyId: string; connectionId: string },
  conditions: ConditionTree,
): Promise<ConditionDraft> {
  const draftId = await insertConditionDraft(db, place, { conditions, actor, now })
  if (draftId === undefined) throw new RollcallError('not_found', 'This connection is no longer there.')
  return { draftId, connectionId: place.connectionId, conditions }
}

/** @throws RollcallError `expired` also for a draft of somebody else, of which nothing is told */
export async function getDraft(
  { actor, db }: Context,
  companyId: string,
  draftId: string,
): Promise<ConditionDraft> {
  const row = await findConditionDraft(db, { companyId, draftId, actor })
  const conditions = row && toConditions(row.conditions)
  if (!conditions)
    throw new RollcallError(
      'expired',
      `These unsaved conditions are no longer kept: that is for ${KEPT_HOURS} hours, or until the HR system is disconnected. Nothing was changed. The saved conditions still hold.`,
      { remedy: 'Go back to Configure and press See who again.' },
    )
  return { draftId, connectionId: row.connection_id, conditions }
}

/** Found by index, and mostly nothing: cheap enough for every minute. */
export function forgetOldDrafts({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  return deleteConditionDraftsBefore(db, new Date(now.getTime() - KEPT_HOURS * 3_600_000))
}
