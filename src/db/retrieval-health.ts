import type { Selectable } from 'kysely'
import type { Db } from './client.ts'
import type { RetrievalTable } from './schema.ts'

type Row = Selectable<RetrievalTable>

/** The one that runs, or else the one that waits. */
export function findRunningRetrieval(
  db: Db,
  companyId: string,
  connectionId: string,
): Promise<Row | undefined> {
  return db
    .selectFrom('retrieval')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('status', 'in', ['queued', 'running'])
    .orderBy('status', 'desc')
    .orderBy('created_at')
    .executeTakeFirst()
}

/** The newest finished retrieval, if it failed. */
export async function findLastFailure(
  db: Db,
  companyId: string,
  connectionId: string,
): Promise<Row | undefined> {
  const last = await db
    .selectFrom('retrieval')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('status', 'in', ['complete', 'failed'])
    .orderBy('finished_at', 'desc')
    .executeTakeFirst()
  return last?.status === 'failed' ? last : undefined
}
