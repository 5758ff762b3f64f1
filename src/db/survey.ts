import { type Expression, type SqlBool, sql, type Transaction } from 'kysely'
import type { Identifier } from '../model.ts'
import type { CacheKey } from './cache.ts'
import { identifierKey } from './identifier-keys.ts'
import type { Database } from './schema.ts'
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
  const key = identifierKey(identifier, 'c')
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
