import { type RawBuilder, sql } from 'kysely'
import { type Identifier, MOST_TOLD } from '../model.ts'
import type { CacheKey } from './cache.ts'
import { claimsAreAll } from './claims.ts'
import type { Db } from './client.ts'
import { identifierKey } from './identifier-keys.ts'
import type { CachedEmployeePayload } from './schema.ts'

/** Identifiers that several people in HR have, by the identifier. */
export type Shared = {
  people: ReadonlyMap<string, Sharers>
  /** How many stakeholders have it, where they and the people are so many that only some of them are told. */
  crowds: ReadonlyMap<string, number>
}
/** The people who have one identifier: how many, and the first few of them. */
export type Sharers = { people: number; some: { recordId: string; employee: CachedEmployeePayload }[] }

/** @param values of the identifier: those that several people in HR may have */
export async function surveyShared(
  db: Db,
  key: CacheKey,
  { identifier, values }: { identifier: Identifier; values: readonly string[] },
): Promise<Shared> {
  const people = await readSharers(db, key, identifier, values)
  const crowds = [...people].flatMap(([value, sharers]) => (sharers.people > MOST_TOLD ? [value] : []))
  return { people, crowds: await countCrowds(db, key, identifier, crowds) }
}

/** Who has each of these identifiers, where more than one does; of many the linked first. */
async function readSharers(
  db: Db,
  { companyId, connectionId }: CacheKey,
  identifier: Identifier,
  values: readonly string[],
): Promise<Map<string, Sharers>> {
  const sharers = new Map<string, Sharers>()
  if (values.length === 0) return sharers
  const key = identifierKey(identifier, 'c')
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
    where people > 1 and place <= ${MOST_TOLD + 1}
    order by key, record_id collate "C"
  `.execute(db)
  for (const { key, people, ...person } of rows) {
    const known = sharers.get(key)
    if (known) known.some.push(person)
    else sharers.set(key, { people, some: [person] })
  }
  return sharers
}

async function countCrowds(
  db: Db,
  { companyId }: CacheKey,
  identifier: Identifier,
  values: readonly string[],
): Promise<Map<string, number>> {
  if (values.length === 0) return new Map()
  const key = identifierKey(identifier, 's')
  const { rows } = await sql<{ key: string; stakeholders: number }>`
    select ${key} as key, count(*) as stakeholders from stakeholder s
    where s.company_id = ${companyId} and ${key} = any(${values}::text[])
    group by 1 having count(*) > ${MOST_TOLD}
  `.execute(db)
  return new Map(rows.map(({ key, stakeholders }) => [key, stakeholders]))
}

/**
 * Stakeholders of crowds who are not told. Those who belong to people that HR shows with the same identifier come last:
 * about them nothing is open, as `core/classify.ts` has it too. Before them come those who belong to somebody else.
 * Stands below `contested`.
 * @param crowds the identifiers of `Shared.crowds`
 */
export function beyondTold(
  { companyId, connectionId }: CacheKey,
  identifier: Identifier,
  crowds: readonly string[],
): RawBuilder<unknown> {
  const [ours, theirs] = [identifierKey(identifier, 's'), identifierKey(identifier, 'o')]
  const isSharer = sql`k.connection_id = ${connectionId} and exists (
    select from cached_employee o where o.company_id = s.company_id and o.connection_id = k.connection_id
      and o.record_id = k.record_id and o.vanished_at is null and ${theirs} = ${ours}
  )`
  const claimsAre = (condition: RawBuilder<unknown>) =>
    claimsAreAll(companyId, sql`s.stakeholder_id`, condition)
  return sql`
    select stakeholder_id from (
      select s.stakeholder_id, row_number() over (
        partition by ${ours} order by ${claimsAre(isSharer)}, ${claimsAre(sql`true`)}, s.stakeholder_id
      ) as place
      from stakeholder s where s.company_id = ${companyId} and ${ours} = any(${crowds}::text[])
    ) them where place > ${MOST_TOLD}`
}
