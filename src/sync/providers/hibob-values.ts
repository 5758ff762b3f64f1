import { RollcallError } from '../../errors.ts'
import type { Employee, StandardField } from '../../model.ts'
import type { BobField, BobLayout } from './hibob-layout.ts'

/** An employee as Bob sends one: the same values twice, under slash keys and nested, and once more for people. */
export type BobRow = Readonly<Record<string, unknown>>

/** Text, because ids have 19 digits; a number has already lost some of them. */
export function recordIdOf(raw: unknown): string | null {
  if (!isObject(raw)) return null
  const id = valueIn(raw['/root/id']) ?? raw['id']
  return typeof id === 'string' && id.trim() !== '' ? id.trim() : null
}

/**
 * The first of the field's sources that is filled in. `undefined`: not delivered. A source that was not
 * delivered ends the search, because the value might have stood there; only the legal names, which many
 * tenants keep closed, give way to the everyday ones.
 */
export function textOf(
  row: BobRow,
  layout: BobLayout,
  field: StandardField | 'active',
): string | null | undefined {
  const mayBeClosed = field === 'firstName' || field === 'lastName'
  let found: string | null | undefined
  for (const source of layout.sources[field]) {
    const text = fieldText(row, source)
    if (text === undefined && !mayBeClosed) return undefined
    if (text !== undefined) found = text
    if (typeof text === 'string' && text.trim() !== '') return text
  }
  return found
}

/** Bob's own word for a status: its label may be translated or renamed, the word itself is not. */
export function statusWordOf(
  row: BobRow,
  layout: BobLayout,
  field: 'status' | 'active',
): string | null | undefined {
  const [source] = layout.sources[field]
  const machine = source && machineValue(row, source)
  const isWord = typeof machine === 'string' && machine.trim() !== '' && !/^\d+$/.test(machine)
  return isWord ? machine : textOf(row, layout, field)
}

export function managerOf(row: BobRow, layout: BobLayout): string | null {
  for (const source of layout.sources.manager) {
    const value = machineValue(row, source)
    const id = isObject(value) ? value['id'] : value
    if (typeof id === 'string' && id !== '') return id
  }
  return null
}

/** Custom fields that were delivered: `null` is blank, and a missing key was not delivered. */
export function customOf(row: BobRow, layout: BobLayout): Employee['custom'] {
  if (layout.custom.length === 0) return NO_CUSTOM_FIELDS
  const custom: Employee['custom'] = {}
  for (const field of layout.custom) {
    const machine = machineValue(row, field)
    const isScalar = typeof machine === 'number' || typeof machine === 'boolean'
    const value =
      isScalar && !field.hasLabel
        ? machine
        : Array.isArray(machine)
          ? labels(row, field, machine)
          : fieldText(row, field)
    if (value !== undefined) custom[field.id] = value
  }
  return custom
}

const NO_CUSTOM_FIELDS: Employee['custom'] = {}

function fieldText(row: BobRow, field: BobField): string | null | undefined {
  const machine = machineValue(row, field)
  if (machine === undefined || machine === null || machine === '') return machine === '' ? null : machine
  if (field.hasLabel) return label(row, field, machine)
  if (typeof machine === 'string') return machine
  if (typeof machine === 'number' || typeof machine === 'boolean') return String(machine)
  throw unreadable(field)
}

/** What people call a list item: the row says it, or else the list that it is of. */
function label(row: BobRow, field: BobField, machine: unknown): string | undefined {
  const display = nested(row['humanReadable'], field.path)
  if (typeof display === 'string' && display !== '') return display
  if (typeof machine !== 'string' && typeof machine !== 'number') throw unreadable(field)
  return listedLabel(field, String(machine))
}

/** One item without a label, and the whole is unread: some of it would pass for all of it. */
function labels(row: BobRow, field: BobField, machine: readonly unknown[]): readonly string[] | undefined {
  const display = nested(row['humanReadable'], field.path)
  if (Array.isArray(display)) return display.map(String)
  if (typeof display === 'string' && display !== '') return [display]
  const names = machine.map((item) => (field.hasLabel ? listedLabel(field, String(item)) : String(item)))
  return names.every((name) => name !== undefined) ? names : undefined
}

/** A bare number that is in no list names nothing to anybody, and is unread. */
function listedLabel({ labels: known }: BobField, id: string): string | undefined {
  return known.get(id) ?? (/^\d+$/.test(id) ? undefined : id)
}

function machineValue(row: BobRow, field: BobField): unknown {
  const doubled = row[field.slashKey]
  return doubled === undefined ? nested(row, field.path) : valueIn(doubled)
}

function valueIn(doubled: unknown): unknown {
  return isObject(doubled) && 'value' in doubled ? doubled['value'] : undefined
}

function nested(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const key of path) current = isObject(current) ? current[key] : undefined
  return current
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(field: BobField): RollcallError {
  return new RollcallError('provider_bad_answer', `${field.name || field.id} has a form that we cannot read.`)
}
