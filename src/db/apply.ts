import { type RawBuilder, sql, type Transaction } from 'kysely'
import { IDENTIFIERS, type Identifier, type JournalOutcome } from '../model.ts'
import { alikeParts } from './alike.ts'
import { unclaimed } from './claims.ts'
import { identifierKey, keyIn } from './identifier-keys.ts'
import { linkAsJson } from './links.ts'
import type { Database } from './schema.ts'
import { expectManyRows } from './session.ts'

export type ApplyRequest = {
  companyId: string
  connectionId: string
  planId: string
  syncId: string
  identifier: Identifier
  mappingVersion: number
  /** `null`: all of the plan. */
  ordinals: readonly number[] | null
  now: Date
}

const LINK_MOVED = 'the HR record is not linked as it was when the plan was made'
const MAYBE_KNOWN = 'may be in the register by now, where somebody has the same'

/**
 * Writes the plan's rows to register, links and journal in one statement, set by set. Every register row is
 * compared with the plan's `before` as it is locked; one that somebody edited since is skipped and says so, and so is
 * one whose HR record is linked to somebody else, or to nobody, by then, and somebody new who may be a stakeholder that
 * belongs to nobody now, as a plan would find. For a first match nothing may have been edited: `before` leaves out the
 * identifier, by which the two were matched.
 */
export async function applyChanges(
  trx: Transaction<Database>,
  request: ApplyRequest,
): Promise<{ outcome: JournalOutcome; count: number }[]> {
  const { connectionId, syncId, identifier, mappingVersion, now } = request
  const chosen = chosenOf(request)
  // The statement does not see its own writes, so looked up by key the link is the one of before.
  const asItWas = sql`(select ${linkAsJson('o')} from link o where o.company_id = l.company_id
    and o.connection_id = l.connection_id and o.record_id = l.record_id)`
  const linkNow = sql`link k on k.company_id = ch.company_id and k.connection_id = ${connectionId}
    and k.record_id = ch.record_id`
  const asLinked = sql`k.stakeholder_id is not distinct from ch.linked_to`
  const isMade = sql`(ch.kind = 'create' or ch.base is not null)`
  // Otherwise the row holds an edit that no plan has judged, so the next one looks at the person again.
  const asPlanned = sql`done.version <= coalesce(ch.stakeholder_version, 0) + 1`
  await expectManyRows(trx)
  const known = await listMaybeKnown(trx, request)
  const reasons = JSON.stringify(
    Object.fromEntries(known.map(({ common, ordinal }) => [ordinal, `${MAYBE_KNOWN} ${common}`])),
  )
  const { rows } = await sql<{ outcome: JournalOutcome; count: number }>`
    with updated as (
      update stakeholder s
      set fields = jsonb_strip_nulls(s.fields || ch.after), version = s.version + 1, updated_at = ${now}
      from plan_change ch left join ${linkNow}
      where ${chosen} and ch.kind in ('update', 'left', 'returned') and ${asLinked}
        and s.company_id = ch.company_id and s.stakeholder_id = ch.stakeholder_id
        and (s.version = ch.stakeholder_version or ch.base is null and (
          select bool_and(coalesce(s.fields -> b.key, 'null') = b.value) from jsonb_each(ch.before) b
        ))
      returning ch.ordinal, s.version, 'updated' as outcome
    ), created as (
      insert into stakeholder (company_id, stakeholder_id, fields, created_at, updated_at)
      select ch.company_id, ch.stakeholder_id, ch.after, ${now}, ${now}
      from plan_change ch left join ${linkNow}
      where ${chosen} and ch.kind = 'create' and ${asLinked}
        and ch.ordinal <> all(${known.map(({ ordinal }) => ordinal)}::int[]) and not exists (
        select from stakeholder x where x.company_id = ch.company_id and ${sameIdentifier(identifier)}
          and ch.reason is distinct from 'separate'
      )
      returning stakeholder_id
    ), first_matched as (
      select ch.ordinal, s.version, 'linked' as outcome
      from plan_change ch join stakeholder s on s.company_id = ch.company_id and s.stakeholder_id = ch.stakeholder_id
        left join ${linkNow}
      where ${chosen} and ch.kind = 'link' and ${asLinked} and s.version = ch.stakeholder_version
    ), done as (
      select ordinal, version, outcome from updated
      union all
      select ch.ordinal, 1, 'created'
      from plan_change ch join created on created.stakeholder_id = ch.stakeholder_id where ${chosen}
      union all
      select ordinal, version, outcome from first_matched
    ), relinked as (
      update link l
      set stakeholder_id = ch.stakeholder_id, base = coalesce(ch.base, case when ${isMade} then ch.after else jsonb_strip_nulls(l.base || ch.after) end),
        synced_hash = case when ${asPlanned} then ch.cached_hash end, synced_version = done.version,
        synced_mapping_version = ${mappingVersion}, sync_id = ${syncId}, created_at = case when ${isMade} then ${now} else l.created_at end
      from plan_change ch join done on done.ordinal = ch.ordinal
      where ${chosen} and l.company_id = ch.company_id and l.connection_id = ${connectionId}
        and l.record_id = ch.record_id
      returning ch.ordinal, ${asItWas} as link_before
    ), newly_linked as (
      insert into link (company_id, connection_id, record_id, stakeholder_id, base, synced_hash, synced_version,
        synced_mapping_version, sync_id, created_at)
      select ch.company_id, ${connectionId}, ch.record_id, ch.stakeholder_id, coalesce(ch.base, ch.after),
        ch.cached_hash, done.version, ${mappingVersion}, ${syncId}, ${now}
      from plan_change ch join done on done.ordinal = ch.ordinal
      where ${chosen} and ${isMade}
        and not exists (select from relinked where relinked.ordinal = ch.ordinal)
    ), written as (
      insert into journal (company_id, sync_id, ordinal, outcome, reason, record_id, stakeholder_id, name,
        before, after, version_before, version_after, made_link, link_before)
      select ch.company_id, ${syncId}, ch.ordinal, coalesce(done.outcome, 'skipped'),
        case when done.ordinal is not null then null when not (${asLinked}) then ${LINK_MOVED}
          else coalesce(${reasons}::jsonb ->> ch.ordinal::text, 'edited since') end,
        ch.record_id, ch.stakeholder_id, ch.name, ch.before, ch.after, ch.stakeholder_version, done.version,
        done.ordinal is not null and ${isMade},
        relinked.link_before
      from plan_change ch left join done on done.ordinal = ch.ordinal
        left join relinked on relinked.ordinal = ch.ordinal left join ${linkNow}
      where ${chosen} and ch.kind in ('create', 'update', 'left', 'returned', 'link')
      returning outcome
    )
    select outcome, count(*) as count from written group by outcome
  `.execute(trx)
  return rows
}

const chosenOf = ({ companyId, ordinals, planId }: ApplyRequest) => sql`
  ch.company_id = ${companyId} and ch.plan_id = ${planId}
  ${ordinals === null ? sql`` : sql`and ch.ordinal = any(${[...ordinals]}::int[])`}`

/**
 * Whom the plan creates and a plan of now would not, and in what they agree with a stakeholder of nobody. Before the
 * first row is written: of pages that were just written to an index alone does not tell who is there.
 */
async function listMaybeKnown(
  trx: Transaction<Database>,
  request: ApplyRequest,
): Promise<{ ordinal: number; common: string }[]> {
  const { companyId, connectionId } = request
  const isNew = sql`(ch.kind = 'create' and ch.reason is distinct from 'separate')`
  const alike = alikeParts(companyId, IDENTIFIERS, isNew)
  const { rows } = await sql<{ ordinal: number; common: string }>`
    with unclaimed as (${unclaimed(companyId)}
    ), ${alike.tables}
    select ch.ordinal, ${alike.common} as common
    from plan_change ch join cached_employee c on c.company_id = ch.company_id and c.connection_id = ${connectionId}
      and c.record_id = ch.record_id ${alike.joins}
    where ${alike.isAnybody} and ${chosenOf(request)} and ${alike.common} is not null
  `.execute(trx)
  return rows
}

/** The stakeholder `x` already has the identifier that the new one would get. */
const sameIdentifier = (identifier: Identifier): RawBuilder<unknown> =>
  sql`${identifierKey(identifier, 'x')} = ${keyIn(identifier, 'ch.after')}`
