import { STANDARD_FIELD_KEYS, type StandardField } from '../../model.ts'
import type { NamedField } from '../provider.ts'
import { SOURCES } from './personio-employee.ts'

/** As an account in English shows them. */
const ATTRIBUTES: Record<StandardField, string> = {
  firstName: 'First name',
  lastName: 'Last name',
  preferredName: 'Name (preferred)',
  workEmail: 'Email',
  personalEmail: 'Personal email',
  employeeNumber: 'Personnel number',
  phone: 'Work phone or Work mobile',
  jobTitle: 'Position',
  department: 'Department',
  officeLocation: 'Office',
  country: 'Country',
  legalEntity: 'Subcompany',
  employmentType: 'Employment type',
  status: 'Status',
  startDate: 'Hire date',
  endDate: 'Termination date',
}

export function whereToGrant(field: StandardField | NamedField): string {
  if (typeof field === 'string' && LACKING.includes(field)) return NOT_TOLD
  const attribute = typeof field === 'string' ? ATTRIBUTES[field] : `“${field.label}”`
  return `In Personio, open Settings > Integrations > API credentials, choose these credentials and tick ${attribute} under Readable employee attributes.`
}

const NOT_TOLD =
  'Personio does not say the country of its employees: if you keep it in an attribute of your own, ask for that under Requested HR fields.'

export const LACKING: readonly StandardField[] = STANDARD_FIELD_KEYS.filter(
  (field) => SOURCES[field].length === 0,
)
