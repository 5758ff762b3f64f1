import {
  type Employee,
  STANDARD_FIELD_KEYS,
  STANDARD_FIELDS,
  type StandardField,
  type Status,
} from '../../model.ts'
import type { RowContext } from '../provider.ts'
import type { PersonioLayout } from './personio-people.ts'
import { customOf, dateOf, managerOf, type PersonioRow, recordIdOf, textOf } from './personio-values.ts'

/**
 * Keys or universal ids, the first that is filled in. To be checked on a live account: which universal ids there are
 * for what each customer adds (number, phones, private email), and whether `subcompany` is called `legal_entity` now.
 */
export const SOURCES: Readonly<Record<StandardField, readonly string[]>> = {
  firstName: ['first_name'],
  lastName: ['last_name'],
  preferredName: ['preferred_name'],
  workEmail: ['email'],
  personalEmail: ['personal_email', 'private_email'],
  employeeNumber: ['personnel_number', 'employee_number'],
  phone: ['work_phone', 'work_mobile', 'personal_phone', 'private_phone'],
  jobTitle: ['position'],
  department: ['department'],
  officeLocation: ['office'],
  // An office has a name and nothing more, and the holiday calendar is where somebody rests, not where they are.
  country: [],
  legalEntity: ['subcompany', 'legal_entity'],
  employmentType: ['employment_type'],
  status: ['status'],
  startDate: ['hire_date'],
  // Not `contract_end_date`, which a fixed term has from its first day on.
  endDate: ['termination_date'],
}

export function toEmployee(row: PersonioRow, { today, layout }: RowContext<PersonioLayout>): Employee {
  const unread: StandardField[] = []
  const read = (field: StandardField) => {
    const { label, type } = STANDARD_FIELDS[field]
    const text = textOf(row, SOURCES[field], label)
    if (text === undefined) unread.push(field)
    return text && type === 'date' ? dateOf(text) : (text ?? null)
  }
  return {
    recordId: recordIdOf(row) ?? '',
    firstName: read('firstName'),
    lastName: read('lastName'),
    preferredName: read('preferredName'),
    workEmail: read('workEmail'),
    personalEmail: read('personalEmail'),
    employeeNumber: read('employeeNumber'),
    phone: read('phone'),
    jobTitle: read('jobTitle'),
    department: read('department'),
    officeLocation: read('officeLocation'),
    country: read('country'),
    legalEntity: read('legalEntity'),
    employmentType: read('employmentType'),
    ...statusAndDates(read('status'), read('startDate'), read('endDate'), today),
    managerRecordId: managerOf(row),
    custom: customOf(row, layout.custom),
    unread,
  }
}

function statusAndDates(
  statusText: string | null,
  startDate: string | null,
  endDate: string | null,
  today: string,
) {
  return { status: statusOf(statusText, startDate, endDate, today), statusText, startDate, endDate }
}

const STATUSES: Readonly<Record<string, Status>> = {
  active: 'active',
  inactive: 'left',
  onboarding: 'onboarding',
  leave: 'leave',
}

/** Who starts later has not started. Inactive with an end date, they never will. */
export function statusOf(
  word: string | null,
  startDate: string | null,
  endDate: string | null,
  today: string,
): Status {
  const status = STATUSES[word?.trim().toLowerCase() ?? ''] ?? 'unknown'
  const startsLater = startDate !== null && startDate > today
  const isOver = status === 'left' && endDate !== null
  return startsLater && status !== 'unknown' && !isOver ? 'onboarding' : status
}

/** Standard fields that came for none of these people. A person who cannot be read at all does not count. */
export function unreadByAll(rows: readonly PersonioRow[]): StandardField[] {
  const people = rows.flatMap((row) => {
    try {
      return [toEmployee(row, { today: '', layout: { custom: [] } })]
    } catch {
      return []
    }
  })
  return STANDARD_FIELD_KEYS.filter(
    (field) => people.length > 0 && people.every(({ unread }) => unread.includes(field)),
  )
}
