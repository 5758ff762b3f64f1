import type { StandardField } from '../../model.ts'
import type { NamedField } from '../provider.ts'

/** Bob grants by category, never by field; these are its categories as the permission page names them. */
const CATEGORIES: Record<StandardField, string> = {
  firstName: 'Basic info',
  lastName: 'Basic info',
  preferredName: 'Basic info',
  workEmail: 'Basic info',
  personalEmail: 'Home',
  employeeNumber: 'Work',
  phone: 'Work and Home',
  jobTitle: 'Work',
  department: 'Work',
  officeLocation: 'Work',
  country: 'Address',
  legalEntity: 'Work',
  employmentType: 'Payroll',
  status: 'Lifecycle',
  startDate: 'Work',
  endDate: 'Lifecycle',
}

export function whereToGrant(field: StandardField | NamedField): string {
  const category =
    typeof field === 'string' ? CATEGORIES[field] : (field.category ?? `the category of “${field.label}”`)
  return `In Bob, open Settings > Account > Permission groups, choose the group of this service user and tick View for ${category} under People's data.`
}
