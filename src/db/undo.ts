import { sql, type Transaction } from 'kysely'
import { LINK_COLUMNS } from './links.ts'
import type { Database } from './schema.ts'

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
