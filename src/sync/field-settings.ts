import type { Db } from '../db/client.ts'
import { getSyncSettings, updateSyncSettings } from '../db/settings.ts'
import { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { usedFields } from './core/conditions.ts'
import { customFieldId, customFieldKey } from './core/conditions-fields.ts'
import { mappingSchema } from './core/mapping.ts'
import { getSavedConditions, toConditions } from './settings.ts'

type Place = { companyId: string; connectionId: string }

/** Ids of the custom fields whose loss would change what is written, or for whom. */
export async function listFieldsInUse(db: Db, { companyId, connectionId }: Place): Promise<string[]> {
  const { conditions, mapping } = await getSyncSettings(db, companyId, connectionId)
  const tree = toConditions(conditions)
  const asked = tree === null ? [] : usedFields(tree).map(customFieldId)
  const mapped = mappingSchema.parse(mapping).custom.map(({ from }) => from)
  return [...new Set([...mapped, ...asked])].filter((id) => id !== null)
}

/**
 * A field that is no longer read is no longer mapped either. The version is counted up in any case: then nobody
 * saves a condition about it in this very moment.
 * @throws RollcallError `bad_request` while a condition asks about it, or might, `conflict` when somebody saves just now
 */
export async function takeOutOfSettings(
  ctx: Context,
  place: Place,
  { field_id, label }: { field_id: string; label: string },
): Promise<void> {
  const { mapping: stored, version } = await getSyncSettings(ctx.db, place.companyId, place.connectionId)
  if (usedFields(await getSavedConditions(ctx.db, place)).includes(customFieldKey(field_id))) {
    throw new RollcallError('bad_request', `A condition asks about “${label}”.`, {
      remedy: 'Remove that condition under Sync if and save; then the field can be removed.',
    })
  }
  const mapping = mappingSchema.parse(stored)
  const custom = mapping.custom.filter(({ from }) => from !== field_id)
  const { actor, now } = ctx
  const saved = await updateSyncSettings(ctx.db, place, {
    ...(custom.length < mapping.custom.length && { mapping: { ...mapping, custom } }),
    version,
    actor,
    now,
  })
  if (saved) return
  throw new RollcallError('conflict', 'Somebody saved the settings of this connection just now.', {
    remedy: 'Try again.',
  })
}
