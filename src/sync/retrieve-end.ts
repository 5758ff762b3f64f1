import { type CacheKey, listPresentIds, updateVanished } from '../db/cache.ts'
import type { Db } from '../db/client.ts'
import { lockConnection, updateConnectionHealth } from '../db/connection-health.ts'
import { getConnection } from '../db/connections.ts'
import { findLastFailure } from '../db/retrieval-health.ts'
import { findRetrieval, getRetrieval, lockAttempt, type RetrievalRow, updateEnded } from '../db/retrievals.ts'
import { bumpSettingsVersion } from '../db/settings.ts'
import { deleteSuperseded, hasStagedStranger, insertStagedNew, updateStagedChanged } from '../db/staging.ts'
import type { RollcallError } from '../errors.ts'
import type { Context } from './context.ts'
import { formatDate } from './core/calendar.ts'
import { coverageOf, judgeCoverage } from './core/coverage.ts'
import { nextDailyAt } from './core/dates.ts'
import { type Listing, storeListing } from './field-listing.ts'
import { listFieldsInUse } from './field-settings.ts'
import { enqueue } from './jobs.ts'
import { keepLedger } from './known-ledger.ts'
import { expectInUse, type ProvenRead } from './retrieve-guards.ts'
import { getCompanyLimits } from './settings.ts'

/** What passes by itself is tried again before the next day. */
const RETRY_AFTER_MS = 60 * 60_000

/** What was read besides people: which fields there are, and the ids of those that were asked for. */
export type FieldsRead = { listing: Listing; asked: readonly string[] }

/**
 * Swaps the cache in one transaction. If another attempt has taken over meanwhile nothing is done at all.
 * @param ctx whose `db` is the session that has staged what was read
 */
export async function completeRetrieval(
  ctx: Context,
  retrieval: RetrievalRow,
  { fields, read }: { fields: FieldsRead; read: ProvenRead },
  now: Date,
): Promise<RetrievalRow> {
  const { company_id: companyId, connection_id: connectionId, retrieval_id: retrievalId } = retrieval
  const key = { companyId, connectionId }
  const vanished = await findVanished(ctx.db, key, read)
  return ctx.db.transaction().execute(async (trx) => {
    const connection = await lockConnection(trx, companyId, connectionId)
    if (!(await lockAttempt(trx, retrieval))) return getRetrieval(trx, companyId, retrievalId)
    expectInUse(connection)
    if (read.repeated > 0) await deleteSuperseded(trx)
    const added = read.staged.new === 0 ? 0 : await insertStagedNew(trx, key)
    const changed = read.staged.changed === 0 ? 0 : await updateStagedChanged(trx, key)
    if (changed < read.staged.changed && (await hasStagedStranger(trx, key)))
      throw new Error('Two record ids shared a hash in this read.')
    if (vanished.length > 0) await updateVanished(trx, key, vanished, now)
    await keepLedger(trx, key, read.ledger, {
      retrievalId,
      cacheVersion: connection.cache_version,
      hasChanged: added + changed + vanished.length > 0,
    })
    await storeListing(trx, key, { ...fields, delivered: read.customRead }, now)
    const { coverage: limit } = await getCompanyLimits(trx, companyId)
    const watched = await listFieldsInUse(trx, key)
    const { held, baseline } = judgeCoverage(connection.coverage, read.coverage, { limit, watched })
    // Who was synced meanwhile may lack a value that they had all along: everybody is compared anew.
    if (connection.held_fields.some((field) => !held.includes(field)))
      await bumpSettingsVersion(trx, companyId, connectionId)
    await updateConnectionHealth(trx, companyId, connectionId, {
      cache_retrieval_id: retrievalId,
      coverage: JSON.stringify(baseline),
      held_fields: held,
      // From here on this read says what may be missing: what comes back is missed again when it goes again.
      waived_fields: [],
      next_retrieval_at: nextDailyAt(connection.daily_minute, now),
      status: 'active',
      problem: null,
      problem_since: null,
    })
    await enqueueAnnouncement(trx, retrieval)
    // The message about the one before loses its buttons.
    const before = connection.cache_retrieval_id
    if (before !== null) await enqueue(trx, 'announce', { companyId, subject: `retrieval:${before}` })
    await enqueueLastFailure(trx, key)
    return updateEnded(trx, retrieval, 'complete', now, {
      people_read: read.people,
      people_expected: read.expected,
      added,
      changed,
      unchanged: read.people - added - changed,
      vanished: vanished.length,
      unreadable: read.unreadable,
      repeated: read.repeated,
      unread_fields: [...read.unreadFields],
      coverage: JSON.stringify(coverageOf(read.coverage)),
      error_code: null,
      error_message: null,
      error_remedy: null,
    })
  })
}

/** Whoever the cache has and this read has not. Mostly nobody, which a count tells without a scan. */
async function findVanished(db: Db, key: CacheKey, { ledger }: ProvenRead): Promise<string[]> {
  if (ledger.missing === 0) return []
  const vanished: string[] = []
  for await (const ids of listPresentIds(db, key)) vanished.push(...ids.filter((id) => !ledger.wasSeen(id)))
  return vanished
}

/** The cache stays as it was; row and connection say what happened, what still holds and what to do. */
export async function failRetrieval(
  ctx: Context,
  retrieval: RetrievalRow,
  error: RollcallError,
  now: Date,
): Promise<RetrievalRow> {
  const { company_id: companyId, connection_id: connectionId, retrieval_id: retrievalId } = retrieval
  const kept = await whatIsKept(ctx.db, { companyId, connectionId })
  const needsReconnecting = error.code === 'provider_key_refused' || error.code === 'secret_unreadable'
  return ctx.db.transaction().execute(async (trx) => {
    const connection = await lockConnection(trx, companyId, connectionId)
    if (!(await lockAttempt(trx, retrieval))) return getRetrieval(trx, companyId, retrievalId)
    const daily = nextDailyAt(connection.daily_minute, now)
    const soon = new Date(now.getTime() + RETRY_AFTER_MS)
    await updateConnectionHealth(trx, companyId, connectionId, {
      next_retrieval_at: error.retry.when === 'later' && soon < daily ? soon : daily,
      ...(needsReconnecting && {
        status: 'broken',
        problem: error.message,
        problem_since: connection.problem_since ?? now,
      }),
    })
    await enqueueAnnouncement(trx, retrieval)
    await enqueueLastFailure(trx, { companyId, connectionId })
    return updateEnded(trx, retrieval, 'failed', now, {
      error_code: error.code,
      error_message: `${error.message} ${kept}`,
      error_remedy: error.remedy,
      unread_fields: [...error.fields],
    })
  })
}

async function whatIsKept(db: Db, { companyId, connectionId }: CacheKey): Promise<string> {
  const { cache_retrieval_id } = await getConnection(db, companyId, connectionId)
  const last =
    cache_retrieval_id === null ? undefined : await findRetrieval(db, companyId, cache_retrieval_id)
  if (!last?.finished_at) return 'Nothing has been stored yet.'
  return `The last good data, from ${formatDate(last.finished_at.toISOString().slice(0, 10))}, is kept.`
}

function enqueueAnnouncement(trx: Parameters<typeof enqueue>[0], { company_id, retrieval_id }: RetrievalRow) {
  return enqueue(trx, 'announce', { companyId: company_id, subject: `retrieval:${retrieval_id}` })
}

/** A failure that something came after: nothing is left to do from its message. */
async function enqueueLastFailure(trx: Parameters<typeof enqueue>[0], { companyId, connectionId }: CacheKey) {
  const failure = await findLastFailure(trx, companyId, connectionId)
  if (failure) await enqueueAnnouncement(trx, failure)
}
