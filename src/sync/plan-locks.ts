import { type Selectable, sql, type Transaction } from 'kysely'
import type { ConnectionTable, Database } from '../db/schema.ts'

/**
 * Drawing up, confirming and applying for one company never overlap: a plan is judged against a register
 * that stands still, and two people who press Confirm at once are served one after the other.
 */
export async function lockRegister(trx: Transaction<Database>, companyId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`register:${companyId}`}, 0))`.execute(trx)
}

/** The connection, held so that no retrieval can swap its cache while it is read. */
export async function findLockedConnection(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
): Promise<Selectable<ConnectionTable> | undefined> {
  await lockRegister(trx, companyId)
  return await trx
    .selectFrom('connection')
    .selectAll()
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .forShare()
    .executeTakeFirst()
}
