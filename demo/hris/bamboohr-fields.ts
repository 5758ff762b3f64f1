import type { ChangeLog } from './change-log.ts'
import type { Company } from './company.ts'
import type { Category } from './hibob-fields.ts'
import { hasLeft, type Person } from './person.ts'
import { shortIdOf } from './short-ids.ts'

export type View = { company: Company; log: ChangeLog }

type Read = (person: Person, today: string, view: View) => string | null

type Definition = {
  /** Numeric, with a dot for a part of a field; `null` where the classic endpoints do not know the field. */
  id: string | null
  alias: string | null
  name: string
  type: string
  read: Read
  /** Its name in the dataset, which is often not the alias; `null` where it has none. */
  dataset: string | null
  /** The vendor advises against it, and goes on answering with it. */
  deprecated?: true
  /** A field with a history: until that day the classic endpoints answer blank, unless told otherwise. */
  effectiveFrom: ((person: Person) => string | null) | null
}

export type BambooField = Definition & {
  /** The areas of permission are the model company's own: one list for every vendor. */
  category: Category
  parentType: 'page' | 'table'
  parentName: string
  entityName: string
}

/** BambooHR's own tables of defaults and of the customer's custom fields. Ids below 4000 are the vendor's. */
export const BAMBOO_FIELDS: readonly BambooField[] = [
  ...section('root', 'page', 'Personal', 'personal', [
    datasetOnly('eeid', 'EEID', 'integer', (p) => String(shortIdOf(p.id))),
    field('1', 'firstName', 'First Name', 'text', (p) => p.legalFirstName ?? p.firstName),
    field('2', 'lastName', 'Last Name', 'text', (p) => p.legalLastName ?? p.lastName),
    field('1358', 'preferredName', 'Preferred Name', 'text', preferredName),
    field('1360', 'displayName', 'Display name', 'text', (p) => p.displayName, 'name'),
    field('2103', 'lastChanged', 'Last changed', 'timestamp', lastChanged),
  ]),
  ...section('internal', 'page', 'Personal', 'personal', [
    field('1610', 'status', 'Status', 'status', (p, today) => (hasLeft(p, today) ? 'Inactive' : 'Active')),
  ]),
  ...section('work', 'page', 'Personal', 'personal', [
    field('1349', 'employeeNumber', 'Employee #', 'employee_number', (p) => p.employeeNumber),
    field('3', 'hireDate', 'Hire Date', 'date', (p) => p.startDate),
    field('1683', 'originalHireDate', 'Original Hire Date', 'date', (p) => p.originalStartDate),
    field('9', 'workPhone', 'Work Phone', 'phone', (p) => p.workPhone),
    field('8', 'mobilePhone', 'Mobile Phone', 'phone', (p) => p.workMobile),
  ]),
  ...section('root', 'page', 'Contact', 'contact', [
    field('6', 'workEmail', 'Work Email', 'email', (p) => p.workEmail, 'email'),
  ]),
  ...section('home', 'page', 'Contact', 'contact', [
    field('1350', 'homeEmail', 'Home Email', 'email', (p) => p.personalEmail),
    field('7', 'homePhone', 'Home Phone', 'phone', (p) => p.personalPhone),
  ]),
  ...section('address', 'page', 'Contact', 'contact', [
    field('3991', 'country', 'Country', 'country', (p) => p.homeCountry),
  ]),
  ...section('work', 'table', 'Job Information', 'jobInformation', [
    job('17', 'jobTitle', 'Job Title', 'list', (p) => p.title, 'jobInformationJobTitle'),
    job('4', 'department', 'Department', 'list', (p) => p.department, 'jobInformationDepartment'),
    job('1355', 'division', 'Division', 'list', (p) => p.legalEntity, 'jobInformationDivision'),
    job('18', 'location', 'Location', 'list', (p) => p.office, 'jobInformationLocation'),
    job('91', 'supervisor', 'Reporting to', 'employee', supervisorName, 'jobInformationReportsTo'),
    job('91.1', 'supervisorEId', 'Reporting to: EEID', 'integer', supervisorEid, 'supervisorEid'),
  ]),
  ...section('payroll', 'table', 'Employment Status', 'employmentStatus', [
    job('1936', 'employmentHistoryStatus', 'Employment Status', 'list', employmentStatus, 'employmentStatus'),
  ]),
  ...section('internal', 'table', 'Employment Status', 'employmentStatus', [
    {
      ...field('1937', 'terminationDate', 'Termination Date', 'date', (p) => p.terminationDate),
      effectiveFrom: (p) => p.terminationDate,
    },
  ]),
  ...section('work', 'page', 'Custom', 'customFields', [
    custom('4340', 'customTShirtSize', 'T-shirt size', 'list', (p) => p.tShirtSize),
    {
      ...custom('4339', 'customUniformSize', 'Uniform size', 'text', (p) => p.tShirtSize),
      deprecated: true,
    },
    custom('4341', null, 'Cost centre', 'text', (p) => p.costCentre),
    custom('4343', 'customWorksFromHome', 'Works from home', 'yesno', worksFromHome),
    custom('4344', 'customProbationEnds', 'Probation ends', 'date', (p) => p.probationEnds),
  ]),
  ...section('custom.category_1711886930001', 'page', 'Equipment', 'customFields', [
    custom('4342', null, 'Badge number', 'integer', (p) => p.badgeNumber?.toString() ?? null),
  ]),
]

export const CLASSIC_FIELDS = BAMBOO_FIELDS.filter(({ id }) => id !== null)

export function isCustom({ entityName }: BambooField): boolean {
  return entityName === 'customFields'
}

/** By alias or by id: both are names of a field. */
export function findClassicField(name: string): BambooField | undefined {
  return CLASSIC_FIELDS.find(({ id, alias }) => name === id || name === alias)
}

/** When this tenant was set up: nobody changed before that. */
const IMPORTED_AT = new Date('2021-03-01T08:00:00Z')

/** In whole seconds, as BambooHR tells and compares them. */
export function lastChangedAt(id: string, log: ChangeLog): Date {
  const at = log.changesOf(id).at(-1)?.at ?? IMPORTED_AT
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}

export function bambooTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}+00:00`
}

function preferredName({ firstName, legalFirstName }: Person): string | null {
  return legalFirstName === null || legalFirstName === firstName ? null : firstName
}

function lastChanged({ id }: Person, _today: string, { log }: View): string {
  return bambooTime(lastChangedAt(id, log))
}

function supervisorName({ managerId }: Person, _today: string, { company }: View): string | null {
  const manager = managerId === null ? undefined : company.findById(managerId)
  return manager ? `${manager.lastName}, ${manager.firstName}` : null
}

function supervisorEid({ managerId }: Person): string | null {
  return managerId === null ? null : String(shortIdOf(managerId))
}

/** One list of the customer's own words for the kind of contract, for leave and for the end. */
function employmentStatus(person: Person, today: string): string | null {
  if (hasLeft(person, today)) return 'Terminated'
  return person.lifecycleText ?? (person.onLeave ? 'Leave of Absence' : person.employmentType)
}

function worksFromHome({ worksFromHome: value }: Person): string | null {
  if (value === null) return null
  return value ? 'yes' : 'no'
}

function section(
  category: Category,
  parentType: BambooField['parentType'],
  parentName: string,
  entityName: string,
  fields: readonly Definition[],
): BambooField[] {
  return fields.map((each) => ({ ...each, category, parentType, parentName, entityName }))
}

function field(
  id: string,
  alias: string,
  name: string,
  type: string,
  read: Read,
  dataset: string = alias,
): Definition {
  return { id, alias, name, type, read, dataset, effectiveFrom: null }
}

function job(id: string, alias: string, name: string, type: string, read: Read, dataset: string): Definition {
  return { ...field(id, alias, name, type, read, dataset), effectiveFrom: (p) => p.startDate }
}

function custom(id: string, alias: string | null, name: string, type: string, read: Read): Definition {
  return { id, alias, name, type, read, dataset: `customField${id}`, effectiveFrom: null }
}

function datasetOnly(dataset: string, name: string, type: string, read: Read): Definition {
  return { id: null, alias: null, name, type, read, dataset, effectiveFrom: null }
}
