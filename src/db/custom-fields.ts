import { sql } from 'kysely'
import type { FieldType } from '../model.ts'
import type { Db } from './client.ts'

type Place = { companyId: string; connectionId: string }

export type CustomField = { id: string; label: string; type: FieldType }

/** The custom fields that are connected and that the HR system still has: what can be asked about and mapped. */
export function listCustomFields(db: Db, { companyId, connectionId }: Place): Promise<CustomField[]> {
  return db
    .selectFrom('connection_field')
    .select(['field_id as id', 'label', 'type'])
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'connected')
    .where('gone_at', 'is', null)
    .orderBy(sql`lower(label)`)
    .orderBy('field_id')
    .execute()
}

/** The custom fields that the cache holds values of, with the type that those values have. */
export async function listRetrievedFields(
  db: Db,
  { companyId, connectionId }: Place,
): Promise<CustomField[]> {
  const { rows } = await sql<{ id: string; types: string[] }>`
    select entry.key as id, array_agg(distinct jsonb_typeof(entry.value)) as types
    from cached_employee c, jsonb_each(c.employee -> 'custom') entry
    where c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null
    group by entry.key order by entry.key
  `.execute(db)
  return rows.map(({ id, types }) => ({
    id,
    label: id,
    type: typeOf(types.filter((type) => type !== 'null')),
  }))
}

function typeOf([type, ...others]: readonly string[]): FieldType {
  if (others.length > 0) return 'text'
  if (type === 'number' || type === 'boolean') return type
  return type === 'array' ? 'list' : 'text'
}
