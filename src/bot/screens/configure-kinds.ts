import type { FieldType } from '../../model.ts'
import type { Operator } from '../../sync/core/conditions.ts'
import { type FieldCatalogue, operatorsFor } from '../../sync/core/conditions-fields.ts'
import type { Draft, DraftRow, Picked, ValueKind } from './configure-draft.view.ts'

/** How the value of an operator is entered, for a field of this type. */
export function kindOf(operator: Operator, type: FieldType): ValueKind {
  switch (operator) {
    case 'is_empty':
    case 'is_not_empty':
      return 'none'
    case 'is_any_of':
    case 'is_none_of':
      return 'choices'
    case 'between':
      return type === 'date' ? 'dates' : 'numbers'
    case 'before':
    case 'after':
    case 'on_or_before':
    case 'on_or_after':
      return 'date'
    case 'in_last_days':
    case 'in_next_days':
      return 'days'
    case 'greater_than':
    case 'less_than':
      return 'number'
    case 'is':
    case 'is_not':
      return WHOLE_VALUE[type]
    case 'contains':
    case 'does_not_contain':
      return type === 'list' ? 'choice' : 'text'
    case 'starts_with':
    case 'ends_with':
      return 'text'
    default:
      return operator satisfies never
  }
}

const WHOLE_VALUE: Record<FieldType, ValueKind> = {
  text: 'text',
  choice: 'choice',
  list: 'choice',
  number: 'number',
  date: 'date',
  boolean: 'yesno',
}

/** Brings operator and value in line with a field or operator that was just changed. */
export function settle(draft: Draft, catalogue: FieldCatalogue): Draft {
  const row = (it: DraftRow) => settleRow(it, catalogue)
  const items = draft.items?.map((it) => ('items' in it ? { ...it, items: it.items.map(row) } : row(it)))
  return { ...draft, items: items ?? null }
}

function settleRow(row: DraftRow, catalogue: FieldCatalogue): DraftRow {
  const known = row.field && catalogue.get(row.field.value)
  if (!row.field || !known) return { ...row, operator: null, kind: 'none', values: [] }
  const operators = operatorsFor(known.type, row.field.value)
  const operator = operators.find((it) => it === row.operator) ?? operators[0]
  if (operator === undefined) return row
  const kind = kindOf(operator, known.type)
  return { ...row, operator, kind, values: kept(row, kind) }
}

/** "is" to "is any of" keeps what was picked; a date is no number of days. */
function kept({ kind, values }: DraftRow, next: ValueKind): readonly Picked[] {
  if (kind === next) return values
  if (kind === 'choice' && next === 'choices') return values.filter(({ value }) => value !== '')
  if (kind === 'choices' && next === 'choice') return values.slice(0, 1)
  const isPair = (one: ValueKind, pair: ValueKind) =>
    (kind === one && next === pair) || (kind === pair && next === one)
  return isPair('date', 'dates') || isPair('number', 'numbers')
    ? values.slice(0, next === 'date' || next === 'number' ? 1 : 2)
    : []
}
