import { z } from 'zod'
import { calendarDate } from '../../model.ts'
import { isNumberText } from './conditions-range.ts'
import { foldText } from './conditions-text.ts'

/**
 * "Sync if": which people of a connection a sync covers. This is the tree as it is stored (`sync_settings`)
 * and edited; `checkConditions` holds it against the connection's fields before anything can be done with it.
 */

/** A database text holds no NUL and no half of a surrogate pair. */
const storable = z
  .string()
  .max(500)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'This has characters that cannot be stored.')

const field = storable.min(1)
const text = storable.refine((value) => foldText(value) !== '', 'Give a value, or choose “is empty”.')
const number = z.string().max(100).refine(isNumberText, 'Give a plain number, like 1200 or 12.5.')
const end = z.union([calendarDate, number])

/** By operator. Whether an operator and its value fit a field's type is for `checkConditions` to say. */
export const conditionSchema = z.discriminatedUnion('operator', [
  z.strictObject({ field, operator: z.enum(['is', 'is_not']), value: z.union([z.boolean(), text]) }),
  z.strictObject({
    field,
    operator: z.enum(['is_any_of', 'is_none_of']),
    values: z.array(text).min(1).max(500).readonly(),
  }),
  z.strictObject({
    field,
    operator: z.enum(['contains', 'does_not_contain', 'starts_with', 'ends_with']),
    value: text,
  }),
  z.strictObject({ field, operator: z.enum(['is_empty', 'is_not_empty']) }),
  z.strictObject({
    field,
    operator: z.enum(['before', 'after', 'on_or_before', 'on_or_after']),
    value: calendarDate,
  }),
  z.strictObject({
    field,
    operator: z.enum(['in_last_days', 'in_next_days']),
    days: z.int().min(1).max(36_500),
  }),
  z.strictObject({ field, operator: z.enum(['greater_than', 'less_than']), value: number }),
  z.strictObject({ field, operator: z.literal('between'), from: end, to: end }),
])
export type Condition = Readonly<z.infer<typeof conditionSchema>>
export type Operator = Condition['operator']

export const MATCHES = ['all', 'any'] as const
export type Match = (typeof MATCHES)[number]

const groupSchema = z.strictObject({
  match: z.enum(MATCHES),
  items: z.array(conditionSchema).min(1).max(50).readonly(),
})
export type ConditionGroup = Readonly<z.infer<typeof groupSchema>>

/** One level of groups: ANY inside ALL, or the reverse. No items: everybody meets the conditions. */
export const conditionTreeSchema = z.strictObject({
  version: z.literal(1),
  match: z.enum(MATCHES),
  items: z
    .array(z.union([conditionSchema, groupSchema]))
    .max(50)
    .readonly(),
})
export type ConditionTree = Readonly<z.infer<typeof conditionTreeSchema>>

export const NO_CONDITIONS: ConditionTree = { version: 1, match: 'all', items: [] }

/** The fields that a tree asks about, each once, in order. */
export function usedFields(tree: ConditionTree): readonly string[] {
  const conditions = tree.items.flatMap((item) => ('items' in item ? item.items : [item]))
  return [...new Set(conditions.map((condition) => condition.field))]
}

/**
 * The fields that a tree asks about and that HR did not deliver for a person (`employee.unread`, held ones too). Such a
 * person neither meets nor fails those conditions: the compiled predicate is NULL, "cannot tell", unless the
 * other conditions settle it either way.
 */
export function unreadFields(tree: ConditionTree, unread: readonly string[]): readonly string[] {
  return usedFields(tree).filter((key) => unread.includes(key))
}
