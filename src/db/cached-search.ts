import { sql } from 'kysely'
import { personName } from '../model.ts'
import { foldText } from '../sync/core/conditions-text.ts'
import type { Db } from './client.ts'
import { foldedUntrimmed } from './conditions-text.ts'
import type { CachedEmployeePayload } from './schema.ts'

export type FoundPerson = { connectionId: string; recordId: string; name: string; detail: string }

/**
 * Also people who vanished: "why is she gone" is a fair question. The text is taken literally, and letters are the same
 * here as in conditions.
 */
export async function findCachedByText(
  db: Db,
  companyId: string,
  text: string,
  limit: number,
): Promise<FoundPerson[]> {
  const search = foldText(text).replace(/\s+/g, ' ')
  if (search === '') return []
  // The last name follows either first name. Apart from the names all is mostly ASCII, which folds several times faster.
  const { rows } = await sql<{
    connection_id: string
    record_id: string
    employee: CachedEmployeePayload | null
  }>`
    select c.connection_id, c.record_id, c.employee from cached_employee c
    join connection n on n.company_id = c.company_id and n.connection_id = c.connection_id and n.status <> 'removed'
    cross join lateral (
      select concat_ws(' ', c.employee ->> 'firstName', c.employee ->> 'lastName', c.employee ->> 'preferredName',
        case when c.employee ->> 'preferredName' is not null then c.employee ->> 'lastName' end) as names,
        concat_ws(' ', c.employee ->> 'workEmail', c.employee ->> 'personalEmail', c.employee ->> 'employeeNumber') as ids
      offset 0 -- keeps the planner from writing both out at every place that folds them
    ) known
    where c.company_id = ${companyId}
      and (c.record_id = ${text.trim()} or strpos(${foldedUntrimmed(sql`known.names`)}, ${search}) > 0
        or strpos(${foldedUntrimmed(sql`known.ids`)}, ${search}) > 0)
    order by c.vanished_at is not null, c.employee ->> 'firstName', c.record_id
    limit ${limit}
  `.execute(db)
  return rows.map((row) => ({
    connectionId: row.connection_id,
    recordId: row.record_id,
    name: row.employee ? personName(row.employee) : 'Unreadable record',
    detail: [row.employee?.workEmail, row.employee?.jobTitle, row.employee?.officeLocation]
      .filter(Boolean)
      .join(' · '),
  }))
}
