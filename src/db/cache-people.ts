import { sql, type Transaction } from 'kysely'
import type { Employee } from '../model.ts'
import { type CacheKey, unpackEmployee } from './cache.ts'
import type { Db } from './client.ts'
import type { Database } from './schema.ts'

/** `hash` in hexadecimal. `employee` is `null` for a record that could not be read. */
export type CachedSome = { employee: Employee | null; hash: string; vanished: boolean }

/** By record id; the vanished too. */
export async function findCachedSome(
  db: Db,
  { companyId, connectionId }: CacheKey,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, CachedSome>> {
  const rows = await db
    .selectFrom('cached_employee')
    .select(['record_id', 'employee', 'hash', 'vanished_at'])
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
    .where('record_id', 'in', recordIds)
    .execute()
  return new Map(
    rows.map(({ record_id, employee, hash, vanished_at }) => [
      record_id,
      {
        employee: employee && unpackEmployee(record_id, employee),
        hash: hash.toString('hex'),
        vanished: vanished_at !== null,
      },
    ]),
  )
}

/** `hash` in hexadecimal, `employee` as JSON text. */
export type PersonToCache = { recordId: string; hash: string; employee: string }

/** Whoever is new, changed or has come back, and only they: a row that stays equal is not to be given. */
export async function upsertCachedSome(
  trx: Transaction<Database>,
  { companyId, connectionId }: CacheKey,
  people: readonly PersonToCache[],
): Promise<void> {
  await sql`
    insert into cached_employee (company_id, connection_id, record_id, hash, employee)
    select ${companyId}, ${connectionId}, p.record_id, decode(p.hash, 'hex'), p.employee::jsonb
    from unnest(
      ${people.map(({ recordId }) => recordId)}::text[],
      ${people.map(({ hash }) => hash)}::text[],
      ${people.map(({ employee }) => employee)}::text[]
    ) as p (record_id, hash, employee)
    order by p.record_id
    on conflict (company_id, connection_id, record_id) do update
    set hash = excluded.hash, employee = excluded.employee, problem = null, vanished_at = null
  `.execute(trx)
}
