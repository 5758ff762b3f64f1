import { type RawBuilder, sql } from 'kysely'
import { type Identifier, identifierLabel, MOST_TOLD, type RegisterFields } from '../model.ts'
import { identifierKey } from './identifier-keys.ts'

/** A stakeholder who belongs to nobody and has identifiers in common with somebody in HR: `agrees` names them. */
export type AlikeRow = {
  stakeholderId: string
  version: number
  fields: RegisterFields
  agrees: Identifier[]
}

/**
 * Parts of a statement that finds, for people in HR, stakeholders of nobody who have some identifier of theirs. `tables`
 * stand below `unclaimed`, `joins` beside `cached_employee as c`, and there `common` says in what somebody agrees:
 * "employee number or personal email". `rows` stand where `columns` came out of `c`. Of many with the same value one more
 * comes than is told, so that it shows. Unless `isAnybody`, nobody agrees with anybody.
 * @param by the identifiers that are compared
 * @param isSought the people it is asked for
 */
export function alikeParts(companyId: string, by: readonly Identifier[], isSought: RawBuilder<unknown>) {
  const table = (it: Identifier) => sql.ref(`alike_${it}`)
  const ids = (it: Identifier) => sql.ref(`c.alike_${it}`)
  // Mostly they are few: looked up by key, the register is not read for them.
  const keys = sql`alike_keys as (
      select u.stakeholder_id, (
        select array[${sql.join(by.map((it) => identifierKey(it, 'x')))}] from stakeholder x
        where x.company_id = ${companyId} and x.stakeholder_id = u.stakeholder_id
      ) as keys
      from unclaimed u
    )`
  const grouped = by.map(
    (it, at) => sql`${table(it)} as (
      select keys[${sql.lit(at + 1)}] collate "C" as key,
        (array_agg(stakeholder_id order by stakeholder_id))[:${sql.lit(MOST_TOLD + 1)}] as ids
      from alike_keys where keys[${sql.lit(at + 1)}] is not null group by 1
    )`,
  )
  const joins = by.map(
    (it) =>
      sql`left join ${table(it)} on ${isSought} and ${table(it)}.key = ${identifierKey(it, 'c')} collate "C"`,
  )
  const [anybody, words] = [
    by.map((it) => sql`exists (select from ${table(it)})`),
    by.map((it) => sql`case when ${table(it)}.ids is not null then ${sql.lit(identifierLabel(it))} end`),
  ]
  const agrees = by.map((it) => sql`case when x.stakeholder_id = any(${ids(it)}) then ${sql.lit(it)} end`)
  return {
    tables: sql.join([keys, ...grouped]),
    columns: sql.join(by.map((it) => sql`${table(it)}.ids as ${table(it)}`)),
    joins: sql.join(joins, sql` `),
    isAnybody: sql`(${sql.join(anybody, sql` or `)})`,
    common: sql`nullif(concat_ws(' or ', ${sql.join(words)}), '')`,
    rows: sql`case when coalesce(${sql.join(by.map(ids))}) is not null then (
      select jsonb_agg(jsonb_build_object('stakeholderId', x.stakeholder_id, 'version', x.version, 'fields', x.fields,
        'agrees', array_remove(array[${sql.join(agrees)}], null)))
      from stakeholder x
      where x.company_id = ${companyId} and x.stakeholder_id = any(${sql.join(by.map(ids), sql` || `)})
    ) end`,
  }
}
