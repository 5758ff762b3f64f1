import type { Transaction } from 'kysely'
import { lockDueConnections, updateConnectionHealth } from '../db/connection-health.ts'
import { getConnection } from '../db/connections.ts'
import {
  findRetrieval,
  getRetrieval,
  insertQueuedRetrieval,
  lockQueuedRetrieval,
  type RetrievalRow,
  updateAbandoned,
  updateProgress,
  updateStarted,
} from '../db/retrievals.ts'
import type { Database } from '../db/schema.ts'
import { type Session, withSessionLock } from '../db/session-lock.ts'
import { createStaging } from '../db/staging.ts'
import { RollcallError, toRollcallError } from '../errors.ts'
import type { StandardField } from '../model.ts'
import type { Context } from './context.ts'
import { nextDailyAt } from './core/dates.ts'
import type { Targets } from './core/targets.ts'
import { openCredentials } from './credentials.ts'
import { listFieldsToRead, readListing } from './field-listing.ts'
import { enqueue } from './jobs.ts'
import { openKnownLedger } from './known-ledger.ts'
import { completeRetrieval, type FieldsRead, failRetrieval } from './retrieve-end.ts'
import { type ProvenRead, proveComplete } from './retrieve-guards.ts'
import { joinWaiting, retrievePeople } from './retrieve-people.ts'
import { createProgress } from './retrieve-progress.ts'
import { stagePages } from './stage.ts'

export type RetrievalProgress = {
  companyId: string
  connectionId: string
  retrievalId: string
  peopleRead: number
  peopleExpected: number | null
}

export type Observe = (progress: RetrievalProgress) => Promise<void> | void

type Place = { companyId: string; connectionId: string }

/**
 * Asks for a retrieval. Where one waits already this request joins it, which is an outcome and not an error.
 * With a transaction as `ctx.db`, request and job exist exactly when the rest of it does.
 * @param options.afterMs lets a burst gather first; it never delays a retrieval that is due sooner
 * @param options.targets whom to read, everybody unless told; joined to one that waits it is both
 */
export async function requestRetrieval(
  ctx: Context,
  { companyId, connectionId }: Place,
  options: { afterMs?: number; targets?: Targets } = {},
): Promise<{ retrievalId: string; joined: boolean }> {
  if (!ctx.db.isTransaction) {
    return ctx.db
      .transaction()
      .execute((trx) => requestRetrieval({ ...ctx, db: trx }, { companyId, connectionId }, options))
  }
  const trx = ctx.db as Transaction<Database>
  await getConnection(trx, companyId, connectionId)
  const { targets = null } = options
  const asked = { actor: ctx.actor, recordIds: targets }
  const inserted = await insertQueuedRetrieval(trx, companyId, connectionId, asked)
  const waiting = inserted === undefined ? await lockQueuedRetrieval(trx, companyId, connectionId) : undefined
  const retrievalId = inserted ?? waiting?.retrieval_id
  // The one that waited has started in this very moment, so there is room for another.
  if (retrievalId === undefined) return requestRetrieval(ctx, { companyId, connectionId }, options)
  if (waiting) await joinWaiting(ctx, trx, waiting, targets)
  // Also when joining: under the same key a job that is there stays one, and one that was lost is back.
  const key = `retrieve:${connectionId}`
  const when =
    options.afterMs === undefined
      ? {}
      : { runAt: new Date(ctx.now.getTime() + options.afterMs), keepRunAt: true }
  await enqueue(trx, 'retrieve', { companyId, retrievalId }, { jobKey: key, queue: key, ...when })
  return { retrievalId, joined: inserted === undefined }
}

const DUE_AT_ONCE = 50

/** Called every minute in every process: each connection at its own time of day. Returns how many were asked for. */
export async function enqueueDueRetrievals(ctx: Context): Promise<number> {
  const enqueueSome = async (trx: Transaction<Database>) => {
    const due = await lockDueConnections(trx, ctx.now, DUE_AT_ONCE)
    for (const { company_id: companyId, connection_id: connectionId, daily_minute } of due) {
      await requestRetrieval({ ...ctx, db: trx }, { companyId, connectionId })
      const next_retrieval_at = nextDailyAt(daily_minute, ctx.now)
      await updateConnectionHealth(trx, companyId, connectionId, { next_retrieval_at })
    }
    return due.length
  }
  for (let total = 0; ; ) {
    const count = await ctx.db.transaction().execute(enqueueSome)
    total += count
    if (count < DUE_AT_ONCE) return total
  }
}

/** A surprise (a lost database, a fault of ours) is left to the job queue to try again, this often. */
const MAX_ATTEMPTS = 3

/**
 * Reads the whole HR system into the cache, or the few people it is about, or leaves the cache as it was. Whatever the
 * HR system does wrong ends as a `failed` row that says so in plain words. Started again after a kill it begins anew; a
 * retrieval that has ended stays as it is.
 * @throws what the database throws; the row then still says `running`, and running it again is right
 */
export async function runRetrieval(
  ctx: Context,
  { companyId, retrievalId }: { companyId: string; retrievalId: string },
  observe: Observe,
): Promise<RetrievalRow> {
  const startedAt = performance.now()
  const clock = () => new Date(ctx.now.getTime() + performance.now() - startedAt)
  const { connection_id: connectionId } = await getRetrieval(ctx.db, companyId, retrievalId)

  return withSessionLock(ctx.pool, `retrieve:${connectionId}`, async (session) => {
    const retrieval = await updateStarted(ctx.db, companyId, retrievalId, clock())
    if (retrieval === undefined) return getRetrieval(ctx.db, companyId, retrievalId)
    await updateAbandoned(ctx.db, retrieval, clock())
    try {
      const some = await retrievePeople(ctx, retrieval, clock)
      if (some !== undefined) return some
      const read = await readAndProve(ctx, session, retrieval, observe)
      return await completeRetrieval({ ...ctx, db: session.db }, retrieval, read, clock())
    } catch (thrown) {
      if (!(thrown instanceof RollcallError)) {
        if (retrieval.attempts < MAX_ATTEMPTS) throw thrown
        ctx.log.error({ err: thrown, retrievalId }, 'a retrieval was given up')
      }
      return failRetrieval(ctx, retrieval, toRollcallError(thrown), clock())
    }
  })
}

async function readAndProve(
  ctx: Context,
  session: Session,
  retrieval: RetrievalRow,
  observe: Observe,
): Promise<{ fields: FieldsRead; read: ProvenRead }> {
  const { company_id: companyId, connection_id: connectionId, retrieval_id: retrievalId } = retrieval
  const connection = await getConnection(ctx.db, companyId, connectionId)
  const { cache_retrieval_id: lastId } = connection
  const last = lastId === null ? undefined : await findRetrieval(ctx.db, companyId, lastId)
  const provider = ctx.providers.get(connection.provider)
  const client = ctx.providers.client(provider, openCredentials(ctx, connection))
  const listing = await readListing(ctx, provider, client)
  const asked = await listFieldsToRead(ctx.db, { companyId, connectionId }, listing)
  const staging = createStaging(session.client)
  const progress = createProgress(
    async (peopleRead, peopleExpected) => {
      await updateProgress(ctx.db, retrieval, peopleRead, peopleExpected)
      await observe({ companyId, connectionId, retrievalId, peopleRead, peopleExpected })
    },
    (thrown) => ctx.log.warn({ err: thrown, retrievalId }, 'progress could not be shown'),
  )
  try {
    const read = await stagePages({
      provider,
      pages: provider.pages(client, { today: ctx.now.toISOString().slice(0, 10), customFields: asked }),
      staging,
      counted: asked,
      openLedger: () => openKnownLedger(session, connection, { retrieval, last }),
      onProgress: progress.report,
    })
    const mayMiss = last ? [...(last.unread_fields as StandardField[]), ...connection.waived_fields] : null
    const proven = proveComplete(read, provider, mayMiss)
    await staging.finish()
    return { fields: { listing, asked }, read: proven }
  } finally {
    await staging.abort()
    await progress.settled()
  }
}
