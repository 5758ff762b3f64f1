import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from './client.ts'
import type { CachedEmployeePayload } from './schema.ts'

type ScopeCounts = { people: number; before: number; after: number; inTotal: number; outTotal: number }

/** Two predicates over `cached_employee as c` side by side: how many meet each, and some of those who differ. */
export async function listScopeChanges(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  before: RawBuilder<SqlBool>,
  after: RawBuilder<SqlBool>,
  limit: number,
): Promise<ScopeCounts & { moved: { comes_in: boolean; employee: CachedEmployeePayload | null }[] }> {
  const present = sql`c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null`
  const { rows } = await sql<ScopeCounts>`
    select count(*) as people, count(*) filter (where was) as before, count(*) filter (where will_be) as after,
      count(*) filter (where will_be and was is not true) as "inTotal",
      count(*) filter (where was and will_be is not true) as "outTotal"
    from (select ${before} as was, ${after} as will_be from cached_employee c where ${present}) scope
  `.execute(db)
  const side = (comesIn: boolean) => sql`(
    select ${comesIn}::boolean as comes_in, c.employee from cached_employee c
    where ${present} and ${comesIn ? after : before} and ${comesIn ? before : after} is not true
    order by c.record_id limit ${limit})`
  const moved = await sql<{ comes_in: boolean; employee: CachedEmployeePayload | null }>`
    ${side(true)} union all ${side(false)}`.execute(db)
  return { ...(rows[0] ?? { people: 0, before: 0, after: 0, inTotal: 0, outTotal: 0 }), moved: moved.rows }
}
