import { updateLetThrough, updateWaived } from '../db/connection-health.ts'
import { bumpSettingsVersion } from '../db/settings.ts'
import type { StandardField } from '../model.ts'
import type { Context } from './context.ts'

type Place = { companyId: string; connectionId: string }

/** A person says that the blanks of a held field are the truth: from the next plan on it is written again. */
export async function letFieldThrough(ctx: Context, place: Place, field: StandardField): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    await updateLetThrough(trx, place.companyId, place.connectionId, field)
    await bumpSettingsVersion(trx, place.companyId, place.connectionId)
  })
  ctx.log.info({ ...place, field, actor: ctx.actor }, 'a held field was let through')
}

/** A person says that fields which are no longer delivered are not coming back: retrievals go on without them. */
export async function goOnWithout(
  ctx: Context,
  place: Place,
  fields: readonly StandardField[],
): Promise<void> {
  await ctx.db.transaction().execute((trx) => updateWaived(trx, place.companyId, place.connectionId, fields))
  ctx.log.info({ ...place, fields, actor: ctx.actor }, 'retrievals go on without fields')
}
