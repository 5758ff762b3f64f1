import type { Transaction } from 'kysely'
import { packEmployee } from '../db/cache.ts'
import { findCachedSome, type PersonToCache, upsertCachedSome } from '../db/cache-people.ts'
import { lockConnection, updateCacheVersion } from '../db/connection-health.ts'
import { getConnection } from '../db/connections.ts'
import { findLastFailure } from '../db/retrieval-health.ts'
import { updateTargets, updateToEverybody } from '../db/retrieval-targets.ts'
import { getRetrieval, lockAttempt, type RetrievalRow, updateEnded } from '../db/retrievals.ts'
import type { Database } from '../db/schema.ts'
import { RollcallError } from '../errors.ts'
import type { StandardField } from '../model.ts'
import type { Context } from './context.ts'
import { doubtAbout } from './core/doubt.ts'
import { isSmallPart, joinTargets, type Targets } from './core/targets.ts'
import { openCredentials } from './credentials.ts'
import { listFieldsToRead } from './field-listing.ts'
import { enqueue } from './jobs.ts'
import { readPeople } from './read-people.ts'
import { expectInUse } from './retrieve-guards.ts'

/** Whoever is asked for besides. A webhook never takes a retrieval over, so that a person who asked is told of it. */
export async function joinWaiting(
  { actor }: Pick<Context, 'actor'>,
  trx: Transaction<Database>,
  waiting: RetrievalRow,
  targets: Targets,
): Promise<void> {
  if (waiting.record_ids === null) return
  const joined = joinTargets(waiting.record_ids, targets)
  await updateTargets(trx, waiting, joined, actor.kind === 'webhook' ? null : actor)
}

/**
 * Reads the people that a retrieval is about, and nobody else, into the cache of the last complete one. Only what is
 * beyond doubt: otherwise the retrieval is a full one from here on, whose proofs and brakes judge the whole.
 * @returns `undefined` when everybody is to be read
 */
export async function retrievePeople(
  ctx: Context,
  retrieval: RetrievalRow,
  clock: () => Date,
): Promise<RetrievalRow | undefined> {
  if (retrieval.record_ids === null) return undefined
  const read = await readBeyondDoubt(ctx, retrieval, retrieval.record_ids).catch(toDoubt)
  if ('people' in read) return complete(ctx, retrieval, read, clock())
  ctx.log.info({ retrievalId: retrieval.retrieval_id, doubt: read.doubt }, 'everybody is read instead')
  await updateToEverybody(ctx.db, retrieval)
  return undefined
}

type Doubt = { doubt: string }
/** `toCache`: those of them who are new, changed or back. */
type Believed = { people: number; added: number; toCache: readonly PersonToCache[] }

/** An odd answer about a few says little; what HiBob or another says of itself, out of service say, holds for all. */
function toDoubt(thrown: unknown): Doubt {
  if (thrown instanceof RollcallError && thrown.code === 'provider_bad_answer')
    return { doubt: thrown.message }
  throw thrown
}

async function readBeyondDoubt(
  ctx: Context,
  retrieval: RetrievalRow,
  recordIds: readonly string[],
): Promise<Believed | Doubt> {
  const { company_id: companyId, connection_id: connectionId } = retrieval
  const key = { companyId, connectionId }
  const connection = await getConnection(ctx.db, companyId, connectionId)
  if (connection.cache_retrieval_id === null) return { doubt: 'Nothing was read before.' }
  // Also one that was interrupted. What it was to find out is still open, and only a full read settles it.
  if (await findLastFailure(ctx.db, companyId, connectionId)) return { doubt: 'The one before failed.' }
  const last = await getRetrieval(ctx.db, companyId, connection.cache_retrieval_id)
  if (!isSmallPart(recordIds, last.people_read)) return { doubt: 'That is a large part of everybody.' }

  const provider = ctx.providers.get(connection.provider)
  const client = ctx.providers.client(provider, openCredentials(ctx, connection))
  const asked = await listFieldsToRead(ctx.db, key, { from: 'nowhere', problem: null })
  const today = ctx.now.toISOString().slice(0, 10)
  const { people } = await readPeople(provider, client, { today, customFields: asked, recordIds })

  const cached = await findCachedSome(ctx.db, key, recordIds)
  const toCache: PersonToCache[] = []
  for (const { employee, hash } of people) {
    const { recordId } = employee
    const known = cached.get(recordId)
    if (known?.vanished === false && known.hash === hash) continue
    const mayMiss = last.unread_fields as StandardField[]
    const doubt = doubtAbout(employee, { before: known?.employee ?? null, mayMiss, asked })
    if (doubt !== null) return { doubt }
    toCache.push({ recordId, hash, employee: packEmployee(employee) })
  }
  const added = toCache.filter(({ recordId }) => !cached.has(recordId)).length
  return { people: people.length, added, toCache }
}

/** What a complete retrieval has proved stays as it is: when it was, its figures, and when the next one is due. */
async function complete(
  ctx: Context,
  retrieval: RetrievalRow,
  { people, added, toCache }: Believed,
  now: Date,
): Promise<RetrievalRow> {
  const { company_id: companyId, connection_id: connectionId, retrieval_id: retrievalId } = retrieval
  return ctx.db.transaction().execute(async (trx) => {
    const connection = await lockConnection(trx, companyId, connectionId)
    if (!(await lockAttempt(trx, retrieval))) return getRetrieval(trx, companyId, retrievalId)
    expectInUse(connection)
    if (toCache.length > 0) {
      await upsertCachedSome(trx, { companyId, connectionId }, toCache)
      await updateCacheVersion(trx, companyId, connectionId)
    }
    // The message about the complete one tells of this, with the plan as it is now; so do cards and Home.
    await enqueue(trx, 'announce', { companyId, subject: `retrieval:${connection.cache_retrieval_id}` })
    return updateEnded(trx, retrieval, 'complete', now, {
      people_read: people,
      people_expected: people,
      added,
      changed: toCache.length - added,
      unchanged: people - toCache.length,
    })
  })
}
