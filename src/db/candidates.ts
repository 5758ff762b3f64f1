import { type Expression, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely'
import { type FieldValue, IDENTIFIERS, type Identifier, type RegisterFields } from '../model.ts'
import { type AlikeRow, alikeParts } from './alike.ts'
import { claimOf, contested, formerBase, takenOver, unclaimed } from './claims.ts'
import { identifierKey } from './identifier-keys.ts'
import type { CachedEmployeePayload, Database, MatchVerdict } from './schema.ts'
import { expectManyRows } from './session.ts'
import { beyondTold } from './shared-identifiers.ts'

/**
 * The join of cache, links and register, in one statement. Only people for whom something might have to be
 * done come back; the great unchanged rest stays in Postgres.
 */
export type CandidateRow = {
  record_id: string
  employee: CachedEmployeePayload | null
  problem: string | null
  /** In hexadecimal. */
  hash: string
  vanished_at: Date | null
  meets: boolean | null
  identifier_value: string | null
  linked_id: string | null
  linked_version: number | null
  linked_fields: RegisterFields | null
  linked_claim: ClaimRow | null
  base: RegisterFields | null
  superseded: boolean
  verdict: MatchVerdict | null
  /** Decided when the record was matched by what it is now. */
  decided_now: boolean
  to_leave: boolean
  chosen: CandidateMatch | null
  field_decisions: Record<
    string,
    Record<'hrValue' | 'base' | 'registerValue', FieldValue | null> & { verdict: 'hr' | 'register' }
  > | null
  matches: CandidateMatch[] | null
  /** Only of somebody who is not linked and matches nobody. */
  alike: AlikeRow[] | null
}
export type CandidateMatch = {
  stakeholderId: string
  version: number
  fields: RegisterFields
  claimedBy: ClaimRow | null
  /** Of the last link, under another record. */
  formerBase: RegisterFields | null
}
export type ClaimRow = {
  recordId: string
  sameConnection: boolean
  provider: string
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
  /** Without any that is mapped nobody looks at them, and they are a third of what there is to read. */
  withCustomFields: boolean
  /** Identifiers of which only some stakeholders are told. */
  crowded: readonly string[]
  /** Only this person, also when nothing would have to be done for them. */
  recordId?: string
}

/** Keys of the cached payload that are no fields of the register. */
const NOT_MAPPED = ['recordId', 'statusText', 'managerRecordId', 'custom', 'unread']

/** Opens a cursor for `fetchCandidates`; rows come in byte order of the record id. */
export async function openCandidates(trx: Transaction<Database>, query: CandidateQuery): Promise<void> {
  const { companyId, connectionId, crowded, recordId } = query
  const key = (alias: string) => identifierKey(query.identifier, alias)
  const scope = (alias: string) =>
    sql`${sql.ref(`${alias}.company_id`)} = ${companyId} and ${sql.ref(`${alias}.connection_id`)} = ${connectionId}`
  // What is wide in link and register is not joined and sorted, but looked up by key for those who are fetched.
  const register = (id: RawBuilder<unknown>) =>
    sql`from stakeholder x where x.company_id = c.company_id and x.stakeholder_id = ${id}`
  // Nearly everybody's own stakeholder is found by the identifier too: a join of its own would only slow that down.
  const linkedVersion = sql`case when m.stakeholder_id = l.stakeholder_id then m.version
    when l.stakeholder_id is not null then (select x.version ${register(sql`l.stakeholder_id`)}) end`
  const match = sql`nullif(m.stakeholder_id, l.stakeholder_id)`
  // Mostly nobody is beyond: what no other part of a statement names costs nothing.
  const isTold =
    crowded.length === 0 ? sql`` : sql`and m.stakeholder_id not in (select stakeholder_id from beyond)`
  const decidedNow = sql`(d.identifier = ${query.identifier} and d.identifier_value is not distinct from ${key('c')})`
  // A link that is younger than the answer is the one that came of it.
  const isToLeave = sql`(d.verdict = 'create' and l.created_at < d.decided_at)`
  const unchanged = sql`(
    c.vanished_at is null and ${query.meets} and (${match} is null or ${decidedNow})
    and (d.verdict is null or d.verdict = 'create' and not ${isToLeave}
      or d.verdict not in ('create', 'ignore') and d.stakeholder_id = l.stakeholder_id)
    and l.stakeholder_id not in (select stakeholder_id from contested) and (
      (l.synced_hash = c.hash and l.synced_version = ${linkedVersion}
        and l.synced_mapping_version = ${query.mappingVersion})
      ${
        query.equalValuesProveUnchanged
          ? sql`or (select x.fields @> (c.employee - ${NOT_MAPPED}::text[])
              and (c.employee ? 'endDate' or not x.fields ? 'endDate') ${register(sql`l.stakeholder_id`)})`
          : sql``
      }
    )
  )`
  const others = IDENTIFIERS.filter((it) => it !== query.identifier)
  const alike = alikeParts(companyId, others, sql`l.record_id is null and m.stakeholder_id is null`)
  if (recordId === undefined) await expectManyRows(trx)
  // The conditions decide who gets a row, not whose identifier it is: everybody in HR can be a duplicate.
  await sql`
    declare candidates no scroll cursor for
    with taken_over as (${takenOver(companyId)}
    ), contested as (${contested(companyId)}
    ), beyond as (${beyondTold(query, query.identifier, crowded)}
    ), unclaimed as (${unclaimed(companyId)}
    ), ${alike.tables}, field_decided as (
      select f.record_id, jsonb_object_agg(f.field,
        jsonb_build_object('verdict', f.verdict, 'hrValue', f.hr_value, 'base', f.base,
          'registerValue', f.register_value)) as decisions
      from field_decision f where ${scope('f')} and f.revoked_at is null and f.base is not null
        and (f.verdict = 'register' or f.register_value is not null)
      group by f.record_id
    ), candidate as (
      select c.company_id, c.connection_id, c.record_id, c.record_id collate "C" as place,
        ${query.withCustomFields ? sql`c.employee` : sql`c.employee - 'custom' as employee`}, c.problem, c.hash,
        c.vanished_at, ${query.meets} as meets, ${key('c')} as identifier_value,
        l.stakeholder_id as link_to, ${linkedVersion} as linked_version,
        coalesce((t.connection_id, t.record_id) <> (c.connection_id, c.record_id), false) as superseded,
        d.verdict, coalesce(${decidedNow}, false) as decided_now, coalesce(${isToLeave}, false) as to_leave, d.stakeholder_id as chosen_id, ${match} as match_id,
        f.decisions as field_decisions, ${alike.columns}
      from cached_employee c
      left join link l
        on l.company_id = c.company_id and l.connection_id = c.connection_id and l.record_id = c.record_id
      left join stakeholder m on m.company_id = c.company_id and ${key('m')} = ${key('c')} ${isTold}
      left join match_decision d
        on d.company_id = c.company_id and d.connection_id = c.connection_id and d.record_id = c.record_id
        and d.revoked_at is null
      left join taken_over t on t.stakeholder_id = l.stakeholder_id
      left join field_decided f on f.record_id = c.record_id
      ${alike.joins}
      where ${scope('c')} and ${
        recordId === undefined
          ? sql`case when l.record_id is null then c.vanished_at is null
                and (${query.meets} is not false or c.status = 'left' and m.stakeholder_id is not null)
              else ${unchanged} is not true end`
          : sql`c.record_id = ${recordId}`
      }
      order by place
    )
    select c.record_id, c.employee, c.problem, encode(c.hash, 'hex') as hash, c.vanished_at, c.meets, c.identifier_value,
      c.linked_id, c.linked_version,
      case when c.linked_id is not null then (select x.fields ${register(sql`c.linked_id`)}) end as linked_fields,
      case when c.linked_id is not null then (select k.base from link k
        where k.company_id = c.company_id and k.connection_id = c.connection_id and k.record_id = c.record_id
      ) end as base,
      ${claimOf(companyId, sql`c.linked_id`, { silent: false, key })} as linked_claim,
      c.superseded, c.verdict, c.decided_now, c.to_leave,
      case when c.chosen_id is not null then (
        select jsonb_build_object('stakeholderId', x.stakeholder_id, 'version', x.version, 'fields', x.fields,
          'claimedBy', ${claimOf(companyId, sql`c.chosen_id`, { silent: false, key })},
          'formerBase', ${formerBase(companyId, sql`c.chosen_id`)})
        ${register(sql`c.chosen_id`)}
      ) end as chosen,
      c.field_decisions,
      case when c.match_id is not null then jsonb_build_array(jsonb_build_object(
        'stakeholderId', c.match_id, 'version', (select x.version ${register(sql`c.match_id`)}),
        'fields', (select x.fields ${register(sql`c.match_id`)}),
        'claimedBy', ${claimOf(companyId, sql`c.match_id`, { silent: true, key })},
        'formerBase', ${formerBase(companyId, sql`c.match_id`)}
      )) end as matches,
      ${alike.rows} as alike
    from (select *, case when linked_version is not null then link_to end as linked_id from candidate) c
    order by c.place
  `.execute(trx)
}

/** The next rows of the open cursor; a person who matches several stakeholders comes on as many rows. */
export async function fetchCandidates(
  trx: Transaction<Database>,
  limit: number | 'all',
): Promise<CandidateRow[]> {
  const many = limit === 'all' ? sql`all` : sql.lit(limit)
  const { rows } = await sql<CandidateRow>`fetch ${many} from candidates`.execute(trx)
  return rows
}
