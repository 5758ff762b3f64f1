import { type Insertable, type Selectable, sql, type Transaction } from 'kysely'
import type { Actor } from '../model.ts'
import type { Db } from './client.ts'
import type { Database, PlanTable } from './schema.ts'

/** A plan and when the retrieval that it rests on ended. */
export type PlanRow = Selectable<PlanTable> & { retrieved_at: Date | null }

export async function insertPlan(trx: Transaction<Database>, plan: Insertable<PlanTable>): Promise<void> {
  await trx.insertInto('plan').values(plan).execute()
}

export function findPlan(db: Db, companyId: string, planId: string): Promise<PlanRow | undefined> {
  return select(db, companyId).where('plan.plan_id', '=', planId).executeTakeFirst()
}

export function findOpenPlan(db: Db, companyId: string, connectionId: string): Promise<PlanRow | undefined> {
  return select(db, companyId)
    .where('plan.connection_id', '=', connectionId)
    .where('plan.status', '=', 'open')
    .orderBy('plan.created_at', 'desc')
    .executeTakeFirst()
}

/** The one whose sync was confirmed and is yet to be applied. */
export function findPlanBeingSynced(
  db: Db,
  companyId: string,
  connectionId: string,
): Promise<PlanRow | undefined> {
  return select(db, companyId)
    .where('plan.connection_id', '=', connectionId)
    .where('plan.plan_id', 'in', (eb) =>
      eb
        .selectFrom('sync')
        .select('sync.plan_id')
        .where('sync.company_id', '=', companyId)
        .where('sync.status', '=', 'queued'),
    )
    .orderBy('plan.decided_at', 'desc')
    .executeTakeFirst()
}

const select = (db: Db, companyId: string) =>
  db
    .selectFrom('plan')
    .leftJoin('retrieval as r', (join) =>
      join.onRef('r.company_id', '=', 'plan.company_id').onRef('r.retrieval_id', '=', 'plan.retrieval_id'),
    )
    .selectAll('plan')
    .select('r.finished_at as retrieved_at')
    .where('plan.company_id', '=', companyId)

/** Everything that is still open for this connection becomes `superseded`; its buttons die with it. */
export async function supersedeOpenPlans(
  trx: Transaction<Database>,
  companyId: string,
  connectionId: string,
): Promise<void> {
  await trx
    .updateTable('plan')
    .set({ status: 'superseded', decided_at: sql`now()` })
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('status', '=', 'open')
    .execute()
}

/** Only one caller gets the row back: the others were second. */
export function confirmOpenPlan(
  trx: Transaction<Database>,
  plan: { companyId: string; planId: string; hash: Buffer; actor: Actor; now: Date },
): Promise<Selectable<PlanTable> | undefined> {
  return trx
    .updateTable('plan')
    .set({ status: 'confirmed', decided_by: JSON.stringify(plan.actor), decided_at: plan.now })
    .where('company_id', '=', plan.companyId)
    .where('plan_id', '=', plan.planId)
    .where('status', '=', 'open')
    .where('hash', '=', plan.hash)
    .returningAll()
    .executeTakeFirst()
}

/** Only while nobody has decided about it. */
export async function discardOpenPlan(
  trx: Transaction<Database>,
  plan: { companyId: string; planId: string; actor: Actor; now: Date },
): Promise<void> {
  await trx
    .updateTable('plan')
    .set({ status: 'discarded', decided_by: JSON.stringify(plan.actor), decided_at: plan.now })
    .where('company_id', '=', plan.companyId)
    .where('plan_id', '=', plan.planId)
    .where('status', '=', 'open')
    .execute()
}
