import { RollcallError } from '../../errors.ts'
import type { Employee } from '../../model.ts'
import { type BambooField, type BambooLayout, ID_NAMES } from './bamboohr-layout.ts'

/** An employee as the dataset sends one. What the key may not see is blank, and named in `_restrictedFields`. */
export type BambooRow = Readonly<{
  fields: Readonly<Record<string, unknown>>
  _restrictedFields?: unknown
}>

export function isBambooRow(raw: unknown): raw is BambooRow {
  return recordIdOf(raw) !== null
}

/** The id in BambooHR, which no person can edit; the employee number is another thing. */
export function recordIdOf(raw: unknown): string | null {
  const fields = isObject(raw) ? raw['fields'] : undefined
  if (!isObject(fields)) return null
  for (const name of ID_NAMES) {
    const id = fields[name]
    if (typeof id === 'string' && id.trim() !== '') return id.trim()
    if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return String(id)
  }
  return null
}

/**
 * The first of the field's sources that is filled in. `undefined`: not delivered. A source that was not delivered
 * ends the search, because the value might have stood there.
 */
export function textOf(
  row: BambooRow,
  layout: BambooLayout,
  wanted: keyof BambooLayout['sources'],
): string | null | undefined {
  let found: string | null | undefined
  for (const field of layout.sources[wanted]) {
    found = fieldText(row, field)
    if (found === undefined || found?.trim()) return found
  }
  return found
}

/** Only an id: the manager's name is text that several people may share. */
export function managerOf(row: BambooRow, layout: BambooLayout): string | null {
  const id = textOf(row, layout, 'manager')?.trim() ?? ''
  return /^[1-9]\d*$/.test(id) ? id : null
}

/** Custom fields that were delivered: `null` is blank, and a missing key was not delivered. */
export function customOf(row: BambooRow, layout: BambooLayout): Employee['custom'] {
  if (layout.custom.length === 0) return NO_CUSTOM_FIELDS
  const custom: Employee['custom'] = {}
  for (const field of layout.custom) {
    const value = row.fields[field.name]
    if (Array.isArray(value) && !isRestricted(row, field)) {
      custom[field.name] = value.map(String)
      continue
    }
    const text = fieldText(row, field)
    if (text !== undefined) custom[field.name] = text === null ? null : typed(text, field)
  }
  return custom
}

const NO_CUSTOM_FIELDS: Employee['custom'] = {}

/** BambooHR sends text for everything. What does not look like its type stays the text that it is. */
function typed(text: string, { type }: BambooField): string | number | boolean | readonly string[] {
  if (type === 'number' && String(Number(text)) === text) return Number(text)
  if (type === 'boolean' && /^(yes|true|1)$/i.test(text)) return true
  if (type === 'boolean' && /^(no|false|0)$/i.test(text)) return false
  return type === 'list' ? text.split(/\s*,\s*/) : text
}

function fieldText(row: BambooRow, field: BambooField): string | null | undefined {
  if (isRestricted(row, field)) return undefined
  const value = row.fields[field.name]
  if (value === undefined || value === null) return value
  // The classic way to write that there is no date, which newer endpoints write as null.
  if (value === '' || value === '0000-00-00') return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new RollcallError('provider_bad_answer', `${field.label} has a form that we cannot read.`)
}

/** To be checked on a live account: beside the fields, as elsewhere in this API, or among them. */
function isRestricted(row: BambooRow, { name }: BambooField): boolean {
  return [row._restrictedFields, row.fields['_restrictedFields']].some(
    (names) => Array.isArray(names) && names.includes(name),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
