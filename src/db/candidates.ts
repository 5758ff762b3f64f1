import { type Expression, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely'
import type { FieldValue, Identifier, RegisterFields } from '../model.ts'
import { claimOf, contested, takenOver } from './claims.ts'
import type { CachedEmployeePayload, Database, MatchVerdict } from './schema.ts'
import { expectManyRows } from './session.ts'

/**
 * The join of cache, links and register, in one statement. Only people for whom something might have to be
 * done come back; the great unchanged rest stays in Postgres.
 */
export type CandidateRow = {
  record_id: string
  employee: CachedEmployeePayload | null
  problem: string | null
  hash: Buffer
  vanished_at: Date | null
  meets: boolean | null
  identifier_value: string | null
  /** Themselves among them; of `sharing_people` the first few. On the first of a person's rows only. */
  shared_with: { recordId: string; employee: CachedEmployeePayload }[] | null
  sharing_people: number | null
  linked_id: string | null
  linked_version: number | null
  linked_fields: RegisterFields | null
  linked_claim: ClaimRow | null
  base: RegisterFields | null
  superseded: boolean
  verdict: MatchVerdict | null
  to_leave: boolean
  chosen: CandidateMatch | null
  field_decisions: Record<string, { verdict: 'hr' | 'register'; hrValue: FieldValue | null }> | null
  matches: CandidateMatch[] | null
}
export type CandidateMatch = {
  stakeholderId: string
  version: number
  fields: RegisterFields
  claimedBy: ClaimRow | null
}
export type ClaimRow = {
  recordId: string
  sameConnection: boolean
  employee: CachedEmployeePayload | null
  sharing: boolean
}

export type CandidateQuery = {
  companyId: string
  connectionId: string
  identifier: Identifier
  /** "Sync if" over `cached_employee as c`; NULL says that nobody can tell. */
  meets: Expression<SqlBool>
  mappingVersion: number
  /** Whether "the register holds every value that HR states" proves that nothing would be written. */
  equalValuesProveUnchanged: boolean
  /** Only this person, also when nothing would have to be done for them. */
  recordId?: string
}

export const KEY_COLUMNS = {
  workEmail: 'work_email_key',
  employeeNumber: 'employee_number_key',
  personalEmail: 'personal_email_key',
} as const satisfies Record<Identifier, string>

/** Keys of the cached payload that are no fields of the register. */
const NOT_MAPPED = ['recordId', 'statusText', 'managerRecordId', 'custom', 'unread']

/**
 * Where HR fills it in with "none@acme.example" thousands have one identifier. Each of them is told of about so many
 * others, the linked first; with all of them the plan would grow with the square of that.
 */
const SHARING_SHOWN = 20

/** Opens a cursor for `fetchCandidates`; rows come in byte order of the record id. */
export async function openCandidates(trx: Transaction<Database>, query: CandidateQuery): Promise<void> {
  const { companyId, connectionId } = query
  const key = (alias: string) => sql.ref(`${alias}.${KEY_COLUMNS[query.identifier]}`)
  const scope = (alias: string) =>
    sql`${sql.ref(`${alias}.company_id`)} = ${companyId} and ${sql.ref(`${alias}.connection_id`)} = ${connectionId}`
  // Joined and sorted are ids and hashes. What is wide is looked up by key, for those who come out, as they are fetched.
  const register = (id: RawBuilder<unknown>) =>
    sql`from stakeholder x where x.company_id = c.company_id and x.stakeholder_id = ${id}`
  // A link that is younger than the answer is the one that came of it.
  const isToLeave = sql`(d.verdict = 'create' and l.created_at < d.decided_at)`
  const unchanged = sql`(
    c.vanished_at is null and ${query.meets} and (m.stakeholder_id is null or d.verdict is not null)
    and (d.verdict is null or d.verdict = 'create' and not ${isToLeave}
      or d.verdict not in ('create', 'ignore') and d.stakeholder_id = l.stakeholder_id)
    and l.stakeholder_id not in (select stakeholder_id from contested) and (
      (l.synced_hash = c.hash and l.synced_version = s.version and l.synced_mapping_version = ${query.mappingVersion})
      ${
        query.equalValuesProveUnchanged
          ? sql`or (select x.fields @> (c.employee - ${NOT_MAPPED}::text[])
              and (c.employee ? 'endDate' or not x.fields ? 'endDate') ${register(sql`l.stakeholder_id`)})`
          : sql``
      }
    )
  )`
  if (query.recordId === undefined) await expectManyRows(trx)
  // The conditions decide who gets a row, not whose identifier it is: everybody in HR can be a duplicate.
  await sql`
    declare candidates no scroll cursor for
    with shared_key as (
      select ${key('c')} as key, array_agg(c.record_id) as record_ids
      from cached_employee c
      where ${scope('c')} and c.vanished_at is null and ${key('c')} is not null
      group by 1 having count(*) > 1
    ), shared as (
      select k.key, count(*) as people,
        (array_agg(r.id order by l.record_id is null, r.id collate "C"))[:${SHARING_SHOWN + 1}] as record_ids
      from shared_key k cross join unnest(k.record_ids) as r (id)
      left join link l on ${scope('l')} and l.record_id = r.id
      group by k.key
    ), taken_over as (${takenOver(companyId)}
    ), contested as (${contested(companyId)}
    ), candidate as (
      select c.company_id, c.connection_id, c.record_id, c.record_id collate "C" as place, c.employee, c.problem, c.hash, c.vanished_at,
        ${query.meets} as meets, ${key('c')} as identifier_value, shared.record_ids as sharing, shared.people as sharing_people,
        s.stakeholder_id as linked_id, s.version as linked_version, l.stakeholder_id as link_to,
        d.verdict, coalesce(${isToLeave}, false) as to_leave, d.stakeholder_id as chosen_id, m.stakeholder_id as match_id,
        row_number() over (partition by c.record_id collate "C") as nth
      from cached_employee c
      left join link l
        on l.company_id = c.company_id and l.connection_id = c.connection_id and l.record_id = c.record_id
      left join stakeholder s on s.company_id = c.company_id and s.stakeholder_id = l.stakeholder_id
      left join stakeholder m
        on m.company_id = c.company_id and ${key('m')} = ${key('c')}
        and m.stakeholder_id is distinct from l.stakeholder_id
      left join shared on shared.key = ${key('c')}
      left join match_decision d
        on d.company_id = c.company_id and d.connection_id = c.connection_id and d.record_id = c.record_id
        and d.revoked_at is null
      where ${scope('c')} and ${
        query.recordId === undefined
          ? sql`case when l.record_id is null then c.vanished_at is null and ${query.meets} is not false
              else ${unchanged} is not true end`
          : sql`c.record_id = ${query.recordId}`
      }
      order by place, nth
    )
    select c.record_id, c.employee, c.problem, c.hash, c.vanished_at, c.meets, c.identifier_value,
      case when c.sharing is not null and c.nth = 1 then (
        select jsonb_agg(jsonb_build_object('recordId', o.record_id, 'employee', o.employee) order by o.record_id collate "C")
        from cached_employee o where ${scope('o')} and o.record_id = any(c.sharing)
      ) end as shared_with, c.sharing_people,
      c.linked_id, c.linked_version,
      case when c.linked_id is not null then (select x.fields ${register(sql`c.linked_id`)}) end as linked_fields,
      case when c.linked_id is not null then (select k.base from link k
        where k.company_id = c.company_id and k.connection_id = c.connection_id and k.record_id = c.record_id
      ) end as base,
      ${claimOf(companyId, sql`c.linked_id`, { silent: false, key })} as linked_claim,
      exists (
        select from taken_over t where t.stakeholder_id = c.link_to
          and (t.connection_id, t.record_id) <> (c.connection_id, c.record_id)
      ) as superseded,
      c.verdict, c.to_leave,
      (select jsonb_build_object('stakeholderId', x.stakeholder_id, 'version', x.version, 'fields', x.fields,
          'claimedBy', ${claimOf(companyId, sql`c.chosen_id`, { silent: false, key })})
        ${register(sql`c.chosen_id`)}) as chosen,
      (select jsonb_object_agg(f.field, jsonb_build_object('verdict', f.verdict, 'hrValue', f.hr_value))
        from field_decision f where f.company_id = c.company_id and f.connection_id = c.connection_id
        and f.record_id = c.record_id and f.revoked_at is null) as field_decisions,
      case when c.match_id is not null then jsonb_build_array(jsonb_build_object(
        'stakeholderId', c.match_id, 'version', (select x.version ${register(sql`c.match_id`)}),
        'fields', (select x.fields ${register(sql`c.match_id`)}),
        'claimedBy', ${claimOf(companyId, sql`c.match_id`, { silent: true, key })}
      )) end as matches
    from candidate c
    order by c.place, c.nth
  `.execute(trx)
}

/** The next rows of the open cursor; a person who matches several stakeholders comes on as many rows. */
export async function fetchCandidates(trx: Transaction<Database>, limit: number): Promise<CandidateRow[]> {
  const { rows } = await sql<CandidateRow>`fetch ${sql.lit(limit)} from candidates`.execute(trx)
  return rows
}

/** How many people the cache holds, and how many of them meet the conditions. */
export async function countPeople(
  trx: Transaction<Database>,
  query: Pick<CandidateQuery, 'companyId' | 'connectionId' | 'meets'>,
): Promise<{ people: number; meeting: number }> {
  const { rows } = await sql<{ people: number; meeting: number }>`
    select count(*) as people, count(*) filter (where ${query.meets}) as meeting
    from cached_employee c
    where c.company_id = ${query.companyId} and c.connection_id = ${query.connectionId} and c.vanished_at is null
  `.execute(trx)
  return rows[0] ?? { people: 0, meeting: 0 }
}
