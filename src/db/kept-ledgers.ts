import type { Transaction } from 'kysely'
import type { CacheKey } from './cache.ts'
import type { Db } from './client.ts'
import type { Database } from './schema.ts'

/** Which cache a ledger speaks of: every writer of `cached_employee` changes one or the other. */
export type CacheState = { retrievalId: string; cacheVersion: number }

/** @returns undefined behind the last part, and where none was kept of just this cache */
export function findLedgerPart(
  db: Db,
  { companyId, connectionId }: CacheKey,
  { retrievalId, cacheVersion }: CacheState,
  part: number,
): Promise<{ seed: number; entries: Buffer } | undefined> {
  return db
    .selectFrom('kept_ledger')
    .select(['seed', 'entries'])
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('part', '=', part)
    .where('retrieval_id', '=', retrievalId)
    .where('cache_version', '=', cacheVersion)
    .executeTakeFirst()
}

export async function insertLedgerPart(
  trx: Transaction<Database>,
  { companyId, connectionId }: CacheKey,
  { retrievalId, cacheVersion }: CacheState,
  { entries, part, seed }: { part: number; seed: number; entries: Buffer },
): Promise<void> {
  await trx
    .insertInto('kept_ledger')
    .values({
      company_id: companyId,
      connection_id: connectionId,
      part,
      retrieval_id: retrievalId,
      cache_version: cacheVersion,
      seed,
      entries,
    })
    .execute()
}

/** What is kept holds of this cache too, in which nothing has changed. */
export async function updateKeptFor(
  trx: Transaction<Database>,
  { companyId, connectionId }: CacheKey,
  retrievalId: string,
): Promise<void> {
  await trx
    .updateTable('kept_ledger')
    .set({ retrieval_id: retrievalId })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export async function deleteKeptLedger(
  trx: Transaction<Database>,
  { companyId, connectionId }: CacheKey,
): Promise<void> {
  await trx
    .deleteFrom('kept_ledger')
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}
