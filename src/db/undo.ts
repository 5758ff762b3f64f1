import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { FieldValues, JournalOutcome, RegisterFields } from '../model.ts'
import type { Db } from './client.ts'
import { LINK_COLUMNS, linkAsJson } from './links.ts'
import type { Database } from './schema.ts'

export type DoneRow = {
  ordinal: number
  outcome: JournalOutcome
  reason: string | null
  record_id: string
  stakeholder_id: string | null
  name: string
  before: FieldValues
  after: FieldValues
  version_after: number | null
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
}

/** What a sync did, beside register and links as they stand now. */
export async function listDone(
  db: Db,
  sync: { companyId: string; syncId: string; connectionId: string },
  choice: { ordinals?: readonly number[] } = {},
): Promise<DoneRow[]> {
  const former = sql`(j.link_before ->> 'stakeholder_id')::uuid`
  const otherLinkOf = (stakeholder: RawBuilder<unknown>) => sql`
    select from link o where o.company_id = j.company_id and o.stakeholder_id = ${stakeholder}
      and (o.connection_id <> ${sync.connectionId} or o.record_id <> j.record_id)`
  const { rows } = await sql<DoneRow>`
    select j.ordinal, j.outcome, j.reason, j.record_id, j.stakeholder_id, j.name, j.before, j.after,
      j.version_after, j.made_link, s.version as now_version, s.fields as now_fields,
      exists (${otherLinkOf(sql`j.stakeholder_id`)}) as linked_elsewhere,
      case when l.record_id is not null then ${linkAsJson('l')}::text end as link_now,
      l.stakeholder_id as linked_to,
      case when y.undoes is null then j.stakeholder_id
        else (u.link_before ->> 'stakeholder_id')::uuid end as left_linked_to,
      j.link_before is not null and (
        not exists (select from stakeholder f where f.company_id = j.company_id and f.stakeholder_id = ${former})
        or exists (${otherLinkOf(former)} and o.created_at > y.applied_at)
      ) as former_taken
    from journal j
    join sync y on y.company_id = j.company_id and y.sync_id = j.sync_id
    left join journal u on u.company_id = j.company_id and u.sync_id = y.undoes and u.ordinal = j.ordinal
    left join stakeholder s on s.company_id = j.company_id and s.stakeholder_id = j.stakeholder_id
    left join link l on l.company_id = j.company_id and l.connection_id = ${sync.connectionId}
      and l.record_id = j.record_id
    where j.company_id = ${sync.companyId} and j.sync_id = ${sync.syncId}
      ${choice.ordinals === undefined ? sql`` : sql`and j.ordinal = any(${[...choice.ordinals]}::int[])`}
    order by j.ordinal
  `.execute(db)
  return rows
}

type Undo = { companyId: string; connectionId: string; syncId: string; undoes: string; now: Date }

/** Carries out what the undo's own journal rows say, set by set. */
export async function applyReversals(trx: Transaction<Database>, undo: Undo): Promise<void> {
  const { companyId, syncId, now } = undo
  const mine = sql`j.company_id = ${companyId} and j.sync_id = ${syncId}`
  await sql`
    update stakeholder s
    set fields = jsonb_strip_nulls(s.fields || j.after), version = s.version + 1, updated_at = ${now}
    from journal j
    where ${mine} and j.outcome = 'reversed' and j.after <> '{}'
      and s.company_id = j.company_id and s.stakeholder_id = j.stakeholder_id
  `.execute(trx)
  await sql`
    delete from stakeholder s using journal j
    where ${mine} and j.outcome = 'removed' and s.company_id = j.company_id and s.stakeholder_id = j.stakeholder_id
  `.execute(trx)
  await sql`
    insert into stakeholder (company_id, stakeholder_id, fields, created_at, updated_at)
    select j.company_id, j.stakeholder_id, j.after, ${now}, ${now} from journal j
    where ${mine} and j.outcome = 'restored'
  `.execute(trx)
  await restoreLinks(trx, undo)
}

/**
 * A link that the sync made, moved or took away is as it was before; of any other one the bases of the reversed
 * fields are, so that the next plan proposes or asks what it did, and does not take the undo for somebody's edit.
 */
async function restoreLinks(trx: Transaction<Database>, undo: Undo): Promise<void> {
  const { companyId, connectionId, syncId, undoes, now } = undo
  const [mine, undone] = [
    sql`j.company_id = ${companyId} and j.sync_id = ${syncId}`,
    sql`done.company_id = j.company_id and done.sync_id = ${undoes} and done.ordinal = j.ordinal`,
  ]
  const ofRecord = sql`
    l.company_id = j.company_id and l.connection_id = ${connectionId} and l.record_id = j.record_id`
  const columns = (alias: string) => sql.join(LINK_COLUMNS.map((name) => sql.ref(`${alias}.${name}`)))
  await sql`
    delete from link l using journal j, journal done
    where ${mine} and ${undone} and ${ofRecord} and (
      (j.made_link and done.link_before is null) or (j.outcome = 'removed' and l.stakeholder_id = j.stakeholder_id)
    )
  `.execute(trx)
  await sql`
    insert into link (company_id, connection_id, record_id, ${sql.join(LINK_COLUMNS.map((name) => sql.ref(name)))})
    select j.company_id, ${connectionId}, j.record_id, ${columns('was')}
    from journal j join journal done on ${undone}
    cross join jsonb_populate_record(null::link, done.link_before) was
    where ${mine} and j.made_link and done.link_before is not null
    on conflict (company_id, connection_id, record_id) do update
    set ${sql.join(LINK_COLUMNS.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`))}
  `.execute(trx)
  // Of somebody who was taken out before links were kept, only whom they were linked to is known.
  await sql`
    insert into link (company_id, connection_id, record_id, stakeholder_id, base, created_at, sync_id)
    select j.company_id, ${connectionId}, j.record_id, j.stakeholder_id, j.after, ${now}, ${syncId}
    from journal j join journal done on ${undone}
    where ${mine} and j.outcome = 'restored' and done.link_before is null
    on conflict do nothing
  `.execute(trx)
  const untouched = sql`(done.link_before is not null and not done.made_link and done.version_after = j.version_before
    and not exists (select from jsonb_object_keys(done.after) as key where not j.after ? key))`
  await sql`
    update link l
    set base = jsonb_strip_nulls(l.base || case when done.link_before is null or done.made_link then j.after else (
        select coalesce(jsonb_object_agg(key, was.base -> key), '{}') from jsonb_object_keys(j.after) as key
      ) end),
      synced_hash = case when ${untouched} then was.synced_hash end,
      synced_version = case when ${untouched} then was.synced_version end,
      synced_mapping_version = case when ${untouched} then was.synced_mapping_version end,
      sync_id = case when ${untouched} then was.sync_id else l.sync_id end
    from journal j join journal done on ${undone}
    cross join jsonb_populate_record(null::link, done.link_before) was
    where ${mine} and ${ofRecord} and l.stakeholder_id = j.stakeholder_id and j.outcome = 'reversed' and not j.made_link
  `.execute(trx)
}
