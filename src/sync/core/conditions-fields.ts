import { type FieldType, STANDARD_FIELDS } from '../../model.ts'
import type { Operator } from './conditions.ts'

/** The fields of one connection by key: a standard field's name, or `custom:` and the provider's field id. */
export type FieldCatalogue = ReadonlyMap<string, { label: string; type: FieldType }>

const CUSTOM = 'custom:'
export const customFieldKey = (id: string) => `${CUSTOM}${id}` as const

/** The provider's field id of a custom field's key; `null` for a standard field. */
export function customFieldId(key: string): string | null {
  return key.startsWith(CUSTOM) ? key.slice(CUSTOM.length) : null
}

/** How people know a field; one that has vanished, by what the provider called it. */
export function fieldLabel(key: string, catalogue: FieldCatalogue): string {
  return catalogue.get(key)?.label ?? customFieldId(key) ?? key
}

/** Every standard field, then this connection's custom ones. */
export function createCatalogue(
  customFields: readonly { id: string; label: string; type: FieldType }[],
): FieldCatalogue {
  return new Map([
    ...Object.entries(STANDARD_FIELDS),
    ...customFields.map(({ id, label, type }) => [customFieldKey(id), { label, type }] as const),
  ])
}

export const OPERATOR_LABELS: Record<Operator, string> = {
  is: 'is',
  is_not: 'is not',
  is_any_of: 'is any of',
  is_none_of: 'is none of',
  contains: 'contains',
  does_not_contain: 'does not contain',
  starts_with: 'starts with',
  ends_with: 'ends with',
  is_empty: 'is empty',
  is_not_empty: 'is not empty',
  before: 'is before',
  after: 'is after',
  on_or_before: 'is on or before',
  on_or_after: 'is on or after',
  between: 'is between',
  in_last_days: 'is in the last (days)',
  in_next_days: 'is in the next (days)',
  greater_than: 'is greater than',
  less_than: 'is less than',
}

const PRESENCE = ['is_empty', 'is_not_empty'] as const
const TEXT_PARTS = ['contains', 'does_not_contain', 'starts_with', 'ends_with'] as const

/** In the order in which they are offered. */
const OPERATORS: Record<FieldType, readonly Operator[]> = {
  text: ['is', 'is_not', ...TEXT_PARTS, 'is_any_of', 'is_none_of', ...PRESENCE],
  choice: ['is_any_of', 'is_none_of', 'is', 'is_not', ...TEXT_PARTS, ...PRESENCE],
  list: ['is_any_of', 'is_none_of', 'contains', 'does_not_contain', ...PRESENCE],
  number: ['is', 'is_not', 'greater_than', 'less_than', 'between', ...PRESENCE],
  date: [
    ...([
      'before',
      'after',
      'on_or_before',
      'on_or_after',
      'between',
      'in_last_days',
      'in_next_days',
    ] as const),
    ...(['is', 'is_not', ...PRESENCE] as const),
  ],
  boolean: ['is', 'is_not', ...PRESENCE],
}

/** A status is one of ours and never blank: only whole values of it can be compared. */
const STATUS_OPERATORS: readonly Operator[] = ['is_any_of', 'is_none_of', 'is', 'is_not']

export function operatorsFor(type: FieldType, field?: string): readonly Operator[] {
  return field === 'status' ? STATUS_OPERATORS : OPERATORS[type]
}
