import { type RawBuilder, sql } from 'kysely'
import type { Db } from './client.ts'

/** A link or an answer of a removed connection claims nobody: another HR system may have taken its place. */
const isConnected = (alias: string) => sql`exists (
    select from connection n where n.company_id = ${sql.ref(`${alias}.company_id`)}
      and n.connection_id = ${sql.ref(`${alias}.connection_id`)} and n.status <> 'removed'
  )`

/** Of a removed connection nobody is. */
const isInHr = (alias: string) => sql`exists (
    select from cached_employee e where e.company_id = ${sql.ref(`${alias}.company_id`)}
      and e.connection_id = ${sql.ref(`${alias}.connection_id`)} and e.record_id = ${sql.ref(`${alias}.record_id`)}
      and e.vanished_at is null
  )`

/**
 * Which record a stakeholder goes on under: of several new contracts the one that was decided last. Leaving one out
 * says whose it was. A record that HR no longer shows takes nobody over before it was matched.
 */
export const takenOver = (companyId: string): RawBuilder<unknown> => sql`
  select distinct on (stakeholder_id) stakeholder_id, connection_id, record_id from match_decision d
  where d.company_id = ${companyId} and d.verdict in ('new_contract', 'ignore') and d.revoked_at is null
    and d.stakeholder_id is not null and ${isConnected('d')} and (${isInHr('d')} or exists (
      select from link k where k.company_id = d.company_id and k.connection_id = d.connection_id
        and k.record_id = d.record_id and k.stakeholder_id = d.stakeholder_id
    ))
  order by stakeholder_id, decided_at desc, decision_id`

/** Stakeholders of whom more than one record may say that they are theirs; everybody else is passed over at once. */
export const contested = (companyId: string): RawBuilder<unknown> => sql`
  select stakeholder_id from link k
  where k.company_id = ${companyId} and k.stakeholder_id in (
    select stakeholder_id from link where company_id = ${companyId} group by 1 having count(*) > 1
  ) and ${isConnected('k')}
  group by 1 having count(*) > 1
  union all
  select d.stakeholder_id from match_decision d
  where d.company_id = ${companyId} and d.verdict in ('link', 'new_contract') and d.revoked_at is null
    and d.stakeholder_id is not null and not exists (
      select from link k where k.company_id = d.company_id and k.connection_id = d.connection_id
        and k.record_id = d.record_id and k.stakeholder_id = d.stakeholder_id
    )`

/**
 * The records that a stakeholder belongs to, by a link or by an answer still to be carried out; where one took
 * over under a new contract, only that one. Stands below `taken_over`.
 * @param silent whether records count that nothing is written for: left out, or about to become somebody new
 */
function claims(companyId: string, stakeholder: RawBuilder<unknown>, silent: boolean): RawBuilder<unknown> {
  const free = sql`not exists (select from taken_over t where t.stakeholder_id = ${stakeholder})`
  // A link that is younger than "somebody new" is the one that came of it.
  const speaks = sql`not exists (
      select from match_decision i where i.company_id = k.company_id and i.connection_id = k.connection_id
        and i.record_id = k.record_id and i.revoked_at is null
        and (i.verdict = 'ignore' or i.verdict = 'create' and k.created_at < i.decided_at)
    )`
  return sql`
    select t.connection_id, t.record_id from taken_over t where t.stakeholder_id = ${stakeholder}
    union all
    select k.connection_id, k.record_id from link k
    where k.company_id = ${companyId} and k.stakeholder_id = ${stakeholder} and ${free}
      and ${isConnected('k')} ${silent ? sql`` : sql`and ${speaks}`}
    union all
    select a.connection_id, a.record_id from match_decision a
    where a.company_id = ${companyId} and a.stakeholder_id = ${stakeholder} and a.verdict = 'link'
      and a.revoked_at is null and ${free} and ${isInHr('a')}`
}

/**
 * Of a stakeholder beside `cached_employee as c`: another record that they belong to, the same connection's first.
 * `sharing`: HR shows it, with the same identifier. Stands below `contested`: who is not in there has one link at the
 * most, and no answer waits.
 */
export function claimOf(
  companyId: string,
  stakeholder: RawBuilder<unknown>,
  { silent, key }: { silent: boolean; key: (alias: string) => RawBuilder<unknown> },
): RawBuilder<unknown> {
  const firstOf = (those: RawBuilder<unknown>) => sql`(
    select jsonb_build_object('recordId', k.record_id, 'sameConnection', k.connection_id = c.connection_id,
      'provider', (select o.provider from connection o where o.company_id = ${companyId} and o.connection_id = k.connection_id),
      'employee', (select o.employee from cached_employee o where o.company_id = ${companyId}
        and o.connection_id = k.connection_id and o.record_id = k.record_id),
      'sharing', exists (select from cached_employee o where o.company_id = ${companyId} and o.connection_id = k.connection_id
        and o.record_id = k.record_id and o.vanished_at is null and ${key('o')} = c.identifier_value))
    from (${those}) k where (k.connection_id, k.record_id) <> (c.connection_id, c.record_id)
    order by k.connection_id <> c.connection_id, k.record_id collate "C" limit 1)`
  const links = linksOf(companyId, stakeholder)
  return sql`case when ${stakeholder} in (select stakeholder_id from contested)
    then ${firstOf(claims(companyId, stakeholder, silent))} ${silent ? sql`else ${firstOf(links)}` : sql``} end`
}

const linksOf = (companyId: string, stakeholder: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select k.connection_id, k.record_id from link k
  where k.company_id = ${companyId} and k.stakeholder_id = ${stakeholder} and ${isConnected('k')}`

/**
 * Whether all records that a stakeholder belongs to, silent ones as well, are as `condition` says of `k`, and there is
 * one. Stands below `contested`.
 */
export function claimsAreAll(
  companyId: string,
  stakeholder: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const allOf = (those: RawBuilder<unknown>) => sql`(select bool_and(${condition}) from (${those}) k)`
  return sql`case when ${stakeholder} in (select stakeholder_id from contested)
    then ${allOf(claims(companyId, stakeholder, true))} else ${allOf(linksOf(companyId, stakeholder))} end is true`
}

/**
 * Stakeholders who belong to nobody: to no record, unless its connection was removed, and to no answer about somebody in
 * HR. Mostly nobody is one; that shows in two indexes, without the rows that they are of.
 */
export const unclaimed = (companyId: string): RawBuilder<unknown> => {
  const connected = (alias: string, isRemoved: RawBuilder<unknown>) =>
    sql`connection n on n.company_id = ${companyId} and n.connection_id = ${sql.ref(`${alias}.connection_id`)}
      and n.status ${isRemoved} 'removed'`
  return sql`
    select free.stakeholder_id from (
      select s.stakeholder_id from stakeholder s
      where s.company_id = ${companyId} and not exists (
        select from link k where k.company_id = s.company_id and k.stakeholder_id = s.stakeholder_id
      )
      union all
      select distinct k.stakeholder_id from link k join ${connected('k', sql`=`)}
      where k.company_id = ${companyId} and not exists (
        select from link o join ${connected('o', sql`<>`)}
        where o.company_id = k.company_id and o.stakeholder_id = k.stakeholder_id
      )
    ) free
    where free.stakeholder_id not in (
      select a.stakeholder_id from match_decision a
      where a.company_id = ${companyId} and a.stakeholder_id is not null and a.revoked_at is null
        and ${isInHr('a')}
    )`
}

/** What was last written to a stakeholder, under whichever record. */
export const formerBase = (companyId: string, stakeholder: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
    select k.base from link k
    where k.company_id = ${companyId} and k.stakeholder_id = ${stakeholder}
    order by k.created_at desc, k.connection_id, k.record_id limit 1
  )`

/** Records that a stakeholder belongs to and for which something may be written. */
export async function listClaims(
  db: Db,
  companyId: string,
  stakeholderId: string,
): Promise<{ connectionId: string; recordId: string }[]> {
  const { rows } = await sql<{ connectionId: string; recordId: string }>`
    with taken_over as (${takenOver(companyId)})
    select k.connection_id as "connectionId", k.record_id as "recordId"
    from (${claims(companyId, sql`${stakeholderId}::uuid`, false)}) k`.execute(db)
  return rows
}
