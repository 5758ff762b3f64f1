import type { Employee, ReadRow } from '../../model.ts'
import { STANDARD_FIELDS } from '../../model.ts'
import { isCalendarDate } from './dates.ts'

/**
 * An employee as a provider handed it over, made comparable: text trimmed and composed, blank text `null`, dates
 * real. One impossible date makes the whole row unreadable, with a problem that names the field.
 */
export function normaliseEmployee(employee: Employee): ReadRow {
  const recordId = cleanText(employee.recordId)
  if (recordId === null) return { ok: false, recordId: '', problem: 'This record has no ID.' }
  const startDate = cleanText(employee.startDate)
  const endDate = cleanText(employee.endDate)
  const problem = dateProblem('startDate', startDate) ?? dateProblem('endDate', endDate)
  if (problem !== null) return { ok: false, recordId, problem }
  return {
    ok: true,
    employee: {
      recordId,
      firstName: cleanText(employee.firstName),
      lastName: cleanText(employee.lastName),
      preferredName: cleanText(employee.preferredName),
      workEmail: cleanText(employee.workEmail),
      personalEmail: cleanText(employee.personalEmail),
      employeeNumber: cleanText(employee.employeeNumber),
      phone: cleanText(employee.phone),
      jobTitle: cleanText(employee.jobTitle),
      department: cleanText(employee.department),
      officeLocation: cleanText(employee.officeLocation),
      country: cleanText(employee.country),
      legalEntity: cleanText(employee.legalEntity),
      employmentType: cleanText(employee.employmentType),
      status: employee.status,
      statusText: cleanText(employee.statusText),
      startDate,
      endDate,
      managerRecordId: cleanText(employee.managerRecordId),
      custom: cleanCustom(employee.custom),
      unread: employee.unread,
    },
  }
}

/**
 * Trimmed, with accents composed, so that what looks equal is equal. Half of an emoji and the NUL sign, which
 * PostgreSQL cannot store, must not cost a whole retrieval.
 */
export function cleanText(text: string | null): string | null {
  if (text === null) return null
  const storable = PLAIN.test(text) ? text : text.toWellFormed().replaceAll('\0', '').normalize('NFC')
  return storable.trim() || null
}

const PLAIN = /^[ -~]*$/

function cleanCustom(custom: Employee['custom']): Employee['custom'] {
  const ids = Object.keys(custom)
  if (ids.length === 0) return custom
  const clean: Employee['custom'] = {}
  for (const id of ids.sort()) {
    const value = custom[id] ?? null
    if (typeof value === 'string') clean[id] = cleanText(value)
    else if (typeof value === 'number') clean[id] = Number.isFinite(value) ? value : null
    else clean[id] = isList(value) ? value.map(cleanText).filter((item) => item !== null) : value
  }
  return clean
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value)
}

function dateProblem(field: 'startDate' | 'endDate', text: string | null): string | null {
  if (text === null || isCalendarDate(text)) return null
  return `${STANDARD_FIELDS[field].label} is "${text.slice(0, 40).toWellFormed()}", which is not a date.`
}
