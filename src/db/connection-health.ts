import { sql, type Transaction } from 'kysely'
import type { ConnectionRow } from './connections.ts'
import type { Database } from './schema.ts'

/** Connections whose daily retrieval is due, held until the transaction ends; what others hold is skipped. */
export function lockDueConnections(
  trx: Transaction<Database>,
  now: Date,
  limit: number,
): Promise<Pick<ConnectionRow, 'company_id' | 'connection_id' | 'daily_minute'>[]> {
  return trx
    .selectFrom('connection')
    .select(['company_id', 'connection_id', 'daily_minute'])
    .where('status', '<>', 'removed')
    .where('next_retrieval_at', '<=', now)
    .orderBy('next_retrieval_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

export type ConnectionHealth = {
  next_retrieval_at: Date
  cache_retrieval_id?: string
  status?: 'active' | 'broken'
  problem?: string | null
  problem_since?: Date | null
}

/** A removed connection stays removed, whatever a retrieval that was still running finds out about it. */
export async function updateConnectionHealth(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
  { status, ...health }: ConnectionHealth,
): Promise<void> {
  await trx
    .updateTable('connection')
    .set({
      ...health,
      ...(status && {
        status: sql<typeof status>`case when status = 'removed' then status else ${status} end`,
      }),
    })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

/** Held until the transaction ends: nobody draws up a plan while the cache is swapped. */
export function lockConnection(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
): Promise<ConnectionRow> {
  return trx
    .selectFrom('connection')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}
