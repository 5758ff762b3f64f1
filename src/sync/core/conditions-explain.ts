import { type Employee, type FieldValue, STANDARD_FIELD_KEYS, STATUS_LABELS } from '../../model.ts'
import type { Match } from './conditions.ts'
import type { CheckedCondition, CheckedConditions, ConditionOptions, Test } from './conditions-check.ts'
import { displayValue } from './conditions-describe.ts'
import { customFieldId } from './conditions-fields.ts'
import {
  compareDates,
  compareNumbers,
  datesAround,
  isDateText,
  isNumberText,
  isWithin,
  type Range,
} from './conditions-range.ts'
import { elementsOf, foldText } from './conditions-text.ts'

/** `null`: cannot tell, because HR did not deliver the field for this person. */
export type Passes = boolean | null

/** `path` as in `ConditionProblem`: two numbers for a condition within a group. */
export type ExplainedCondition = { path: readonly number[]; text: string; actual: string; passes: Passes }
export type Explanation = { passes: Passes; lines: readonly ExplainedCondition[] }

/** Why one person meets the conditions or not, condition by condition, with the value each one saw. */
export function explainConditions(
  checked: CheckedConditions,
  employee: Employee,
  options: ConditionOptions,
): Explanation {
  const lines: ExplainedCondition[] = []
  const explain = (condition: CheckedCondition, path: readonly number[]): Passes => {
    const passes = meets(condition, employee, options)
    const actual = describeActual(condition, employee, options)
    lines.push({ path, text: condition.text, actual, passes })
    return passes
  }
  const answers = checked.items.map((item, index) =>
    'items' in item
      ? combine(
          item.match,
          item.items.map((inner, place) => explain(inner, [index, place])),
        )
      : explain(item, [index]),
  )
  return { passes: combine(checked.match, answers), lines }
}

/** As SQL's AND and OR: "cannot tell" gives way to an answer that settles it. Nothing asked is a yes. */
function combine(match: Match, answers: readonly Passes[]): Passes {
  if (answers.length === 0) return true
  const settling = match === 'any'
  if (answers.includes(settling)) return settling
  return answers.includes(null) ? null : !settling
}

function meets(condition: CheckedCondition, employee: Employee, options: ConditionOptions): Passes {
  const { field, test, negated } = condition
  const value = fieldValue(employee, field)
  if (isUndelivered(value, employee, field, options)) return null
  return (value === null ? test.kind === 'blank' : passesTest(test, value, options.today)) !== negated
}

function passesTest(test: Test, value: FieldValue, today: string): boolean {
  const passes = (text: string) => textPasses(test, text, today)
  return test.kind === 'blank' ? elementsOf(value).every(passes) : elementsOf(value).some(passes)
}

function textPasses(test: Test, text: string, today: string): boolean {
  switch (test.kind) {
    case 'blank':
      return foldText(text) === ''
    case 'equals':
      return test.anyOf.includes(foldText(text))
    case 'contains':
      return foldText(text).includes(test.text)
    case 'starts':
      return foldText(text).startsWith(test.text)
    case 'ends':
      return foldText(text).endsWith(test.text)
    case 'number':
      return isNumberIn(text.trim(), test.range)
    case 'date':
      return isDateIn(text.trim(), test.range)
    case 'days':
      return isDateIn(text.trim(), datesAround(today, test.days))
    default:
      return test satisfies never
  }
}

const isNumberIn = (text: string, range: Range) => isNumberText(text) && isWithin(text, range, compareNumbers)
const isDateIn = (text: string, range: Range) => isDateText(text) && isWithin(text, range, compareDates)

function describeActual(
  { field, type }: CheckedCondition,
  employee: Employee,
  options: ConditionOptions,
): string {
  const value = fieldValue(employee, field)
  if (isUndelivered(value, employee, field, options)) return 'not delivered by HR'
  if (value === null) return 'empty'
  // What we could not place is shown in the provider's own word.
  if (field === 'status' && value === 'unknown' && employee.statusText !== null) {
    return `${STATUS_LABELS.unknown} (“${employee.statusText}”)`
  }
  const shown = elementsOf(value).map((element) => displayValue(element, field, type))
  return shown.join(', ').trim() || 'empty'
}

function isUndelivered(
  value: FieldValue | null,
  employee: Employee,
  field: string,
  { today, held }: ConditionOptions,
): boolean {
  if (held.some((key) => key === field)) return value === null || passesTest({ kind: 'blank' }, value, today)
  return value === null && isUnread(employee, field)
}

function isUnread({ custom, unread }: Employee, field: string): boolean {
  const id = customFieldId(field)
  return id === null ? unread.some((key) => key === field) : !Object.hasOwn(custom, id)
}

function fieldValue(employee: Employee, field: string): FieldValue | null {
  const id = customFieldId(field)
  if (id !== null) return Object.hasOwn(employee.custom, id) ? (employee.custom[id] ?? null) : null
  // The one field that is never blank: not delivered, it says `unknown` all the same.
  if (field === 'status' && isUnread(employee, field)) return null
  const standard = STANDARD_FIELD_KEYS.find((key) => key === field)
  return standard === undefined ? null : employee[standard]
}
