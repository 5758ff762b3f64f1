import { sql, type Transaction } from 'kysely'
import type { Actor } from '../model.ts'
import type { Db } from './client.ts'
import type { RetrievalRow } from './retrievals.ts'
import type { Database } from './schema.ts'

/** Of one that waits and is locked. @param actor who asked for it from now on; `null` leaves whoever did */
export async function updateTargets(
  trx: Transaction<Database>,
  { company_id, retrieval_id }: Pick<RetrievalRow, 'company_id' | 'retrieval_id'>,
  recordIds: readonly string[] | null,
  actor: Actor | null,
): Promise<void> {
  await trx
    .updateTable('retrieval')
    .set({
      record_ids: recordIds === null ? null : [...recordIds],
      ...(actor && { actor: JSON.stringify(actor) }),
    })
    .where('company_id', '=', company_id)
    .where('retrieval_id', '=', retrieval_id)
    .execute()
}

/** From here on it reads everybody, also when it is started again. */
export async function updateToEverybody(
  db: Db,
  { company_id, retrieval_id, attempts }: RetrievalRow,
): Promise<void> {
  await db
    .updateTable('retrieval')
    .set({ record_ids: null })
    .where('company_id', '=', company_id)
    .where('retrieval_id', '=', retrieval_id)
    .where('status', '=', 'running')
    .where('attempts', '=', attempts)
    .execute()
}

/**
 * The last targeted retrieval that ended well after this complete one.
 * @param recordId only one that read this person
 */
export function findReadAgain(
  db: Db,
  { company_id, connection_id, created_at }: RetrievalRow,
  recordId: string | null = null,
): Promise<RetrievalRow | undefined> {
  return db
    .selectFrom('retrieval')
    .selectAll()
    .where('company_id', '=', company_id)
    .where('connection_id', '=', connection_id)
    .where('created_at', '>', created_at)
    .where('record_ids', 'is not', null)
    .where('status', '=', 'complete')
    .$if(recordId !== null, (query) => query.where(sql<boolean>`${recordId}::text = any(record_ids)`))
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
}
