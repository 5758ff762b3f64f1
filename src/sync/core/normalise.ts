import type { Employee, ReadRow } from '../../model.ts'
import { STANDARD_FIELDS } from '../../model.ts'
import { isCalendarDate } from './dates.ts'

/**
 * An employee as a provider handed it over, made comparable: text trimmed and composed, blank text `null`, dates
 * real. One impossible date makes the whole row unreadable, with a problem that names the field. Pure: of an employee
 * who comes as last time the outcome of last time is kept (`fingerprint.ts` has the version of that).
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

/** Below U+0300 nothing is composed of parts, and nothing is half of a pair. */
const PLAIN = /^[ -~\u00a0-\u02ff]*$/

/** Whether anything would be left of it: `cleanText(text) !== null`, without making a new text. */
export function isFilled(text: string | null): boolean {
  if (text === null) return false
  const first = text.charCodeAt(0)
  return (first > 0x20 && first < 0x7f) || cleanText(text) !== null
}

/** By field id, so that equal people have equal text. Mostly all is clean and in order: then it is what came. */
function cleanCustom(custom: Employee['custom']): Employee['custom'] {
  if (isCleanCustom(custom)) return custom
  const clean: Employee['custom'] = {}
  for (const id of Object.keys(custom).sort()) clean[id] = cleanValue(custom[id] ?? null)
  return clean
}

function isCleanCustom(custom: Employee['custom']): boolean {
  let before = ''
  for (const id in custom) {
    if (id < before || !isCleanValue(custom[id] ?? null)) return false
    before = id
  }
  return true
}

function isCleanValue(value: CustomValue): boolean {
  if (typeof value === 'string') return cleanText(value) === value
  if (typeof value === 'number') return Number.isFinite(value)
  return !isList(value) || value.every((item) => cleanText(item) === item)
}

type CustomValue = Employee['custom'][string]

function cleanValue(value: CustomValue): CustomValue {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return isList(value) ? value.map(cleanText).filter((item) => item !== null) : value
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value)
}

function dateProblem(field: 'startDate' | 'endDate', text: string | null): string | null {
  if (text === null || isCalendarDate(text)) return null
  return `${STANDARD_FIELDS[field].label} is "${text.slice(0, 40).toWellFormed()}", which is not a date.`
}
