import { type RawBuilder, type SqlBool, sql } from 'kysely'

/** For ILIKE: the text anywhere, its own %, _ and \ taken literally. */
const anywhere = (text: string): string => `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`

/**
 * Name, email or record id of the person that a row of a plan or a journal is about. The email is also that of HR and of
 * the register now: most rows do not rewrite it. Each side is searched once, not once a row.
 */
export function aboutPerson(
  text: string,
  { companyId, connectionId }: { companyId: string; connectionId: RawBuilder<unknown> },
): RawBuilder<SqlBool> {
  const pattern = anywhere(text)
  return sql<SqlBool>`(name ilike ${pattern} or before ->> 'workEmail' ilike ${pattern}
    or after ->> 'workEmail' ilike ${pattern} or record_id = ${text.trim()}
    or record_id in (select c.record_id from cached_employee c where c.company_id = ${companyId}
      and c.connection_id = ${connectionId} and c.employee ->> 'workEmail' ilike ${pattern})
    or coalesce(stakeholder_id in (select s.stakeholder_id from stakeholder s where s.company_id = ${companyId}
      and s.fields ->> 'workEmail' ilike ${pattern}), false))`
}
