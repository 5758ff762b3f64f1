import type { ChangeReason, ConflictReason, Identifier } from '../model.ts'
import type { Db } from './client.ts'

/** The most frequent first. */
export type ConflictReasons = {
  identifier: Identifier
  reasons: { reason: ConflictReason; people: number }[]
}

/** Why people in a plan need a look; `null` where nobody does. */
export async function findConflictReasons(
  db: Db,
  companyId: string,
  planId: string,
): Promise<ConflictReasons | null> {
  const rows = await db
    .selectFrom('plan_change as ch')
    .innerJoin('plan as p', (join) =>
      join.onRef('p.company_id', '=', 'ch.company_id').onRef('p.plan_id', '=', 'ch.plan_id'),
    )
    .select((eb) => ['p.identifier', 'ch.reason', eb.fn.countAll<number>().as('people')])
    .where('ch.company_id', '=', companyId)
    .where('ch.plan_id', '=', planId)
    .where('ch.kind', '=', 'conflict')
    .where('ch.reason', 'is not', null)
    .groupBy(['p.identifier', 'ch.reason'])
    .orderBy('people', 'desc')
    .orderBy('ch.reason')
    .$narrowType<{ reason: ConflictReason }>()
    .execute()
  const [first] = rows
  if (first === undefined) return null
  return { identifier: first.identifier, reasons: rows.map(({ people, reason }) => ({ reason, people })) }
}

/** Which of these records need a look in a plan for this reason. */
export async function findWaiting(
  db: Db,
  { companyId, planId }: { companyId: string; planId: string },
  reason: ChangeReason,
  recordIds: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('plan_change')
    .select('record_id')
    .where('company_id', '=', companyId)
    .where('plan_id', '=', planId)
    .where('kind', '=', 'conflict')
    .where('reason', '=', reason)
    .where('record_id', 'in', [...recordIds])
    .execute()
  return new Set(rows.map(({ record_id }) => record_id))
}
