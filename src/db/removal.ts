import { sql, type Transaction } from 'kysely'
import type { Actor } from '../model.ts'
import type { Database, RetrievalStatus } from './schema.ts'

type Place = { companyId: string; connectionId: string }
type Trx = Transaction<Database>

/** Held, so that none of them starts before the transaction ends. */
export function lockUnfinishedRetrievals(
  trx: Trx,
  { companyId, connectionId }: Place,
): Promise<{ retrieval_id: string; status: RetrievalStatus }[]> {
  return trx
    .selectFrom('retrieval')
    .select(['retrieval_id', 'status'])
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('status', 'in', ['queued', 'running'])
    .forUpdate()
    .execute()
}

export async function updateCancelled(
  trx: Trx,
  { companyId, connectionId }: Place,
  message: string,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('retrieval')
    .set({ status: 'failed', finished_at: now, error_code: 'conflict', error_message: message })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('status', '=', 'queued')
    .execute()
}

/** Nobody can confirm them any more, and their people go. Those that were confirmed are history. */
export async function discardPlans(
  trx: Trx,
  { companyId, connectionId }: Place,
  { actor, now }: { actor: Actor; now: Date },
): Promise<void> {
  await trx
    .updateTable('plan')
    .set({ status: 'discarded', decided_by: JSON.stringify(actor), decided_at: now })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('status', '=', 'open')
    .execute()
  await sql`
    delete from plan_change where company_id = ${companyId} and plan_id in (
      select plan_id from plan
      where company_id = ${companyId} and connection_id = ${connectionId} and status <> 'confirmed'
    )`.execute(trx)
}

/**
 * Nothing that HR said of anybody stays. Of people who are matched to a stakeholder the bare record id does: it is what
 * tells, after reconnecting, who is missing from HR since. So does that of people who ever were: a redo matches them again.
 */
export async function forgetCached(trx: Trx, { companyId, connectionId }: Place, now: Date): Promise<void> {
  await sql`
    delete from cached_employee c where c.company_id = ${companyId} and c.connection_id = ${connectionId}
      and not exists (
        select from link l where l.company_id = c.company_id and l.connection_id = c.connection_id
          and l.record_id = c.record_id
      )
      and not exists (
        select from journal j join sync y on y.company_id = j.company_id and y.sync_id = j.sync_id
        where j.company_id = c.company_id and y.connection_id = c.connection_id
          and j.record_id = c.record_id and j.made_link
      )`.execute(trx)
  await sql`
    update cached_employee set employee = null, problem = 'Deleted when the HR system was disconnected.',
      hash = decode(repeat('00', 32), 'hex'), vanished_at = coalesce(vanished_at, ${now})
    where company_id = ${companyId} and connection_id = ${connectionId}`.execute(trx)
}

/** What fields are held, and how well each was filled, is about no person: it guards the first read after reconnecting. */
export async function updateRemoved(trx: Trx, { companyId, connectionId }: Place): Promise<void> {
  await trx
    .updateTable('connection')
    .set((eb) => ({
      status: 'removed',
      sealed_credentials: null,
      problem: null,
      problem_since: null,
      cache_retrieval_id: null,
      cache_version: eb('cache_version', '+', 1),
    }))
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .execute()
}
