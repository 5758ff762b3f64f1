import { type RawBuilder, sql } from 'kysely'
import { IDENTIFIERS, type Identifier, MOST_TOLD, type RegisterFields } from '../model.ts'
import { identifierKey } from './identifier-keys.ts'

/** A stakeholder who belongs to nobody and has other identifiers in common with somebody in HR: `agrees` names them. */
export type AlikeRow = {
  stakeholderId: string
  version: number
  fields: RegisterFields
  agrees: Identifier[]
}

/**
 * Parts of a statement that finds, for people whom nobody in the register has the identifier of, who has another one of
 * theirs. `tables` stand below `unclaimed`, `joins` beside `cached_employee as c`, and `rows` where `columns` came out of
 * `c`. Of many with the same value one more comes than is told, so that it shows.
 * @param isSought the people it is asked for
 */
export function alikeParts(companyId: string, identifier: Identifier, isSought: RawBuilder<unknown>) {
  const others = IDENTIFIERS.filter((it) => it !== identifier)
  const table = (other: Identifier) => sql.ref(`alike_${other}`)
  const ids = (other: Identifier) => sql.ref(`c.alike_${other}`)
  // Mostly they are few: looked up by key, the register is not read for them.
  const keys = sql`alike_keys as (
      select u.stakeholder_id, (
        select array[${sql.join(others.map((other) => identifierKey(other, 'x')))}] from stakeholder x
        where x.company_id = ${companyId} and x.stakeholder_id = u.stakeholder_id
      ) as keys
      from unclaimed u
    )`
  const grouped = others.map(
    (other, at) => sql`${table(other)} as (
      select keys[${sql.lit(at + 1)}] collate "C" as key,
        (array_agg(stakeholder_id order by stakeholder_id))[:${sql.lit(MOST_TOLD + 1)}] as ids
      from alike_keys where keys[${sql.lit(at + 1)}] is not null group by 1
    )`,
  )
  const joins = others.map(
    (other) =>
      sql`left join ${table(other)} on ${isSought} and ${table(other)}.key = ${identifierKey(other, 'c')} collate "C"`,
  )
  const agrees = others.map(
    (other) => sql`case when x.stakeholder_id = any(${ids(other)}) then ${sql.lit(other)} end`,
  )
  return {
    tables: sql.join([keys, ...grouped]),
    columns: sql.join(others.map((other) => sql`${table(other)}.ids as ${table(other)}`)),
    joins: sql.join(joins, sql` `),
    rows: sql`case when coalesce(${sql.join(others.map(ids))}) is not null then (
      select jsonb_agg(jsonb_build_object('stakeholderId', x.stakeholder_id, 'version', x.version, 'fields', x.fields,
        'agrees', array_remove(array[${sql.join(agrees)}], null)))
      from stakeholder x
      where x.company_id = ${companyId} and x.stakeholder_id = any(${sql.join(others.map(ids), sql` || `)})
    ) end`,
  }
}
