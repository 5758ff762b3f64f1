import { type RollcallError, toRollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { type Listing, readListing } from './field-listing.ts'
import { probeWithin } from './probe.ts'
import type { Probe, Provider, ProviderClient } from './provider.ts'
import { createRecordLedger } from './record-ledger.ts'
import { proveComplete } from './retrieve-guards.ts'
import { type StagedRead, stagePages } from './stage.ts'
import { createTally, type Tally } from './tenant-tally.ts'

export type TenantCheckRequest = {
  provider: Provider
  client: ProviderClient
  /** `YYYY-MM-DD` */
  today: string
  /** Leaves the custom fields out, where one of them is suspected of spoiling the rest. */
  standardOnly: boolean
  log: Context['log']
  onProgress: (peopleRead: number, peopleExpected: number | null) => void
}

/** As far as it got: what comes after `problem` is null. */
export type TenantCheck = {
  provider: Provider
  /** Why a retrieval would have failed; `null` where it would have been believed. */
  problem: RollcallError | null
  probe: Probe | null
  listing: Listing | null
  read: StagedRead | null
  tally: Tally
}

/**
 * Links and retrieves as the product does, with the same probe, pages, rows and proof, and stores nothing. Every
 * custom field that is listed is asked for. Memory does not grow with the company.
 */
export async function checkTenant(request: TenantCheckRequest): Promise<TenantCheck> {
  const { provider, client, today, standardOnly, log, onProgress } = request
  const { tally, staging } = createTally()
  const check: TenantCheck = { provider, problem: null, probe: null, listing: null, read: null, tally }
  try {
    check.probe = await probeWithin(provider, client)
    if (!standardOnly) check.listing = offered(await readListing({ log }, provider, client))
    const listed = check.listing?.from === 'provider' ? check.listing.fields : []
    check.read = await stagePages({
      provider,
      pages: provider.pages(client, { today, customFields: listed.map(({ id }) => id) }),
      staging,
      counted: [],
      // As in a first retrieval: everybody is new, and so nobody is passed over.
      openLedger: async () => createRecordLedger(),
      onProgress,
    })
    proveComplete(check.read, provider, null)
  } catch (thrown) {
    check.problem = toRollcallError(thrown)
  }
  return check
}

/** As an admin would see them: what the vendor advises against is asked for by nobody new. */
function offered(listing: Listing): Listing {
  if (listing.from !== 'provider') return listing
  return { ...listing, fields: listing.fields.filter(({ deprecated }) => !deprecated) }
}
