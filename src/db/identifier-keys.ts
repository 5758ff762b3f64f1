import { type RawBuilder, sql } from 'kysely'
import type { Identifier } from '../model.ts'
import type { CacheKey } from './cache.ts'
import type { Db } from './client.ts'

const COLUMNS = {
  workEmail: 'work_email_key',
  employeeNumber: 'employee_number_key',
  personalEmail: 'personal_email_key',
} as const satisfies Record<Identifier, string>

/** What is compared of somebody in the cache or in the register, as the table called `alias` has it. */
export const identifierKey = (identifier: Identifier, alias: string): RawBuilder<string | null> =>
  sql.ref(`${alias}.${COLUMNS[identifier]}`)

/** What JavaScript's `trim` takes away, as the keys of the register are generated without it. */
const SPACES =
  ' \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'

/** The same of fields in a jsonb column. */
export function keyIn(identifier: Identifier, column: string): RawBuilder<string | null> {
  const value = sql`btrim(${sql.ref(column)} ->> ${sql.lit(identifier)}, ${sql.lit(SPACES)})`
  return identifier === 'employeeNumber' ? sql`nullif(${value}, '')` : sql`nullif(lower(${value}), '')`
}

/** By which one record of the cache would be matched; `null` where it has none, or is not there. */
export async function findIdentifierValue(
  db: Db,
  { companyId, connectionId }: CacheKey,
  recordId: string,
  identifier: Identifier,
): Promise<string | null> {
  const { rows } = await sql<{ value: string | null }>`
    select ${identifierKey(identifier, 'c')} as value from cached_employee c
    where c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.record_id = ${recordId}
  `.execute(db)
  return rows[0]?.value ?? null
}
