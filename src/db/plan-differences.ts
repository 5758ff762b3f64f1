import { sql } from 'kysely'
import type { Db } from './client.ts'

/**
 * Whom two plans say something else of, by name. Nobody where the rows of one of them are no longer kept.
 * @param limit how many are named; `total` is all of them
 */
export async function listDifferingPeople(
  db: Db,
  companyId: string,
  [one, other]: readonly [string, string],
  limit: number,
): Promise<{ names: string[]; total: number }> {
  // A stakeholder who is to be created has another id in each plan.
  const rowsOf = (planId: string) => sql`(
    select record_id, name, kind, case when kind <> 'create' then stakeholder_id end, before, after, reason, reason_text
    from plan_change where company_id = ${companyId} and plan_id = ${planId})`
  const isKept = (planId: string) =>
    sql`exists (select from plan_change where company_id = ${companyId} and plan_id = ${planId})`
  const { rows } = await sql<{ name: string; total: number }>`
    select min(name) as name, count(*) over () as total
    from (
      (${rowsOf(one)} except ${rowsOf(other)}) union all (${rowsOf(other)} except ${rowsOf(one)})
    ) as differing
    where ${isKept(one)} and ${isKept(other)}
    group by record_id
    order by lower(min(name)), record_id
    limit ${limit}
  `.execute(db)
  return { names: rows.map(({ name }) => name), total: rows[0]?.total ?? 0 }
}
