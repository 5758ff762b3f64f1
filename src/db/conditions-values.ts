import { type SqlBool, sql } from 'kysely'
import type { Test } from '../sync/core/conditions-check.ts'
import { customFieldId } from '../sync/core/conditions-fields.ts'
import {
  DATE_PATTERN,
  datesAround,
  NUMBER_MAX_LENGTH,
  NUMBER_PATTERN,
  type Range,
} from '../sync/core/conditions-range.ts'
import { folded, foldedUntrimmed, SPACES, type Sql } from './conditions-text.ts'

/** One test of one value of `cached_employee as c`; NULL exactly where the person has no value for the field. */
export function compileTest(test: Test, field: string, today: string): Sql<SqlBool | null> {
  const value = textOf(field)
  switch (test.kind) {
    case 'blank':
      return sql`${folded(value)} = ''`
    case 'equals':
      return sql`${folded(value)} = any(${test.anyOf}::text[])`
    case 'contains':
      return sql`${foldedUntrimmed(value)} like ${`%${literal(test.text)}%`}`
    case 'starts':
      return sql`${folded(value)} like ${`${literal(test.text)}%`}`
    case 'ends':
      return sql`${folded(value)} like ${`%${literal(test.text)}`}`
    case 'has_element':
      return someElement(field, (element) => sql`${folded(element)} = any(${test.anyOf}::text[])`)
    case 'no_elements':
      return sql`not ${someElement(field, (element) => sql`${folded(element)} <> ''`)}`
    case 'number':
      return isNumberIn(field, test.range)
    case 'date':
      return isDateIn(field, test.range)
    case 'days':
      return isDateIn(field, datesAround(today, test.days))
    default:
      return test satisfies never
  }
}

/** The value as text: a number as its digits, yes and no as `true` and `false`. */
function textOf(field: string): Sql<string | null> {
  const id = customFieldId(field)
  if (id !== null) return sql`(c.employee -> 'custom' ->> ${id}::text)`
  // The one field that is never blank: not delivered, it says `unknown` all the same.
  if (field === 'status')
    return sql`(case when c.employee -> 'unread' ? 'status' then null else c.employee ->> 'status' end)`
  return sql`(c.employee ->> ${field}::text)`
}

export function jsonOf(field: string): Sql<unknown> {
  const id = customFieldId(field)
  return id === null ? sql`(c.employee -> ${field}::text)` : sql`(c.employee -> 'custom' -> ${id}::text)`
}

/** The value as a list: what stands alone is a list of one. NULL where there is none. */
export function elementsOf(field: string): Sql<unknown> {
  return sql`case when jsonb_typeof(${jsonOf(field)}) = 'array' then ${jsonOf(field)}
    when ${textOf(field)} is not null then jsonb_build_array(${jsonOf(field)}) end`
}

function someElement(
  field: string,
  meets: (element: Sql<string | null>) => Sql<unknown>,
): Sql<SqlBool | null> {
  const some = sql`exists (select from jsonb_array_elements_text(${elementsOf(field)}) as e (element) where ${meets(sql`e.element`)})`
  return sql`case when ${textOf(field)} is not null then ${some} end`
}

function isNumberIn(field: string, range: Range): Sql<SqlBool | null> {
  const json = jsonOf(field)
  const text = sql`btrim(${textOf(field)}, ${SPACES})`
  const isNumber = sql`length(${text}) <= ${NUMBER_MAX_LENGTH} and (${text} collate "C") ~ ${NUMBER_PATTERN}`
  // CASE, as what is no number must not reach the cast.
  return sql`case when jsonb_typeof(${json}) = 'number' then ${isWithin(sql`(${json})::numeric`, range, sql`numeric`)}
    when ${isNumber} then ${isWithin(sql`${text}::numeric`, range, sql`numeric`)}
    when ${text} is not null then false end`
}

function isDateIn(field: string, range: Range): Sql<SqlBool | null> {
  // Standard dates were parsed before they came into the cache; only custom fields can hold anything else.
  if (customFieldId(field) === null) return isWithin(sql`${textOf(field)} collate "C"`, range, sql`text`)
  const value = sql`btrim(${textOf(field)}, ${SPACES}) collate "C"`
  return sql`(${isWithin(value, range, sql`text`)} and ${value} ~ ${DATE_PATTERN})`
}

function isWithin(value: Sql<unknown>, { from, to }: Range, type: Sql<unknown>): Sql<SqlBool | null> {
  const low = from && sql`${value} ${from.included ? sql`>=` : sql`>`} ${from.at}::${type}`
  const high = to && sql`${value} ${to.included ? sql`<=` : sql`<`} ${to.at}::${type}`
  return sql`(${sql.join(
    [low, high].filter((end) => end !== null),
    sql` and `,
  )})`
}

/** For LIKE: %, _ and \ stand for themselves. */
export function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
