import { sql, type Transaction } from 'kysely'
import type { FieldValues, JournalOutcome, RegisterFields } from '../model.ts'
import type { Db } from './client.ts'
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
}

/** What a sync did, beside the register as it stands now. */
export async function listDone(
  db: Db,
  sync: { companyId: string; syncId: string; connectionId: string },
  choice: { ordinals?: readonly number[] } = {},
): Promise<DoneRow[]> {
  const { rows } = await sql<DoneRow>`
    select j.ordinal, j.outcome, j.reason, j.record_id, j.stakeholder_id, j.name, j.before, j.after,
      j.version_after, j.made_link, s.version as now_version, s.fields as now_fields,
      exists (
        select from link l where l.company_id = j.company_id and l.stakeholder_id = j.stakeholder_id
          and (l.connection_id <> ${sync.connectionId} or l.record_id <> j.record_id)
      ) as linked_elsewhere
    from journal j
    left join stakeholder s on s.company_id = j.company_id and s.stakeholder_id = j.stakeholder_id
    where j.company_id = ${sync.companyId} and j.sync_id = ${sync.syncId}
      ${choice.ordinals === undefined ? sql`` : sql`and j.ordinal = any(${[...choice.ordinals]}::int[])`}
    order by j.ordinal
  `.execute(db)
  return rows
}

/**
 * Carries out what the undo's own journal rows say, set by set. The base of each link goes back with the
 * values, so that the next plan proposes the change again instead of taking the undo for somebody's edit.
 */
export async function applyReversals(
  trx: Transaction<Database>,
  undo: { companyId: string; connectionId: string; syncId: string; undoes: string; now: Date },
): Promise<void> {
  const { companyId, connectionId, syncId, undoes, now } = undo
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
  const theirLink = sql`
    l.company_id = j.company_id and l.connection_id = ${connectionId} and l.record_id = j.record_id
    and l.stakeholder_id = j.stakeholder_id`
  await sql`
    delete from link l using journal j, journal done
    where ${mine} and ${theirLink} and j.outcome in ('reversed', 'removed')
      and done.company_id = j.company_id and done.sync_id = ${undoes} and done.ordinal = j.ordinal
      and done.made_link and not exists (
        select from jsonb_object_keys(done.after) as key where not j.after ? key and j.outcome = 'reversed'
      )
  `.execute(trx)
  await sql`
    update link l set base = jsonb_strip_nulls(l.base || j.after), synced_hash = null, synced_version = null
    from journal j where ${mine} and ${theirLink} and j.outcome = 'reversed'
  `.execute(trx)
  await sql`
    insert into link (company_id, connection_id, record_id, stakeholder_id, base, created_at, sync_id)
    select j.company_id, ${connectionId}, j.record_id, j.stakeholder_id, j.after, ${now}, ${syncId}
    from journal j where ${mine} and j.outcome = 'restored'
    on conflict do nothing
  `.execute(trx)
}
