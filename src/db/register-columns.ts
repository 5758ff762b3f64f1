import { sql } from 'kysely'
import type { Db } from './client.ts'

/** Every field key that any stakeholder of the company has a value for. */
export async function listRegisterKeys(db: Db, companyId: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select distinct jsonb_object_keys(fields) as key
    from stakeholder
    where company_id = ${companyId}
    order by key`.execute(db)
  return rows.map(({ key }) => key)
}
