import { type Employee, STANDARD_FIELD_KEYS, type StandardField } from '../../model.ts'
import type { RowContext } from '../provider.ts'
import type { BambooLayout } from './bamboohr-layout.ts'
import { isContract, statusOf } from './bamboohr-status.ts'
import { type BambooRow, customOf, managerOf, recordIdOf, textOf } from './bamboohr-values.ts'

export function toEmployee(row: BambooRow, { today, layout }: RowContext<BambooLayout>): Employee {
  const unread: StandardField[] = []
  const read = (field: StandardField) => {
    const value = textOf(row, layout, field)
    if (value === undefined) unread.push(field)
    return value ?? null
  }
  const active = textOf(row, layout, 'status')
  const employment = textOf(row, layout, 'employment')
  const lastName = read('lastName')
  const startDate = read('startDate')
  const employmentType = read('employmentType')
  const isType = employmentType === null || isContract(employmentType)
  // "Terminated" stands where the kind of contract stood: what it was is no longer told.
  if (!isType) unread.push('employmentType')
  const preferredName = preferredNameOf(row, layout, lastName)
  if (preferredName === undefined) unread.push('preferredName')
  const status = statusOf(active ?? null, employment ?? null, startDate, today)
  if (active === undefined && status === 'unknown') unread.push('status')
  return {
    recordId: recordIdOf(row) ?? '',
    firstName: read('firstName'),
    lastName,
    preferredName: preferredName ?? null,
    workEmail: read('workEmail'),
    personalEmail: read('personalEmail'),
    employeeNumber: read('employeeNumber'),
    phone: read('phone'),
    jobTitle: read('jobTitle'),
    department: read('department'),
    officeLocation: read('officeLocation'),
    country: read('country'),
    legalEntity: read('legalEntity'),
    employmentType: isType ? employmentType : null,
    status,
    statusText: statusTextOf(active, employment),
    startDate,
    endDate: read('endDate'),
    managerRecordId: managerOf(row, layout),
    custom: customOf(row, layout),
    unread,
  }
}

/** Both words where both had a say. */
function statusTextOf(
  active: string | null | undefined,
  employment: string | null | undefined,
): string | null {
  const words = [active, employment && !isContract(employment) ? employment : null]
  return words.filter((word) => word?.trim()).join(', ') || null
}

/** The name people see. BambooHR's preferred name is a first name; and "Last, First" is a way to sort, no name. */
function preferredNameOf(
  row: BambooRow,
  layout: BambooLayout,
  lastName: string | null,
): string | null | undefined {
  const display = textOf(row, layout, 'preferredName')
  const isSorted = lastName !== null && display?.startsWith(`${lastName},`) === true
  if (display?.trim() && !isSorted) return display
  const first = textOf(row, layout, 'preferredFirstName')
  if (first?.trim()) return [first, lastName].filter(Boolean).join(' ')
  return display === undefined ? first : null
}

/** Everybody has these. A key that may not see them is answered with blanks all the same. */
const NEVER_BLANK: readonly StandardField[] = ['firstName', 'lastName', 'status', 'startDate']

/** Standard fields that came for none of these people. Somebody who cannot be read at all does not count. */
export function unreadByAll(rows: readonly BambooRow[], layout: BambooLayout): StandardField[] {
  const people = rows.flatMap((row) => {
    try {
      return [toEmployee(row, { today: '', layout })]
    } catch {
      return []
    }
  })
  const isMissing = (person: Employee, field: StandardField) =>
    person.unread.includes(field) ||
    (NEVER_BLANK.includes(field) && !person[field === 'status' ? 'statusText' : field])
  return STANDARD_FIELD_KEYS.filter(
    (field) => people.length > 0 && people.every((person) => isMissing(person, field)),
  )
}
