import type { ListName } from './hibob-lists.ts'
import { hasLeft, lifecycleOf, type Person } from './person.ts'
import { findOffice } from './workplace.ts'

/** What the model says: a label for a list, a person's id for a reference. */
type Read = (person: Person, today: string) => string | number | null

type Definition = {
  name: string
  type: 'text' | 'number' | 'date' | 'list' | 'employee-reference'
  list: ListName | null
  read: Read
}

export type BobField = Definition & {
  id: string
  category: Category
  /** Where the value lies nested in an employee: basic info at the top. */
  path: readonly string[]
  /** Where it lies a second time, as `{ value }`. */
  slashKey: string
}

export type Category = keyof typeof CATEGORIES

export const CATEGORIES = {
  root: 'Basic info',
  work: 'Work',
  home: 'Home',
  personal: 'Personal',
  address: 'Address',
  internal: 'Lifecycle',
  payroll: 'Payroll',
  'custom.category_1711886930001': 'Equipment',
} as const

const COMPANY_ID = 636192

const FIELDS: Record<Category, Record<string, Definition>> = {
  root: {
    'root.id': text('Employee ID', (p) => p.id),
    'root.firstName': text('First name', (p) => p.firstName),
    'root.surname': text('Last name', (p) => p.lastName),
    'root.displayName': text('Display name', (p) => p.displayName),
    'root.fullName': text('Full name', (p) => `${p.firstName} ${p.lastName}`),
    'root.email': text('Email', (p) => p.workEmail),
    'root.companyId': number('Company ID', () => COMPANY_ID),
  },
  work: {
    'work.employeeIdInCompany': number('Employee ID in company', employeeNumber),
    'work.workPhone': text('Work phone', (p) => p.workPhone),
    'work.workMobile': text('Work mobile', (p) => p.workMobile),
    'work.title': list('title', 'Job title', (p) => p.title),
    'work.department': list('department', 'Department', (p) => p.department),
    'work.site': list('site', 'Site', (p) => p.office),
    'work.siteId': number('Site ID', (p) => findOffice(p.office ?? '')?.siteId ?? null),
    'work.startDate': date('Start date', (p) => p.startDate),
    'work.originalStartDate': date('Original start date', (p) => p.originalStartDate),
    'work.reportsTo': reference('Reports to', (p) => p.managerId),
    'work.manager': text('Manager', (p) => p.managerId),
    'work.customColumns.column_1711886937001': list('legalEntity', 'Legal entity', (p) => p.legalEntity),
    'work.custom.field_1711886937296': list('tShirtSize', 'T-shirt size', (p) => p.tShirtSize),
    'work.custom.field_1711886937297': text('Cost centre', (p) => p.costCentre),
    'work.custom.field_1711886937299': list('yesNo', 'Works from home', worksFromHome),
    'work.custom.field_1711886937300': date('Probation ends', (p) => p.probationEnds),
  },
  home: {
    'home.privateEmail': text('Personal email', (p) => p.personalEmail),
    'home.mobilePhone': text('Personal mobile', (p) => p.personalPhone),
  },
  personal: {
    'personal.legalFirstName': text('Legal first name', (p) => p.legalFirstName),
    'personal.legalLastName': text('Legal last name', (p) => p.legalLastName),
  },
  address: {
    'address.country': text('Country', (p) => p.homeCountry),
    'address.siteCountry': text('Site country', (p) => findOffice(p.office ?? '')?.country ?? null),
  },
  internal: {
    'internal.status': list('internalStatus', 'Status', (p, today) =>
      hasLeft(p, today) ? 'Inactive' : 'Active',
    ),
    'internal.lifecycleStatus': list('lifecycleStatus', 'Lifecycle status', lifecycleOf),
    'internal.terminationDate': date('Termination date', (p) => p.terminationDate),
  },
  payroll: {
    'payroll.employment.type': list('payrollEmploymentType', 'Employment type', (p) => p.employmentType),
  },
  'custom.category_1711886930001': {
    // Moved here from Work, and kept its id: an id does not tell the category.
    'work.custom.field_1711886937298': number('Badge number', (p) => p.badgeNumber),
  },
}

const HISTORICAL =
  /^work\.(title|department|site|siteId|reportsTo|manager|customColumns\..+)$|^payroll\.|lifecycle/

export const BOB_FIELDS: readonly BobField[] = Object.entries(FIELDS).flatMap(([category, fields]) =>
  Object.entries(fields).map(([id, field]) => ({
    ...field,
    id,
    category: category as Category,
    path: id.replace(/^root\./, '').split('.'),
    slashKey: `/${id.replaceAll('.', '/')}`,
  })),
)

/** What comes when a request names no fields: the basics, and never a custom field. */
export const DEFAULT_FIELD_IDS = BOB_FIELDS.map(({ id }) => id).filter((id) => /^(root|work)\.\w+$/.test(id))

/** One entry of `GET /company/people/fields`. */
export function fieldMetadata(field: BobField) {
  return {
    id: field.id,
    categoryId: field.category,
    categoryDisplayName: CATEGORIES[field.category],
    category: field.category,
    name: field.name,
    description: '',
    jsonPath: field.path.join('.'),
    type: field.type,
    typeData: field.list === null ? {} : { listId: field.list },
    historical: HISTORICAL.test(field.id),
  }
}

function text(name: string, read: Read): Definition {
  return { name, type: 'text', list: null, read }
}

function number(name: string, read: Read): Definition {
  return { name, type: 'number', list: null, read }
}

function date(name: string, read: Read): Definition {
  return { name, type: 'date', list: null, read }
}

function list(listName: ListName, name: string, read: Read): Definition {
  return { name, type: 'list', list: listName, read }
}

function reference(name: string, read: Read): Definition {
  return { name, type: 'employee-reference', list: null, read }
}

/** HiBob answers a number where it can; zeros in front or letters would not survive that. */
function employeeNumber({ employeeNumber: value }: Person): string | number | null {
  return value !== null && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : value
}

function worksFromHome({ worksFromHome: value }: Person): string | null {
  if (value === null) return null
  return value ? 'Yes' : 'No'
}
