import type { Db } from '../db/client.ts'
import { type ConnectionFieldRow, listConnectionFields } from '../db/connection-fields.ts'
import { lockConnection } from '../db/connection-health.ts'
import type { Context } from './context.ts'
import { readListing, storeOffered } from './field-listing.ts'
import { mayBeAsked } from './fields.ts'
import { answeredWithin } from './probe.ts'
import type { Provider, ProviderClient } from './provider.ts'

type Place = { companyId: string; connectionId: string }

/** On top of the probe, and together still less than the minute after which proxies give up. */
const LISTING_TIMEOUT_MS = 15_000

/**
 * Before the first retrieval, so that fields can be asked for with the rest of the setup, which never depends on it.
 * @returns false when the HR system did not say what it has
 */
export async function readOfferedFields(
  ctx: Context,
  { companyId, connectionId }: Place,
  provider: Provider,
  client: ProviderClient,
  timeoutMs = LISTING_TIMEOUT_MS,
): Promise<boolean> {
  const hurried: ProviderClient = { json: (request) => client.json({ ...request, someoneWaits: true }) }
  const listing = await answeredWithin(provider, readListing(ctx, provider, hurried), timeoutMs).catch(
    () => null,
  )
  if (listing === null) return false
  if (listing.from !== 'provider') return listing.from === 'people' || listing.problem === null
  await ctx.db.transaction().execute(async (trx) => {
    await lockConnection(trx, companyId, connectionId)
    await storeOffered(trx, { companyId, connectionId }, listing.fields, ctx.now)
  })
  return true
}

/** By label. */
export async function listOfferedFields(db: Db, place: Place): Promise<ConnectionFieldRow[]> {
  return (await listConnectionFields(db, place)).filter(mayBeAsked)
}

/** Of `fieldIds`, those that the HR system does not list: nobody can have ticked them. */
export async function listUnlisted(db: Db, place: Place, fieldIds: readonly string[]): Promise<string[]> {
  const rows = await listConnectionFields(db, place)
  const listed = new Set(rows.filter(({ gone_at }) => gone_at === null).map(({ field_id }) => field_id))
  return fieldIds.filter((id) => !listed.has(id))
}
