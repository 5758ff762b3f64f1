import type { Transaction } from 'kysely'
import type { Db } from '../db/client.ts'
import {
  deleteUnlistedFields,
  listConnectionFields,
  updateDelivered,
  updateUnlistedFields,
  upsertListedFields,
} from '../db/connection-fields.ts'
import { listRetrievedFields } from '../db/custom-fields.ts'
import type { Database } from '../db/schema.ts'
import { type RollcallError, toRollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { cleanText } from './core/normalise.ts'
import type { CatalogueField, Provider, ProviderClient } from './provider.ts'

type Place = { companyId: string; connectionId: string }

/**
 * `people`: the provider has no list, so what people came with is the list. `nowhere`: there is none this time, for
 * `problem` or because it was empty.
 */
export type Listing =
  | { from: 'provider'; fields: readonly CatalogueField[] }
  | { from: 'people' }
  | { from: 'nowhere'; problem: RollcallError | null }

/**
 * The connection's own fields, in the words of whoever runs the HR system. That it cannot be had is no reason for a
 * retrieval to fail, and neither is it believed when it is empty: then everything stays as it was listed before.
 */
export async function readListing(
  { log }: Pick<Context, 'log'>,
  provider: Provider,
  client: ProviderClient,
): Promise<Listing> {
  if (provider.catalogue === undefined) return { from: 'people' }
  try {
    const fields = (await provider.catalogue(client)).flatMap(storable)
    return fields.length === 0 ? { from: 'nowhere', problem: null } : { from: 'provider', fields }
  } catch (err) {
    log.warn({ err, provider: provider.id }, 'the list of fields could not be read')
    return { from: 'nowhere', problem: toRollcallError(err) }
  }
}

/** Ids of the connected fields, without those that are gone: for asking for one, some vendors refuse the whole request. */
export async function listFieldsToRead(db: Db, place: Place, listing: Listing): Promise<string[]> {
  const listed = listing.from === 'provider' ? new Set(listing.fields.map(({ id }) => id)) : null
  return (await listConnectionFields(db, place))
    .filter(({ state }) => state === 'connected')
    .filter(({ field_id, gone_at }) => (listed === null ? gone_at === null : listed.has(field_id)))
    .map(({ field_id }) => field_id)
}

/** Part of the transaction that swaps the cache, so that fields and values move together. */
export async function storeListing(
  trx: Transaction<Database>,
  place: Place,
  read: { listing: Listing; asked: readonly string[]; delivered: ReadonlySet<string> },
  now: Date,
): Promise<void> {
  const { asked, delivered, listing } = read
  if (listing.from === 'provider') {
    const fields = await withoutDeprecated(trx, place, listing.fields)
    await upsertListedFields(trx, place, fields, now)
    const ids = fields.map(({ id }) => id)
    await deleteUnlistedFields(trx, place, ids)
    await updateUnlistedFields(trx, place, ids, now)
  }
  if (listing.from === 'people' && delivered.size > 0) {
    const fields = await listRetrievedFields(trx, place)
    const listed = fields.map((field) => ({ ...field, category: null, choices: null }))
    await upsertListedFields(trx, place, listed, now)
  }
  if (asked.length > 0) await updateDelivered(trx, place, { asked, delivered: [...delivered] })
}

/**
 * What can be asked for, outside of a retrieval: brings up to date what nobody asked for yet. Whatever somebody relies
 * on moves together with its values, in `storeListing`.
 */
export async function storeOffered(
  trx: Transaction<Database>,
  place: Place,
  listed: readonly CatalogueField[],
  now: Date,
): Promise<void> {
  const known = await listConnectionFields(trx, place)
  const askedFor = new Set(known.filter(({ state }) => state !== 'listed').map(({ field_id }) => field_id))
  const fields = listed.filter(({ deprecated, id }) => !deprecated && !askedFor.has(id))
  await upsertListedFields(trx, place, fields, now)
  await deleteUnlistedFields(
    trx,
    place,
    fields.map(({ id }) => id),
  )
}

/** What the vendor advises against stays only where somebody relies on it: nobody else is to begin with it. */
async function withoutDeprecated(
  db: Db,
  place: Place,
  fields: readonly CatalogueField[],
): Promise<readonly CatalogueField[]> {
  if (!fields.some(({ deprecated }) => deprecated)) return fields
  const known = await listConnectionFields(db, place)
  const wanted = known.filter(({ state }) => state === 'connected' || state === 'requested')
  const kept = new Set(wanted.map(({ field_id }) => field_id))
  return fields.filter(({ deprecated, id }) => !deprecated || kept.has(id))
}

/** More of one field than anybody looks through; who needs another types it. */
const MAX_CHOICES = 1_000

/** An id must come back letter for letter; one that cannot be stored so cannot be asked for. */
function storable({ id, label, type, category, choices, deprecated }: CatalogueField): CatalogueField[] {
  if (cleanText(id) !== id) return []
  const words = choices?.map(cleanText).filter((choice) => choice !== null)
  const some = words === undefined ? null : [...new Set(words)].slice(0, MAX_CHOICES)
  const clean = { label: cleanText(label) ?? id, category: cleanText(category), choices: some }
  return [{ id, type, deprecated, ...clean }]
}
