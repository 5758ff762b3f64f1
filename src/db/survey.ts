import { type Expression, type SqlBool, sql, type Transaction } from 'kysely'
import type { Identifier } from '../model.ts'
import type { CacheKey } from './cache.ts'
import { KEY_COLUMNS } from './candidates.ts'
import type { Db } from './client.ts'
import type { CachedEmployeePayload, Database } from './schema.ts'
import { expectManyRows } from './session.ts'

/** Of those whom HR shows now. */
export type Survey = {
  people: number
  /** How many of them meet the conditions. */
  meeting: number
  /** Identifiers that more than one has, within the conditions or not: everybody in HR can be a duplicate. */
  sharedIdentifiers: string[]
}

/** All that can be said of the cache without a join, in one pass over it. */
export async function surveyPeople(
  trx: Transaction<Database>,
  { companyId, connectionId }: CacheKey,
  { identifier, meets }: { identifier: Identifier; meets: Expression<SqlBool> },
): Promise<Survey> {
  const key = sql.ref(`c.${KEY_COLUMNS[identifier]}`)
  await expectManyRows(trx)
  const { rows } = await sql<{ key: string | null; isTotal: boolean; people: number; meeting: number }>`
    select ${key} as key, grouping(${key}) = 1 as "isTotal", count(*) as people,
      count(*) filter (where ${meets}) as meeting
    from cached_employee c
    where c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null
    group by grouping sets ((${key}), ())
    having grouping(${key}) = 1 or (${key} is not null and count(*) > 1)
  `.execute(trx)
  const { people, meeting } = rows.find(({ isTotal }) => isTotal) ?? { people: 0, meeting: 0 }
  const sharedIdentifiers = rows.flatMap(({ isTotal, key }) => (isTotal || key === null ? [] : [key]))
  return { people, meeting, sharedIdentifiers }
}

/** The people who have one identifier: how many, and the first few of them. */
export type Sharers = { people: number; some: { recordId: string; employee: CachedEmployeePayload }[] }

/**
 * Where HR fills it in with "none@acme.example" thousands have one identifier. Each of them is told of about so many
 * others, the linked first; with all of them the plan would grow with the square of that.
 */
const SHARING_SHOWN = 20

/** Who has each of these identifiers, where more than one does. */
export async function findSharers(
  db: Db,
  { companyId, connectionId }: CacheKey,
  { identifier, values }: { identifier: Identifier; values: readonly string[] },
): Promise<Map<string, Sharers>> {
  const sharers = new Map<string, Sharers>()
  if (values.length === 0) return sharers
  const key = sql.ref(`c.${KEY_COLUMNS[identifier]}`)
  type Row = Sharers['some'][number] & { key: string; people: number }
  const { rows } = await sql<Row>`
    select key, people, record_id as "recordId", employee from (
      select key, record_id, employee, count(*) over (partition by key) as people,
        row_number() over (partition by key order by is_linked, record_id collate "C") as place
      from (
        select ${key} as key, c.record_id, c.employee - 'custom' as employee, (
          select true from link l where l.company_id = c.company_id and l.connection_id = c.connection_id
            and l.record_id = c.record_id
        ) as is_linked
        from cached_employee c
        where c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null
          and ${key} = any(${values}::text[])
      ) them
    ) them
    where people > 1 and place <= ${SHARING_SHOWN + 1}
    order by key, record_id collate "C"
  `.execute(db)
  for (const { key, people, ...person } of rows) {
    const known = sharers.get(key)
    if (known) known.some.push(person)
    else sharers.set(key, { people, some: [person] })
  }
  return sharers
}
