import type { Selectable, Transaction, Updateable } from 'kysely'
import { RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import type { Db } from './client.ts'
import type { Database, RetrievalTable } from './schema.ts'

export type RetrievalRow = Selectable<RetrievalTable>

/** `undefined` when one waits already: a connection has at most one. */
export async function insertQueuedRetrieval(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
  { actor, recordIds }: { actor: Actor; recordIds: readonly string[] | null },
): Promise<string | undefined> {
  const row = await trx
    .insertInto('retrieval')
    .values({
      company_id: companyId,
      connection_id: connectionId,
      status: 'queued',
      actor: JSON.stringify(actor),
      record_ids: recordIds === null ? null : [...recordIds],
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('retrieval_id')
    .executeTakeFirst()
  return row?.retrieval_id
}

/** Held, so that it cannot start before the caller's transaction ends. */
export function lockQueuedRetrieval(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
): Promise<RetrievalRow | undefined> {
  return trx
    .selectFrom('retrieval')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('status', '=', 'queued')
    .forUpdate()
    .executeTakeFirst()
}

/** Whether another connection of the company was read into its cache since then. */
export async function wasAnotherReadSince(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  since: Date,
): Promise<boolean> {
  const read = await db
    .selectFrom('retrieval')
    .select('retrieval_id')
    .where('company_id', '=', companyId)
    .where('connection_id', '<>', connectionId)
    .where('status', '=', 'complete')
    .where('finished_at', '>', since)
    .limit(1)
    .executeTakeFirst()
  return read !== undefined
}

export function findRetrieval(
  db: Db,
  companyId: string,
  retrievalId: string,
): Promise<RetrievalRow | undefined> {
  return db
    .selectFrom('retrieval')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('retrieval_id', '=', retrievalId)
    .executeTakeFirst()
}

export async function getRetrieval(db: Db, companyId: string, retrievalId: string): Promise<RetrievalRow> {
  const retrieval = await findRetrieval(db, companyId, retrievalId)
  if (retrieval !== undefined) return retrieval
  throw new RollcallError('not_found', 'There is no such retrieval.')
}

/** Newest first. */
export function listRetrievals(
  db: Db,
  companyId: string,
  connectionId: string,
  limit: number,
): Promise<RetrievalRow[]> {
  return db
    .selectFrom('retrieval')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
}

/** From nothing, also when an earlier attempt was killed. `undefined` when it has ended already. */
export function updateStarted(
  db: Db,
  companyId: string,
  retrievalId: string,
  now: Date,
): Promise<RetrievalRow | undefined> {
  return db
    .updateTable('retrieval')
    .set((eb) => ({
      status: 'running',
      attempts: eb('attempts', '+', 1),
      started_at: now,
      people_read: 0,
      people_expected: null,
    }))
    .where('company_id', '=', companyId)
    .where('retrieval_id', '=', retrievalId)
    .where('status', 'in', ['queued', 'running'])
    .returningAll()
    .executeTakeFirst()
}

export async function updateProgress(
  db: Db,
  { company_id, retrieval_id, attempts }: RetrievalRow,
  peopleRead: number,
  peopleExpected: number | null,
): Promise<void> {
  await db
    .updateTable('retrieval')
    .set({ people_read: peopleRead, people_expected: peopleExpected })
    .where('company_id', '=', company_id)
    .where('retrieval_id', '=', retrieval_id)
    .where('status', '=', 'running')
    .where('attempts', '=', attempts)
    .execute()
}

/** Whether this attempt is still the one that counts; holds the row until the transaction ends. */
export async function lockAttempt(trx: Transaction<Database>, retrieval: RetrievalRow): Promise<boolean> {
  const row = await trx
    .selectFrom('retrieval')
    .select('retrieval_id')
    .where('company_id', '=', retrieval.company_id)
    .where('retrieval_id', '=', retrieval.retrieval_id)
    .where('status', '=', 'running')
    .where('attempts', '=', retrieval.attempts)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

export type RetrievalEnd = Partial<
  Pick<
    Updateable<RetrievalTable>,
    | 'people_read'
    | 'people_expected'
    | 'added'
    | 'changed'
    | 'unchanged'
    | 'vanished'
    | 'unreadable'
    | 'repeated'
    | 'unread_fields'
    | 'coverage'
    | 'error_code'
    | 'error_message'
    | 'error_remedy'
  >
>

export function updateEnded(
  trx: Transaction<Database>,
  { company_id, retrieval_id }: RetrievalRow,
  status: 'complete' | 'failed',
  finishedAt: Date,
  end: RetrievalEnd,
): Promise<RetrievalRow> {
  return trx
    .updateTable('retrieval')
    .set({ ...end, status, finished_at: finishedAt })
    .where('company_id', '=', company_id)
    .where('retrieval_id', '=', retrieval_id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** To be called under the connection's lock: whatever else calls itself running then died without a word. */
export async function updateAbandoned(db: Db, current: RetrievalRow, now: Date): Promise<void> {
  await db
    .updateTable('retrieval')
    .set({
      status: 'failed',
      finished_at: now,
      error_code: 'internal',
      error_message: 'This retrieval was interrupted. A later one took its place.',
    })
    .where('company_id', '=', current.company_id)
    .where('connection_id', '=', current.connection_id)
    .where('retrieval_id', '<>', current.retrieval_id)
    .where('status', '=', 'running')
    .execute()
}
