import { sql } from 'kysely'
import { personName } from '../model.ts'
import type { Db } from './client.ts'
import type { CachedEmployeePayload } from './schema.ts'

export type FoundPerson = { connectionId: string; recordId: string; name: string; detail: string }

/** Also people who vanished: "why is she gone" is a fair question. The text is taken literally. */
export async function findCachedByText(
  db: Db,
  companyId: string,
  text: string,
  limit: number,
): Promise<FoundPerson[]> {
  const trimmed = text.trim()
  if (trimmed === '') return []
  const pattern = `%${trimmed.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<{
    connection_id: string
    record_id: string
    employee: CachedEmployeePayload | null
  }>`
    select c.connection_id, c.record_id, c.employee from cached_employee c
    join connection n on n.company_id = c.company_id and n.connection_id = c.connection_id and n.status <> 'removed'
    where c.company_id = ${companyId} and (c.record_id = ${trimmed} or concat_ws(' ', c.employee ->> 'firstName',
      c.employee ->> 'lastName', c.employee ->> 'preferredName', c.employee ->> 'workEmail',
      c.employee ->> 'personalEmail', c.employee ->> 'employeeNumber') ilike ${pattern})
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
