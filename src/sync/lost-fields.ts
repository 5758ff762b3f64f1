import { lockConnection, updateLetThrough, updateWaived } from '../db/connection-health.ts'
import type { ConnectionRow } from '../db/connections.ts'
import { findLastFailure } from '../db/retrieval-health.ts'
import type { RetrievalRow } from '../db/retrievals.ts'
import { bumpSettingsVersion } from '../db/settings.ts'
import { RollcallError } from '../errors.ts'
import { STANDARD_FIELD_KEYS, STANDARD_FIELDS, type StandardField } from '../model.ts'
import type { Context } from './context.ts'
import { enqueue } from './jobs.ts'
import { requestRetrieval } from './retrieve.ts'

type Place = { companyId: string; connectionId: string }

/**
 * A person says that the blanks of a held field are the truth: from the next plan on it is written again.
 * @throws RollcallError `conflict` when it is not held any more
 */
export async function letFieldThrough(ctx: Context, place: Place, field: StandardField): Promise<void> {
  const { companyId, connectionId } = place
  await ctx.db.transaction().execute(async (trx) => {
    const { held_fields } = await lockConnection(trx, companyId, connectionId)
    if (!held_fields.includes(field))
      throw new RollcallError('conflict', `${STANDARD_FIELDS[field].label} is not held any more.`)
    await updateLetThrough(trx, companyId, connectionId, field)
    await bumpSettingsVersion(trx, companyId, connectionId)
  })
  ctx.log.info({ ...place, field, actor: ctx.actor }, 'a held field was let through')
}

/**
 * A person says that fields which are no longer delivered are not coming back: the HR system is read again at once,
 * without them.
 * @throws RollcallError `conflict` when they are not what the last retrieval failed for
 */
export async function goOnWithout(
  ctx: Context,
  place: Place,
  fields: readonly StandardField[],
): Promise<{ retrievalId: string; joined: boolean }> {
  const { companyId, connectionId } = place
  const requested = await ctx.db.transaction().execute(async (trx) => {
    await lockConnection(trx, companyId, connectionId)
    const failure = await findLastFailure(trx, companyId, connectionId)
    if (failure === undefined || !fields.every((field) => failure.unread_fields.includes(field)))
      throw new RollcallError('conflict', 'The HR system was read again since this was shown.')
    await updateWaived(trx, companyId, connectionId, fields)
    // The message about the failure loses the button.
    await enqueue(trx, 'announce', { companyId, subject: `retrieval:${failure.retrieval_id}` })
    return await requestRetrieval({ ...ctx, db: trx }, place)
  })
  ctx.log.info({ ...place, fields, actor: ctx.actor }, 'retrievals go on without fields')
  return requested
}

/** The fields that a retrieval failed for, without those that a person has given up since. */
export function lostFieldsOf(
  { status, unread_fields }: Pick<RetrievalRow, 'status' | 'unread_fields'>,
  { waived_fields }: Pick<ConnectionRow, 'waived_fields'>,
): StandardField[] {
  if (status !== 'failed') return []
  return STANDARD_FIELD_KEYS.filter((key) => unread_fields.includes(key) && !waived_fields.includes(key))
}
