import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Identifier } from '../model.ts'
import type { Db } from './client.ts'
import { identifierKey } from './identifier-keys.ts'

/** How many people have an identifier, and how many of those have it in common with somebody in HR. */
export type IdentifierFigures = { people: number; having: number; sharing: number }

/** @param meets over `cached_employee as c`: only these people are counted; whom they share with may be anybody */
export async function countIdentifiers(
  db: Db,
  { companyId, connectionId }: { companyId: string; connectionId: string },
  identifier: Identifier,
  meets: RawBuilder<SqlBool>,
): Promise<IdentifierFigures> {
  const key = identifierKey(identifier, 'c')
  const { rows } = await sql<IdentifierFigures>`
    with holder as (
      select ${key} as key, count(*) filter (where ${meets}) as people, count(*) as holders from cached_employee c
      where c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null
      group by 1
    )
    select coalesce(sum(people), 0)::int8 as people,
      coalesce(sum(people) filter (where key is not null), 0)::int8 as having,
      coalesce(sum(people) filter (where key is not null and holders > 1), 0)::int8 as sharing
    from holder`.execute(db)
  return rows[0] ?? { people: 0, having: 0, sharing: 0 }
}
