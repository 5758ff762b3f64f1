import type { StandardField } from '../../model.ts'
import type { NamedField } from '../provider.ts'

/** The names of fields as the page of an access level shows them. */
const PLACES: Record<StandardField, string> = {
  firstName: 'First Name under Personal',
  lastName: 'Last Name under Personal',
  preferredName: 'Preferred Name under Personal',
  workEmail: 'Work Email under Contact',
  personalEmail: 'Home Email under Contact',
  employeeNumber: 'Employee # under Personal',
  phone: 'Work Phone and Mobile Phone under Contact',
  jobTitle: 'Job Title under Job Information',
  department: 'Department under Job Information',
  officeLocation: 'Location under Job Information',
  country: 'Country under Address',
  legalEntity: 'Division under Job Information, or your own field for the legal entity',
  employmentType: 'Employment Status',
  status: 'Status under Personal, and Employment Status',
  startDate: 'Hire Date under Personal',
  endDate: 'Termination Date under Employment Status',
}

export function whereToGrant(field: StandardField | NamedField): string {
  const place = typeof field === 'string' ? PLACES[field] : placeOf(field)
  return `In BambooHR, open Settings > Access Levels, choose the level of the user who made this key and let it view ${place}.`
}

const placeOf = ({ label, category }: NamedField) =>
  category === null ? `“${label}”` : `“${label}” under ${category}`
