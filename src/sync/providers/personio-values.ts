import { RollcallError } from '../../errors.ts'
import type { Employee } from '../../model.ts'

/** A person is a bag of attributes, each in a wrapper. What the credentials may not read has no wrapper at all. */
export type PersonioRow = Readonly<{ attributes: Readonly<Record<string, unknown>> }>

/** `label` is in the language of the account, so that nothing is ever found by it. */
type Wrapper = Readonly<{ value: unknown; label?: unknown; type?: unknown; universal_id?: unknown }>

export function isPersonioRow(raw: unknown): raw is PersonioRow {
  return recordIdOf(raw) !== null
}

export function recordIdOf(raw: unknown): string | null {
  const attributes = isObject(raw) ? raw['attributes'] : undefined
  return isObject(attributes) ? idText(unwrapped(attributes['id'])) : null
}

/** By key, or else by the name that all of Personio has for it. */
export function wrapperOf({ attributes }: PersonioRow, name: string): Wrapper | undefined {
  const own = attributes[name]
  if (isWrapper(own)) return own
  for (const key in attributes) {
    const each = attributes[key]
    if (isWrapper(each) && each.universal_id === name) return each
  }
  return undefined
}

/** The first of these that is filled in; `undefined` when none was delivered. */
export function textOf(row: PersonioRow, names: readonly string[], label: string): string | null | undefined {
  let found: string | null | undefined
  for (const name of names) {
    const wrapper = wrapperOf(row, name)
    if (wrapper === undefined) continue
    found = plainText(wrapper.value, label)
    if (found?.trim()) return found
  }
  return found
}

/**
 * `2012-02-01T00:00:00+0100` is the first of February, wherever that is. At any other hour than midnight it would be
 * an instant and no date: it stays as it is, and is judged to be none.
 */
export function dateOf(text: string): string {
  return /^(\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?(?:Z|[+-]\d{2}:?\d{2})?$/.exec(text.trim())?.[1] ?? text
}

/** The supervisor is an employee in little. */
export function managerOf(row: PersonioRow): string | null {
  return recordIdOf(wrapperOf(row, 'supervisor')?.value)
}

/** Custom fields that were delivered: `null` is blank, and a missing key was not delivered. */
export function customOf({ attributes }: PersonioRow, names: readonly string[]): Employee['custom'] {
  const custom: Employee['custom'] = {}
  for (const name of names) {
    const wrapper = attributes[name]
    const value = isWrapper(wrapper) ? customValue(wrapper) : undefined
    if (value !== undefined) custom[name] = value
  }
  return custom
}

/** In the form of its type, which the list of attributes tells too. To be checked on a live account: tags as one text. */
function customValue({ value, type }: Wrapper): Employee['custom'][string] | undefined {
  if (value === null || value === '') return null
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) {
    const names = value.map(nameOf).filter((item) => item !== undefined)
    return type === 'tags' ? names : names.join(', ') || null
  }
  const text = nameOf(value)
  if (text === undefined) return undefined
  if (type === 'date') return dateOf(text)
  if (type === 'tags') return text.split(/\s*,\s*/)
  const isNumber = (type === 'integer' || type === 'decimal') && String(Number(text)) === text
  return isNumber ? Number(text) : text
}

function plainText(value: unknown, label: string): string | null {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return null
  const text = nameOf(value)
  if (text !== undefined) return text
  throw new RollcallError('provider_bad_answer', `${label} has a form that we cannot read.`)
}

/** Departments, offices and the like are nested: `{ type, attributes: { id, name } }`. */
function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const attributes = isObject(value) ? value['attributes'] : undefined
  const name = isObject(attributes) ? unwrapped(attributes['name']) : undefined
  return typeof name === 'string' ? name : undefined
}

function idText(id: unknown): string | null {
  if (typeof id === 'number') return Number.isSafeInteger(id) && id > 0 ? String(id) : null
  return typeof id === 'string' && id.trim() !== '' ? id.trim() : null
}

function unwrapped(value: unknown): unknown {
  return isWrapper(value) ? value.value : value
}

export function isWrapper(value: unknown): value is Wrapper {
  return isObject(value) && 'value' in value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
