import { z } from 'zod'
import {
  type Employee,
  type FieldValue,
  STANDARD_FIELD_KEYS,
  STANDARD_FIELDS,
  type StandardField,
  type Status,
} from '../../model.ts'

/**
 * Who owns a field of the register. `hr`: HR writes. `fill`: HR writes only where the register is empty.
 * `register`: HR never writes. `ask`: every change waits for a person.
 */
export const OWNERS = ['hr', 'fill', 'register', 'ask'] as const
export type Owner = (typeof OWNERS)[number]

const rule = z.object({
  owner: z.enum(OWNERS).default('hr'),
  /** A blank in HR may empty the register's field. Off unless a person switched it on. */
  mayClear: z.boolean().default(false),
})
export type FieldRule = z.infer<typeof rule>

export const mappingSchema = z.object({
  version: z.literal(1),
  /** Standard fields map by themselves; only those that differ from the default are named. */
  fields: z.partialRecord(z.enum(STANDARD_FIELD_KEYS), rule),
  /** Requested HR fields: from the provider's field id to a stakeholder custom field. */
  custom: z
    .array(rule.extend({ from: z.string().min(1), to: z.string().min(1), label: z.string().min(1) }))
    .default([]),
})
export type Mapping = Readonly<z.infer<typeof mappingSchema>>

export const DEFAULT_MAPPING: Mapping = { version: 1, fields: {}, custom: [] }
const DEFAULT_RULE: FieldRule = { owner: 'hr', mayClear: false }

/** The register's key of a custom field. */
export const customKey = (to: string) => `custom:${to}`

/** One field of the register and what HR states for it now. `unread` is neither blank nor a value. */
export type MappedField = FieldRule & { key: string; theirs: FieldValue | null | 'unread' }

/** Every field that HR could write for this person, in reading order. */
export function mappedFields(employee: Employee, mapping: Mapping): MappedField[] {
  const fields: MappedField[] = []
  for (const key of STANDARD_FIELD_KEYS) {
    const theirs = employee.unread.length > 0 && employee.unread.includes(key) ? 'unread' : employee[key]
    const { owner, mayClear } = ruleOf(key, employee, mapping)
    fields.push({ key, owner, mayClear, theirs: theirs === '' ? null : theirs })
  }
  for (const { from, to, owner, mayClear } of mapping.custom) {
    const value = employee.custom[from]
    fields.push({
      key: customKey(to),
      owner,
      mayClear,
      theirs: value === undefined ? 'unread' : blankToNull(value),
    })
  }
  return fields
}

const STILL_HERE: readonly Status[] = ['active', 'onboarding', 'leave']

/** A withdrawn notice leaves a blank, and blanks clear nothing; but a person at work with a past end date is asked about. */
function ruleOf(key: StandardField, employee: Employee, mapping: Mapping): FieldRule {
  const own = mapping.fields[key] ?? DEFAULT_RULE
  const withdrawn = key === 'endDate' && employee.endDate === null && STILL_HERE.includes(employee.status)
  return withdrawn && own.owner === 'hr' && !own.mayClear ? { owner: 'ask', mayClear: true } : own
}

/** Is there a rule under which a blank in HR may write? Then equal values alone do not prove "unchanged". */
export function anyFieldMayClear(mapping: Mapping): boolean {
  return (
    Object.values(mapping.fields).some((field) => field?.mayClear) ||
    mapping.custom.some((field) => field.mayClear)
  )
}

/** The words for a field of the register. */
export function fieldLabel(key: string, mapping: Mapping): string {
  if (key in STANDARD_FIELDS) return STANDARD_FIELDS[key as StandardField].label
  return mapping.custom.find((field) => customKey(field.to) === key)?.label ?? key.replace(/^custom:/, '')
}

function blankToNull(value: FieldValue | null): FieldValue | null {
  if (value === '' || (Array.isArray(value) && value.length === 0)) return null
  return value
}
