import { sql, type Transaction } from 'kysely'
import type { CoveredField, StandardField } from '../model.ts'
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
  /** jsonb text */
  coverage?: string
  held_fields?: CoveredField[]
  waived_fields?: StandardField[]
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

/** People were read again: plans drawn up before hold no more. */
export async function updateCacheVersion(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
): Promise<void> {
  await trx
    .updateTable('connection')
    .set((eb) => ({ cache_version: eb('cache_version', '+', 1) }))
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

/** The share that the field has now is what the next read is compared with. */
export async function updateLetThrough(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
  field: CoveredField,
): Promise<void> {
  await trx
    .updateTable('connection')
    .set({
      held_fields: sql`array_remove(held_fields, ${field})`,
      coverage: sql`coverage || jsonb_build_object(${field}::text, coalesce((
        select r.coverage -> ${field} from retrieval r
        where r.company_id = connection.company_id and r.retrieval_id = connection.cache_retrieval_id
      ), '0'))`,
    })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}

export async function updateWaived(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
  fields: readonly StandardField[],
): Promise<void> {
  await trx
    .updateTable('connection')
    .set({ waived_fields: sql`array(select distinct unnest(waived_fields || ${[...fields]}::text[]))` })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}
