import {
  type CoveredField,
  type Employee,
  type FieldValue,
  STANDARD_FIELD_KEYS,
  STATUS_LABELS,
} from '../../model.ts'
import type { Match } from './conditions.ts'
import { type CheckedCondition, type CheckedConditions, isAbsence, type Test } from './conditions-check.ts'
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
import { elementsOf, foldText, textOf } from './conditions-text.ts'

/** `null`: cannot tell, because HR did not deliver the field for this person. */
export type Passes = boolean | null

/** `path` as in `ConditionProblem`: two numbers for a condition within a group. */
export type ExplainedCondition = { path: readonly number[]; text: string; actual: string; passes: Passes }
export type Explanation = { passes: Passes; lines: readonly ExplainedCondition[] }

/** `unread`: a blank there answers nothing, as the field was not delivered or is held. */
type Person = Omit<Employee, 'unread'> & { unread: readonly CoveredField[] }

/** Why one person meets the conditions or not, condition by condition, with the value each one saw. */
export function explainConditions(checked: CheckedConditions, employee: Person, today: string): Explanation {
  const lines: ExplainedCondition[] = []
  const explain = (condition: CheckedCondition, path: readonly number[]): Passes => {
    const passes = meets(condition, employee, today)
    lines.push({ path, text: condition.text, actual: describeActual(condition, employee), passes })
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

function meets(condition: CheckedCondition, employee: Person, today: string): Passes {
  const { test, negated } = condition
  const value = fieldValue(employee, condition.field)
  const isUnknown = isUnread(employee, condition.field) && (value === null || isEmptyList(value))
  if (isUnknown) return null
  if (value === null) return isAbsence(test) !== negated
  return passesTest(test, value, today) !== negated
}

/** What is left of a list in a held field says as little as no value. */
const isEmptyList = (value: FieldValue): boolean => typeof value === 'object' && value.length === 0

function passesTest(test: Test, value: FieldValue, today: string): boolean {
  switch (test.kind) {
    case 'blank':
      return foldText(textOf(value)) === ''
    case 'no_elements':
      return elementsOf(value).every((element) => foldText(element) === '')
    case 'equals':
      return test.anyOf.includes(foldText(textOf(value)))
    case 'has_element':
      return elementsOf(value).some((element) => test.anyOf.includes(foldText(element)))
    case 'contains':
      return foldText(textOf(value)).includes(test.text)
    case 'starts':
      return foldText(textOf(value)).startsWith(test.text)
    case 'ends':
      return foldText(textOf(value)).endsWith(test.text)
    case 'number':
      return isNumberIn(textOf(value).trim(), test.range)
    case 'date':
      return isDateIn(textOf(value).trim(), test.range)
    case 'days':
      return isDateIn(textOf(value).trim(), datesAround(today, test.days))
    default:
      return test satisfies never
  }
}

const isNumberIn = (text: string, range: Range) => isNumberText(text) && isWithin(text, range, compareNumbers)
const isDateIn = (text: string, range: Range) => isDateText(text) && isWithin(text, range, compareDates)

function describeActual({ field, type }: CheckedCondition, employee: Person): string {
  const value = fieldValue(employee, field)
  if (value === null) return isUnread(employee, field) ? 'not delivered by HR' : 'empty'
  // What we could not place is shown in the provider's own word.
  if (field === 'status' && value === 'unknown' && employee.statusText !== null) {
    return `${STATUS_LABELS.unknown} (“${employee.statusText}”)`
  }
  const shown = elementsOf(value).map((element) => displayValue(element, field, type))
  return shown.join(', ').trim() || 'empty'
}

function isUnread(employee: Person, field: string): boolean {
  const id = customFieldId(field)
  return employee.unread.some((key) => key === field) || (id !== null && !Object.hasOwn(employee.custom, id))
}

function fieldValue(employee: Person, field: string): FieldValue | null {
  const id = customFieldId(field)
  if (id !== null) return Object.hasOwn(employee.custom, id) ? (employee.custom[id] ?? null) : null
  // The one field that is never blank: not delivered, it says `unknown` all the same.
  if (field === 'status' && isUnread(employee, field)) return null
  const standard = STANDARD_FIELD_KEYS.find((key) => key === field)
  return standard === undefined ? null : employee[standard]
}
