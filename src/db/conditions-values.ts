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
  const whole = passes(test, textOf(field), field, today)
  // Standard fields are parsed before they come into the cache: none of them is a list.
  if (customFieldId(field) === null) return whole
  return sql`case when ${isList(field)} then ${elementsPass(test, field, today)} else ${whole} end`
}

function elementsPass(test: Test, field: string, today: string): Sql<SqlBool> {
  const elements = sql`jsonb_array_elements_text(${jsonOf(field)}) as e (element)`
  const meets = passes(test, sql`e.element`, field, today)
  return test.kind === 'blank'
    ? sql`not exists (select from ${elements} where not ${meets})`
    : sql`exists (select from ${elements} where ${meets})`
}

function passes(test: Test, text: Sql<string | null>, field: string, today: string): Sql<SqlBool | null> {
  switch (test.kind) {
    case 'blank':
      return sql`(${folded(text)} = '')`
    case 'equals':
      return sql`${folded(text)} = any(${test.anyOf}::text[])`
    case 'contains':
      return sql`${foldedUntrimmed(text)} like ${`%${literal(test.text)}%`}`
    case 'starts':
      return sql`${folded(text)} like ${`${literal(test.text)}%`}`
    case 'ends':
      return sql`${folded(text)} like ${`%${literal(test.text)}`}`
    case 'number':
      return isNumberIn(text, test.range)
    case 'date':
      return isDateIn(text, field, test.range)
    case 'days':
      return isDateIn(text, field, datesAround(today, test.days))
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

function jsonOf(field: string): Sql<unknown> {
  const id = customFieldId(field)
  return id === null ? sql`(c.employee -> ${field}::text)` : sql`(c.employee -> 'custom' -> ${id}::text)`
}

const isList = (field: string): Sql<SqlBool | null> => sql`jsonb_typeof(${jsonOf(field)}) = 'array'`

/** The value as a list: what stands alone is a list of one. NULL where there is none. */
export function elementsOf(field: string): Sql<unknown> {
  return sql`case when ${isList(field)} then ${jsonOf(field)}
    when ${textOf(field)} is not null then jsonb_build_array(${jsonOf(field)}) end`
}

function isNumberIn(value: Sql<string | null>, range: Range): Sql<SqlBool | null> {
  const text = sql`btrim(${value}, ${SPACES})`
  const isNumber = sql`length(${text}) <= ${NUMBER_MAX_LENGTH} and (${text} collate "C") ~ ${NUMBER_PATTERN}`
  // CASE, as what is no number must not reach the cast.
  return sql`case when ${isNumber} then ${isWithin(sql`${text}::numeric`, range, sql`numeric`)}
    when ${text} is not null then false end`
}

function isDateIn(text: Sql<string | null>, field: string, range: Range): Sql<SqlBool | null> {
  // Standard dates were parsed before they came into the cache; only custom fields can hold anything else.
  if (customFieldId(field) === null) return isWithin(sql`${text} collate "C"`, range, sql`text`)
  const value = sql`btrim(${text}, ${SPACES}) collate "C"`
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
