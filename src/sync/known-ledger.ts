import type { Transaction } from 'kysely'
import type { CacheKey } from '../db/cache.ts'
import type { ConnectionRow } from '../db/connections.ts'
import {
  type CacheState,
  deleteKeptLedger,
  findLedgerPart,
  insertLedgerPart,
  updateKeptFor,
} from '../db/kept-ledgers.ts'
import { visitKnownRecords } from '../db/known-records.ts'
import { findLastFailure } from '../db/retrieval-health.ts'
import type { RetrievalRow } from '../db/retrievals.ts'
import type { Database } from '../db/schema.ts'
import type { Session } from '../db/session-lock.ts'
import { createRecordLedger, type RecordLedger } from './record-ledger.ts'

/**
 * Whom the cache knows: as the last read left it, or from the cache itself where somebody else wrote to that since. After
 * a read that failed always from there and under another seed: two ids that share a hash may have been the reason.
 * @param last the retrieval whose cache it is
 */
export async function openKnownLedger(
  { client, db }: Session,
  connection: ConnectionRow,
  { retrieval, last }: { retrieval: RetrievalRow; last: RetrievalRow | undefined },
): Promise<RecordLedger> {
  const { company_id: companyId, connection_id: connectionId, cache_version: cacheVersion } = connection
  const key = { companyId, connectionId }
  const isDoubted =
    retrieval.attempts > 1 || (await findLastFailure(db, companyId, connectionId)) !== undefined
  if (last !== undefined && !isDoubted) {
    const ledger = await findKept(db, key, { retrievalId: last.retrieval_id, cacheVersion }, last.people_read)
    if (ledger !== undefined) return ledger
  }
  const ledger = createRecordLedger()
  ledger.makeRoomFor(last?.people_read ?? 0)
  await visitKnownRecords(client, key, ledger.know)
  return ledger
}

async function findKept(
  db: Session['db'],
  key: CacheKey,
  state: CacheState,
  people: number,
): Promise<RecordLedger | undefined> {
  let ledger: RecordLedger | undefined
  for (let part = 0; ; part += 1) {
    const kept = await findLedgerPart(db, key, state, part)
    if (kept === undefined) return ledger
    if (ledger === undefined) {
      ledger = createRecordLedger(kept.seed)
      ledger.makeRoomFor(people)
    }
    ledger.restore(kept.entries)
  }
}

/**
 * For the next read, in the transaction that swaps the cache. A first read leaves none: its fingerprints would take the
 * memory of the read in which the whole company is new, and the second can as well ask the cache.
 * @param hasChanged whether the swap wrote anything
 */
export async function keepLedger(
  trx: Transaction<Database>,
  key: CacheKey,
  ledger: RecordLedger,
  { hasChanged, ...state }: CacheState & { hasChanged: boolean },
): Promise<void> {
  if (ledger.isRestored && !hasChanged) return await updateKeptFor(trx, key, state.retrievalId)
  await deleteKeptLedger(trx, key)
  let part = 0
  for (const entries of ledger.pack()) {
    await insertLedgerPart(trx, key, state, { part, seed: ledger.seed, entries })
    part += 1
  }
}
