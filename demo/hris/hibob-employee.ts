import { dayMonthYear } from './calendar.ts'
import type { Company } from './company.ts'
import type { BobField } from './hibob-fields.ts'
import { listItemId, listLabel } from './hibob-lists.ts'
import type { Person } from './person.ts'

export type HumanReadable = 'APPEND' | 'REPLACE' | null

type Json = { [key: string]: unknown }

/**
 * One employee as HiBob writes them. Every value comes twice, under a slash key and nested, but a blank only
 * nested. Display values have dates in the tenant's own order, so they cannot be read as dates.
 */
export function employeeJson(
  person: Person,
  fields: readonly BobField[],
  mode: HumanReadable,
  company: Company,
) {
  const employee: Json = {}
  const display: Json = {}
  const today = company.today()
  for (const field of fields) {
    const value = field.read(person, today)
    if (mode !== 'REPLACE') {
      const machine = value === null ? null : machineValue(field, value, company)
      if (machine !== null) employee[field.slashKey] = { value: machine }
      put(employee, field.path, machine)
    }
    if (mode !== null && value !== null) put(display, field.path, displayValue(field, value, company))
  }
  if (mode === 'REPLACE') return display
  return mode === 'APPEND' ? { ...employee, humanReadable: display } : employee
}

function machineValue(field: BobField, value: string | number, company: Company): unknown {
  if (field.type === 'employee-reference') return referenceTo(String(value), company)
  // The site is the one list that arrives by name; its number is a field of its own.
  if (field.list === null || field.list === 'site') return value
  return listItemId(field.list, String(value))
}

function displayValue(field: BobField, value: string | number, company: Company): string {
  const isPerson = field.type === 'employee-reference' || field.id === 'work.manager'
  if (isPerson) return company.findById(String(value))?.displayName ?? ''
  if (field.type === 'date') return dayMonthYear(String(value))
  return field.list === null ? String(value) : listLabel(field.list, String(value))
}

function referenceTo(id: string, company: Company) {
  const person = company.findById(id)
  if (!person) return null
  return {
    id,
    firstName: person.firstName,
    surname: person.lastName,
    email: person.workEmail,
    displayName: person.displayName,
  }
}

function put(target: Json, path: readonly string[], value: unknown): void {
  let inner = target
  for (const key of path.slice(0, -1)) {
    inner[key] ??= {}
    inner = inner[key] as Json
  }
  inner[path.at(-1) ?? ''] = value
}
