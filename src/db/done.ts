import { type RawBuilder, sql } from 'kysely'
import { type FieldValues, IDENTIFIERS, type JournalOutcome, type RegisterFields } from '../model.ts'
import type { Db } from './client.ts'
import { identifierKey, keyIn } from './identifier-keys.ts'
import { linkAsJson } from './links.ts'

export type DoneRow = {
  ordinal: number
  outcome: JournalOutcome
  reason: string | null
  record_id: string
  stakeholder_id: string | null
  name: string
  before: FieldValues
  after: FieldValues
  version_left: number | null
  /** Of each field that later steps of the story wrote, whether the last one took it back. */
  taken_fields: Readonly<Record<string, boolean>>
  taken_whole: boolean
  made_link: boolean
  now_version: number | null
  now_fields: RegisterFields | null
  linked_elsewhere: boolean
  /** The record's link as it stands now, as JSON text and as the journal keeps it. */
  link_now: string | null
  /** Whom the record is linked to now, and whom it was when the sync was done. */
  linked_to: string | null
  left_linked_to: string | null
  former_taken: boolean
  /** Of somebody taken out: another one with an identifier of theirs has come to the register since. */
  known_again: boolean
}

/** A later step of the same story: `against` takes back what the sync did, or took it back and was redone. */
export type LaterStep = { syncId: string; against: boolean }

export type DoneSync = {
  companyId: string
  syncId: string
  connectionId: string
  /** In the order in which they were applied. */
  later: readonly LaterStep[]
}

/** These rows, or the next that could be reversed for all that register and story say; all of them when neither. */
export type DoneFilter = {
  ordinals?: readonly number[]
  reversible?: { afterOrdinal: number; limit: number }
}

/** What a sync did, beside register, links and the rest of its story as they stand now. */
export async function listDone(
  db: Db,
  sync: DoneSync,
  { ordinals, reversible }: DoneFilter = {},
): Promise<DoneRow[]> {
  const former = sql`(j.link_before ->> 'stakeholder_id')::uuid`
  const otherLinkOf = (stakeholder: RawBuilder<unknown>) => sql`
    select from link o where o.company_id = j.company_id and o.stakeholder_id = ${stakeholder}
      and (o.connection_id <> ${sync.connectionId} or o.record_id <> j.record_id)`
  const { rows } = await sql<DoneRow>`
    with came as (${cameSince(sync)})
    select j.ordinal, j.outcome, j.reason, j.record_id, j.stakeholder_id, j.name, j.before, j.after,
      ${VERSION_LEFT} as version_left, coalesce(t.taken, '{}') as taken_fields,
      coalesce(t.taken_whole, false) as taken_whole, j.made_link,
      s.version as now_version, s.fields as now_fields,
      exists (${otherLinkOf(sql`j.stakeholder_id`)}) as linked_elsewhere,
      case when l.record_id is not null then ${linkAsJson('l')}::text end as link_now,
      l.stakeholder_id as linked_to,
      case when y.undoes is null then j.stakeholder_id
        else ((case when j.made_link then u.link_before else j.link_before end) ->> 'stakeholder_id')::uuid
        end as left_linked_to,
      j.link_before is not null and (
        not exists (select from stakeholder f where f.company_id = j.company_id and f.stakeholder_id = ${former})
        or exists (${otherLinkOf(former)} and o.created_at > y.applied_at)
      ) as former_taken,
      j.outcome = 'removed' and (${isKnownAgain}) as known_again
    from journal j
    join sync y on y.company_id = j.company_id and y.sync_id = j.sync_id
    left join ${storySince(sync, ordinals)} t on t.ordinal = j.ordinal
    left join journal u on u.company_id = j.company_id and u.sync_id = y.undoes and u.ordinal = j.ordinal
    left join stakeholder s on s.company_id = j.company_id and s.stakeholder_id = j.stakeholder_id
    left join link l on l.company_id = j.company_id and l.connection_id = ${sync.connectionId}
      and l.record_id = j.record_id
    where j.company_id = ${sync.companyId} and j.sync_id = ${sync.syncId}
      ${among('j', ordinals)}
      ${reversible === undefined ? sql`` : sql`and j.ordinal > ${reversible.afterOrdinal} and ${couldBeReversed}`}
    order by j.ordinal
    ${reversible === undefined ? sql`` : sql`limit ${reversible.limit}`}
  `.execute(db)
  return rows
}

/**
 * Stakeholders who came to the register after the sync. Not those whom this very story has put in or taken out: they were
 * beside each other before. Looked up by hash, as it has no index by identifier.
 */
function cameSince({ companyId, syncId }: DoneSync): RawBuilder<unknown> {
  const its = (column: string) =>
    sql`(select ${sql.ref(column)} from sync where company_id = ${companyId} and sync_id = ${syncId})`
  return sql`
    select work_email_key, employee_number_key, personal_email_key from stakeholder
    where company_id = ${companyId} and created_at > ${its('applied_at')} and stakeholder_id not in (
      select o.stakeholder_id from journal o join sync w on w.company_id = o.company_id and w.sync_id = o.sync_id
      where w.company_id = ${companyId} and w.plan_id = ${its('plan_id')} and o.stakeholder_id is not null
    )`
}

const isKnownAgain = sql.join(
  IDENTIFIERS.map((it) => {
    const key = identifierKey(it, 'came')
    return sql`coalesce(${keyIn(it, 'j.before')} in (select ${key} from came where ${key} is not null), false)`
  }),
  sql` or `,
)

const among = (alias: string, ordinals: readonly number[] | undefined) =>
  ordinals === undefined ? sql`` : sql`and ${sql.ref(`${alias}.ordinal`)} = any(${[...ordinals]}::int[])`

/**
 * By row, what later steps of the story did to it, where the latest word counts: of two values for one key
 * `jsonb_object_agg` keeps the last.
 */
function storySince({ companyId, later }: DoneSync, ordinals?: readonly number[]): RawBuilder<unknown> {
  const [ids, against] = [later.map(({ syncId }) => syncId), later.map((step) => step.against)]
  return sql`(
    select ordinal,
      jsonb_object_agg(key, against order by number) filter (where key is not null) as taken,
      (array_agg(against order by number desc) filter (where is_whole))[1] as taken_whole,
      max(restored_at) as restored_at,
      count(distinct number) filter (where key is not null and number > coalesce(restored_at, 0)) as writes
    from (
      select k.ordinal, z.against, z.number, w.key,
        k.outcome <> 'reversed' or k.after = '{}' as is_whole,
        max(z.number) filter (where k.outcome = 'restored') over (partition by k.ordinal) as restored_at
      from unnest(${ids}::uuid[], ${against}::bool[]) with ordinality as z (sync_id, against, number)
      join journal k on k.sync_id = z.sync_id
      left join lateral jsonb_object_keys(k.after) as w (key) on k.outcome = 'reversed'
      where k.company_id = ${companyId} and k.outcome in ('reversed', 'removed', 'restored') ${among('k', ordinals)}
    ) step
    group by ordinal
  )`
}

/** Each write of the story counts one up, and somebody put back started anew at 1. */
const VERSION_LEFT = sql`(case when t.restored_at is null then j.version_after else 1 end + coalesce(t.writes, 0))::int`

/**
 * What `reverse` in the core cannot do without, so that of a large sync which was overwritten long ago no row has to be
 * judged there: the person is there or gone, and of a changed field the value is still the one that was written.
 */
const couldBeReversed = sql`case
  when j.outcome in ('created', 'restored') then t.taken_whole is not true
    and (s.version = ${VERSION_LEFT} or s.fields <@ j.after)
  when j.outcome = 'removed' then t.taken_whole is not true and s.version is null
  when j.outcome in ('updated', 'reversed', 'linked') then s.version is not null and (
    j.after = '{}' and j.made_link and t.taken_whole is not true or exists (
      select from jsonb_each(j.after) w
      where (t.taken -> w.key) is distinct from 'true' and coalesce(s.fields -> w.key, 'null') = w.value
    ))
  else false end`
