import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { STATUS_LABELS, STATUSES } from '../model.ts'
import type {
  CheckedCondition,
  CheckedConditions,
  CheckedGroup,
  ConditionOptions,
  Test,
} from '../sync/core/conditions-check.ts'
import { customFieldId } from '../sync/core/conditions-fields.ts'
import { foldText } from '../sync/core/conditions-text.ts'
import type { Db } from './client.ts'
import { folded, type Sql } from './conditions-text.ts'
import { compileTest, elementsOf, literal } from './conditions-values.ts'

/**
 * "Sync if" as one predicate over `cached_employee as c`. It is NULL ("cannot tell") for a person whose field
 * HR did not deliver or whose row did not parse, unless the other conditions settle it. Nothing asked is true.
 */
export function compileConditions(
  checked: CheckedConditions,
  options: ConditionOptions,
): RawBuilder<SqlBool> {
  return combine(
    checked.match,
    byCost(checked.items).map((item) =>
      'items' in item
        ? combine(
            item.match,
            byCost(item.items).map((inner) => compileCondition(inner, options)),
          )
        : compileCondition(item, options),
    ),
  )
}

function combine(match: CheckedGroup['match'], predicates: readonly Sql<SqlBool>[]): Sql<SqlBool> {
  if (predicates.length === 0) return sql`true`
  return sql`(${sql.join(predicates, match === 'all' ? sql` and ` : sql` or `)})`
}

const COST: Record<Test['kind'], number> = {
  date: 1,
  days: 1,
  number: 2,
  equals: 2,
  blank: 2,
  contains: 3,
  starts: 3,
  ends: 3,
}

/** The cheap questions first: AND and OR stop at the first answer that settles them. */
function byCost<Item extends CheckedCondition | CheckedGroup>(items: readonly Item[]): readonly Item[] {
  const cost = (item: CheckedCondition | CheckedGroup): number =>
    'items' in item ? 10 : COST[item.test.kind]
  return items.toSorted((a, b) => cost(a) - cost(b))
}

function compileCondition(
  { field, test, negated }: CheckedCondition,
  { today, held }: ConditionOptions,
): Sql<SqlBool> {
  const answer = compileTest(test, field, today)
  const passes = held.some((key) => key === field)
    ? sql<SqlBool>`(case when not ${compileTest({ kind: 'blank' }, field, today)} then ${answer} end)`
    : sql<SqlBool>`coalesce(${answer}, ${whenMissing(field, test.kind === 'blank')})`
  return negated ? sql`not ${passes}` : passes
}

/**
 * Looked at only where there is no value, so that the common row does not pay for it. A custom field says by its key
 * alone that it was delivered (`packEmployee`).
 */
function whenMissing(field: string, answer: boolean): Sql<SqlBool | null> {
  const id = customFieldId(field)
  if (id !== null) return sql`case when c.employee -> 'custom' ? ${id}::text then ${answer}::boolean end`
  return sql`case when c.employee is null or c.employee -> 'unread' ? ${field}::text then null else ${answer}::boolean end`
}

export type FieldChoice = { value: string; label: string; people: number }

/**
 * The values that stand in the cache, most people first, to choose from in a condition. Spellings that
 * conditions do not tell apart are one choice, shown as most people have it. Blank values and people who
 * vanished are left out; yes/no values are `true` and `false`. `search` looks for a part of the label.
 */
export async function listFieldChoices(
  db: Db,
  query: { companyId: string; connectionId: string; field: string; search?: string; limit: number },
): Promise<FieldChoice[]> {
  const { companyId, connectionId, field, limit } = query
  const search = foldText(query.search ?? '')
  const { rows } = await sql<{ value: string; people: number }>`
    with had as (
      select distinct c.record_id, e.element as value
      from cached_employee as c, jsonb_array_elements_text(${elementsOf(field)}) as e (element)
      where c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null
    ), spelling as (
      select *, ${folded(sql`value`)} as folded
      from (select value, count(*) as people from had group by value) as counted
    ), shown as (
      select distinct on (folded) folded, value from spelling
      where folded <> '' and ${isFound(field, search)}
      order by folded, people desc, value collate "C"
    )
    select shown.value, count(distinct had.record_id)::int8 as people
    from shown join spelling using (folded) join had on had.value = spelling.value
    group by folded, shown.value
    order by people desc, folded
    limit ${limit}`.execute(db)
  return rows.map(({ value, people }) => ({ value, label: labelOf(field, value), people }))
}

function isFound(field: string, search: string): Sql<SqlBool> {
  if (field !== 'status') return sql`folded like ${`%${literal(search)}%`}`
  const found = STATUSES.filter((status) => foldText(STATUS_LABELS[status]).includes(search))
  return sql`folded = any(${found}::text[])`
}

function labelOf(field: string, value: string): string {
  const status = field === 'status' && STATUSES.find((known) => known === value)
  return status ? STATUS_LABELS[status] : value
}
