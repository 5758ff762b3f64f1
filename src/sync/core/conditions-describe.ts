import { type FieldType, STATUS_LABELS, STATUSES } from '../../model.ts'
import { formatDate } from './calendar.ts'
import type { Condition } from './conditions.ts'
import { type FieldCatalogue, fieldLabel, OPERATOR_LABELS } from './conditions-fields.ts'

/** One condition in a person's words: "Office location is any of London, New York". */
export function describeCondition(condition: Condition, catalogue: FieldCatalogue): string {
  const type = catalogue.get(condition.field)?.type ?? 'text'
  return `${fieldLabel(condition.field, catalogue)} ${describeOperands(condition, type)}`
}

function describeOperands(condition: Condition, type: FieldType): string {
  const word = OPERATOR_LABELS[condition.operator]
  const say = (value: string | boolean) => displayValue(value, condition.field, type)
  switch (condition.operator) {
    case 'is_empty':
    case 'is_not_empty':
      return word
    case 'is_any_of':
    case 'is_none_of':
      return `${word} ${condition.values.map(say).join(', ')}`
    case 'between':
      return `${word} ${say(condition.from)} and ${say(condition.to)}`
    case 'in_last_days':
      return `is in the last ${countDays(condition.days)}`
    case 'in_next_days':
      return `is in the next ${countDays(condition.days)}`
    default:
      return `${word} ${say(condition.value)}`
  }
}

const countDays = (days: number): string => (days === 1 ? 'day' : `${days} days`)

/** A value as people read it: a status by its label, a date with its month's name, Yes and No. */
export function displayValue(value: string | boolean, field: string, type: FieldType): string {
  const status = field === 'status' && STATUSES.find((known) => known === value)
  if (status) return STATUS_LABELS[status]
  if (type === 'boolean' && String(value) === 'true') return 'Yes'
  if (type === 'boolean' && String(value) === 'false') return 'No'
  const text = String(value).trim()
  return type === 'date' ? formatDate(text) : text
}
