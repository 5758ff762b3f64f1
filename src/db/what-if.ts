import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { personName } from '../model.ts'
import type { CacheKey } from './cache.ts'
import type { Db } from './client.ts'
import type { CachedEmployeePayload } from './schema.ts'

type Predicate = RawBuilder<SqlBool>
export type ScopeCounts = {
  people: number
  before: number
  after: number
  inTotal: number
  outTotal: number
}

const present = ({ companyId, connectionId }: CacheKey) =>
  sql`c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null`

/** Two predicates over `cached_employee as c` side by side: how many meet each, and how many only one of them. */
export async function countScopeChanges(
  db: Db,
  place: CacheKey,
  before: Predicate,
  after: Predicate,
): Promise<ScopeCounts> {
  const { rows } = await sql<ScopeCounts>`
    select count(*) as people, count(*) filter (where was) as before, count(*) filter (where will_be) as after,
      count(*) filter (where will_be and was is not true) as "inTotal",
      count(*) filter (where was and will_be is not true) as "outTotal"
    from (select ${before} as was, ${after} as will_be from cached_employee c where ${present(place)}) scope
  `.execute(db)
  return rows[0] ?? { people: 0, before: 0, after: 0, inTotal: 0, outTotal: 0 }
}

/** The name that `personName` gives, for sorting. */
const NAME = sql`lower(coalesce(nullif(btrim(c.employee ->> 'preferredName'), ''),
  concat_ws(' ', nullif(btrim(c.employee ->> 'firstName'), ''), nullif(btrim(c.employee ->> 'lastName'), ''))))`

export type MovedPerson = { recordId: string; name: string; detail: string }

/** A page, by name, of those who meet the one and not the other. */
export async function listMoved(
  db: Db,
  place: CacheKey,
  { meet, not }: { meet: Predicate; not: Predicate },
  page: { offset: number; limit: number },
): Promise<MovedPerson[]> {
  const { rows } = await sql<{ record_id: string; employee: CachedEmployeePayload | null }>`
    select c.record_id, c.employee from cached_employee c
    where ${present(place)} and ${meet} and ${not} is not true
    order by ${NAME}, c.record_id offset ${page.offset} limit ${page.limit}
  `.execute(db)
  return rows.map(({ record_id: recordId, employee }) => ({
    recordId,
    name: personName(employee ?? {}),
    detail: [employee?.workEmail, employee?.jobTitle, employee?.officeLocation].filter(Boolean).join(' · '),
  }))
}
