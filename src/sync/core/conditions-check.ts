import { type CoveredField, calendarDate, type FieldType, STATUSES } from '../../model.ts'
import type { Condition, ConditionTree, Match } from './conditions.ts'
import { describeCondition } from './conditions-describe.ts'
import { type FieldCatalogue, fieldLabel, OPERATOR_LABELS, operatorsFor } from './conditions-fields.ts'
import {
  above,
  below,
  between,
  compareDates,
  compareNumbers,
  type DaysFromToday,
  isNumberText,
  only,
  type Range,
} from './conditions-range.ts'
import { foldText } from './conditions-text.ts'

/**
 * What is asked of a value, settled and typed. Texts are folded already. Of a list, which HR may give for a field of
 * any type, one element has to meet the test, and it is blank where every element is. A value that HR gives in
 * another form than the field's type (a number field that says "about 5") meets no test but is not blank.
 */
export type Test =
  | { kind: 'blank' }
  | { kind: 'equals'; anyOf: readonly string[] }
  | { kind: 'contains' | 'starts' | 'ends'; text: string }
  | { kind: 'number' | 'date'; range: Range }
  | { kind: 'days'; days: DaysFromToday }

/**
 * `negated` turns the whole answer round, so a person without a value passes: "Office location is not
 * London" includes those who have no office. Add "is not empty" to leave them out.
 */
export type CheckedCondition = {
  field: string
  type: FieldType
  /** The condition in a person's words. */
  text: string
  test: Test
  negated: boolean
}
export type CheckedGroup = { match: Match; items: readonly CheckedCondition[] }

/** Only `checkConditions` makes these, and only these can be compiled or explained. */
export type CheckedConditions = { match: Match; items: readonly (CheckedCondition | CheckedGroup)[] }

/** `held`: fields whose blanks are in doubt. A blank there, also an empty list, answers nothing, as if not delivered. */
export type ConditionOptions = { today: string; held: readonly CoveredField[] }

/** `path`: the place in the tree, `[2]` or, within a group, `[2, 0]`; `[]` for all of it. */
export type ConditionProblem = { path: readonly number[]; sentence: string }

export type ConditionCheck =
  | { ok: true; conditions: CheckedConditions }
  | { ok: false; problems: readonly ConditionProblem[] }

/** The predicate stands three times in a plan's statement, which takes 65,535 parameters; a condition needs some 20. */
export const MAX_CONDITIONS = 200
export const MAX_VALUES = 5000

/** Holds a stored tree against the fields the connection has now, and names every condition that cannot be used. */
export function checkConditions(tree: ConditionTree, catalogue: FieldCatalogue): ConditionCheck {
  const tooLarge = sizeProblem(tree)
  if (tooLarge !== undefined) return { ok: false, problems: [{ path: [], sentence: tooLarge }] }
  const problems: ConditionProblem[] = []
  const checkAt = (condition: Condition, path: readonly number[]): CheckedCondition[] => {
    const checked = checkCondition(condition, catalogue)
    if (typeof checked !== 'string') return [checked]
    problems.push({ path, sentence: checked })
    return []
  }
  const items = tree.items.flatMap((item, index): (CheckedCondition | CheckedGroup)[] =>
    'items' in item
      ? [{ match: item.match, items: item.items.flatMap((inner, place) => checkAt(inner, [index, place])) }]
      : checkAt(item, [index]),
  )
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, conditions: { match: tree.match, items } }
}

function sizeProblem(tree: ConditionTree): string | undefined {
  const conditions = tree.items.flatMap((item) => ('items' in item ? item.items : [item]))
  if (conditions.length > MAX_CONDITIONS)
    return `Sync if has ${conditions.length} conditions, and at most ${MAX_CONDITIONS} can be used. Remove some of them.`
  const values = conditions.reduce((sum, it) => sum + ('values' in it ? it.values.length : 0), 0)
  return values > MAX_VALUES
    ? `The conditions of Sync if list ${values} values, and at most ${MAX_VALUES} can be used. Remove some of them.`
    : undefined
}

/** The checked condition, or a sentence that says why it cannot be used. */
function checkCondition(condition: Condition, catalogue: FieldCatalogue): CheckedCondition | string {
  const { field, operator } = condition
  const known = catalogue.get(field)
  if (known === undefined) {
    return `The field “${fieldLabel(field, catalogue)}” is no longer there. Choose another field or remove this condition.`
  }
  const { label, type } = known
  if (!operatorsFor(type, field).includes(operator)) {
    return `“${OPERATOR_LABELS[operator]}” does not go with ${label}. Choose another comparison.`
  }
  const test = toTest(condition, type)
  if (typeof test === 'string') return `${label}: ${test}`
  return { field, type, text: describeCondition(condition, catalogue), test, negated: isNegated(operator) }
}

function isNegated(operator: Condition['operator']): boolean {
  return ['is_not', 'is_none_of', 'does_not_contain', 'is_not_empty'].includes(operator)
}

function toTest(condition: Condition, type: FieldType): Test | string {
  switch (condition.operator) {
    case 'is':
    case 'is_not':
      return valueTest(condition.value, condition.field, type)
    case 'is_any_of':
    case 'is_none_of':
      return anyOfTest(condition.values, condition.field)
    case 'contains':
    case 'does_not_contain':
      return type === 'list'
        ? anyOfTest([condition.value], condition.field)
        : { kind: 'contains', text: foldText(condition.value) }
    case 'starts_with':
      return { kind: 'starts', text: foldText(condition.value) }
    case 'ends_with':
      return { kind: 'ends', text: foldText(condition.value) }
    case 'is_empty':
    case 'is_not_empty':
      return { kind: 'blank' }
    case 'before':
      return { kind: 'date', range: below(condition.value) }
    case 'after':
      return { kind: 'date', range: above(condition.value) }
    case 'on_or_before':
      return { kind: 'date', range: below(condition.value, true) }
    case 'on_or_after':
      return { kind: 'date', range: above(condition.value, true) }
    case 'greater_than':
      return { kind: 'number', range: above(condition.value) }
    case 'less_than':
      return { kind: 'number', range: below(condition.value) }
    case 'between':
      return betweenTest(condition.from, condition.to, type)
    // Today counts in both: "in the last 7 days" is today and the 7 days before it.
    case 'in_last_days':
      return { kind: 'days', days: { from: -condition.days, to: 0 } }
    case 'in_next_days':
      return { kind: 'days', days: { from: 0, to: condition.days } }
    default:
      return condition satisfies never
  }
}

function valueTest(value: string | boolean, field: string, type: FieldType): Test | string {
  if (type === 'boolean' && typeof value === 'boolean') return { kind: 'equals', anyOf: [String(value)] }
  if (type === 'boolean') return 'choose Yes or No.'
  if (typeof value === 'boolean') return 'Yes and No go with yes/no fields only.'
  if (type === 'number')
    return isNumberText(value) ? { kind: 'number', range: only(value) } : notA('number', value)
  if (type === 'date') return isDate(value) ? { kind: 'date', range: only(value) } : notA('date', value)
  return anyOfTest([value], field)
}

function anyOfTest(values: readonly string[], field: string): Test | string {
  const anyOf = [...new Set(values.map(foldText))]
  const stray = field === 'status' && values.find((value) => !STATUSES.some((known) => known === value))
  if (typeof stray === 'string') return `“${stray}” is not one of the statuses.`
  return { kind: 'equals', anyOf }
}

function betweenTest(from: string, to: string, type: FieldType): Test | string {
  const [kind, isFit, compare] =
    type === 'date'
      ? (['date', isDate, compareDates] as const)
      : (['number', isNumberText, compareNumbers] as const)
  for (const end of [from, to]) if (!isFit(end)) return notA(kind, end)
  return compare(from, to) > 0 ? 'the first value lies after the second.' : { kind, range: between(from, to) }
}

const isDate = (text: string): boolean => calendarDate.safeParse(text).success
const notA = (kind: string, value: string): string => `“${value}” is not a ${kind}.`
