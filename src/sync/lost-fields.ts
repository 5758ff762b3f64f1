import type { Db } from '../db/client.ts'
import { listConnectionFields } from '../db/connection-fields.ts'
import { lockConnection, updateLetThrough, updateWaived } from '../db/connection-health.ts'
import type { ConnectionRow } from '../db/connections.ts'
import { findLastFailure } from '../db/retrieval-health.ts'
import { findRetrieval, type RetrievalRow } from '../db/retrievals.ts'
import { bumpSettingsVersion } from '../db/settings.ts'
import { RollcallError } from '../errors.ts'
import { type CoveredField, STANDARD_FIELD_KEYS, STANDARD_FIELDS, type StandardField } from '../model.ts'
import type { Context } from './context.ts'
import { customFieldId } from './core/conditions-fields.ts'
import { listFieldsInUse } from './field-settings.ts'
import { enqueue } from './jobs.ts'
import { requestRetrieval } from './retrieve.ts'

type Place = { companyId: string; connectionId: string }

/**
 * A field that lost most of its values in HR, and where the permission for it is granted. One that is no longer
 * `delivered` at all has no blanks that could be let through: retrievals go on without it.
 */
export type HeldField = { field: CoveredField; label: string; where: string; delivered: boolean }

/** The fields of a connection whose blanks are in doubt and would matter, in the order in which they were found. */
export async function listHeldFields(
  { db, providers }: Pick<Context, 'db' | 'providers'>,
  connection: Pick<
    ConnectionRow,
    'cache_retrieval_id' | 'company_id' | 'connection_id' | 'held_fields' | 'provider'
  >,
): Promise<HeldField[]> {
  const { company_id: companyId, connection_id: connectionId, held_fields: held } = connection
  if (held.length === 0) return []
  const { whereToGrant } = providers.get(connection.provider)
  const own = new Map(
    (await listConnectionFields(db, { companyId, connectionId })).map((it) => [it.field_id, it]),
  )
  const unread = await unreadInCache(db, connection)
  const inUse = await listFieldsInUse(db, { companyId, connectionId })
  return held.filter(matters(inUse)).map((field) => {
    const id = customFieldId(field)
    if (id === null) {
      const { label } = STANDARD_FIELDS[field as StandardField]
      const where = whereToGrant(field as StandardField)
      return { field, label, where, delivered: !unread.includes(field) }
    }
    const known = own.get(id)
    const { label, category } = known ?? { label: id, category: null }
    const delivered = known !== undefined && known.gone_at === null && known.delivered !== false
    return { field, label, where: whereToGrant({ label, category }), delivered }
  })
}

/** Held is what was in use when it was read: what was taken out of mapping and conditions since needs nobody's word. */
const matters = (inUse: readonly string[]) => (field: CoveredField) => {
  const id = customFieldId(field)
  return id === null || inUse.includes(id)
}

/** Standard fields that nobody in the cache was delivered with. */
async function unreadInCache(
  db: Db,
  { cache_retrieval_id: last, company_id }: Pick<ConnectionRow, 'cache_retrieval_id' | 'company_id'>,
): Promise<readonly string[]> {
  return last === null ? [] : ((await findRetrieval(db, company_id, last))?.unread_fields ?? [])
}

/**
 * A person says that the blanks of a held field are the truth: from the next plan on it is written again.
 * @throws RollcallError `conflict` when it is not held any more
 */
export async function letFieldThrough(ctx: Context, place: Place, field: string): Promise<HeldField> {
  const { companyId, connectionId } = place
  const through = await ctx.db.transaction().execute(async (trx) => {
    const connection = await lockConnection(trx, companyId, connectionId)
    const held = (await listHeldFields({ ...ctx, db: trx }, connection)).find((it) => it.field === field)
    if (held === undefined) throw new RollcallError('conflict', `${labelOf(field)} is not held any more.`)
    await updateLetThrough(trx, companyId, connectionId, held.field)
    await bumpSettingsVersion(trx, companyId, connectionId)
    return held
  })
  ctx.log.info({ ...place, field, actor: ctx.actor }, 'a held field was let through')
  return through
}

const labelOf = (field: string): string =>
  STANDARD_FIELD_KEYS.includes(field as StandardField)
    ? STANDARD_FIELDS[field as StandardField].label
    : 'This field'

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
