import type { ChangeLog } from './change-log.ts'
import type { Company } from './company.ts'
import type { Category } from './hibob-fields.ts'
import { lifecycleOf, type Person } from './person.ts'
import {
  costCentersValue,
  namedValue,
  personioDate,
  personioTime,
  supervisorValue,
} from './personio-values.ts'
import { shortIdOf } from './short-ids.ts'
import { SIZES_TO_CHOOSE } from './workplace.ts'

export type Language = 'en' | 'de'
export type View = { company: Company; log: ChangeLog; language: Language }

type Read = (person: Person, today: string, view: View) => unknown

type Definition = {
  key: string
  label: Record<Language, string>
  type: 'integer' | 'standard' | 'date' | 'list'
  universalId: string | null
  options: readonly string[]
  read: Read
}

/** The areas of permission are the model company's own: one list for every vendor. */
export type Attribute = Definition & { category: Category }

/** `dynamic_` attributes are each customer's own, and some of them have a name that all of Personio knows. */
export const ATTRIBUTES: readonly Attribute[] = [
  ...inCategory('root', [
    { ...standard('id', 'ID', 'ID', (p) => shortIdOf(p.id)), type: 'integer' },
    standard('first_name', 'First name', 'Vorname', (p) => p.legalFirstName ?? p.firstName),
    standard('last_name', 'Last name', 'Nachname', (p) => p.legalLastName ?? p.lastName),
    standard('preferred_name', 'Name (preferred)', 'Name (bevorzugt)', (p) => p.displayName),
    standard('email', 'Email', 'E-Mail', (p) => p.workEmail),
    date('created_at', 'created_at', 'created_at', (p, _, view) => personioTime(p.id, view.log, 'first')),
    date('last_modified_at', 'Last modified', 'Zuletzt geändert', (p, _, view) =>
      personioTime(p.id, view.log, 'last'),
    ),
  ]),
  ...inCategory('internal', [
    standard('status', 'Status', 'Status', (p, today) => statusOf(p, today)),
    date('termination_date', 'Termination date', 'Kündigungsdatum', (p) => personioDate(p.terminationDate)),
    date('last_working_day', 'Last day of work', 'Letzter Arbeitstag', (p) =>
      personioDate(p.terminationDate),
    ),
    standard('termination_type', 'Termination type', 'Art der Kündigung', () => null),
  ]),
  ...inCategory('work', [
    standard('position', 'Position', 'Position', (p) => p.title),
    standard('department', 'Department', 'Abteilung', (p) => namedValue('Department', p.department)),
    standard('team', 'Team', 'Team', () => null),
    standard('office', 'Office', 'Standort', (p) => namedValue('Office', p.office)),
    standard('subcompany', 'Subcompany', 'Gesellschaft', (p) => namedValue('Subcompany', p.legalEntity)),
    standard('supervisor', 'Supervisor', 'Vorgesetzte:r', (p, _, { company, language }) =>
      supervisorValue(p, company, (key) => labelOf(key, language)),
    ),
    standard('cost_centers', 'Cost center', 'Kostenstelle', (p) => costCentersValue(p.costCentre)),
    date('hire_date', 'Hire date', 'Einstellungsdatum', (p) => personioDate(p.startDate)),
    date('contract_end_date', 'Contract ends', 'Vertragsende', () => null),
    date('probation_period_end', 'Probation period end', 'Ende der Probezeit', (p) =>
      personioDate(p.probationEnds),
    ),
    dynamic(
      'dynamic_7101',
      'Personnel number',
      'Personalnummer',
      (p) => p.employeeNumber,
      'personnel_number',
    ),
    dynamic('dynamic_7102', 'Work phone', 'Telefon (dienstlich)', (p) => p.workPhone, 'work_phone'),
    dynamic('dynamic_7103', 'Work mobile', 'Mobil (dienstlich)', (p) => p.workMobile, 'work_mobile'),
    {
      ...dynamic('dynamic_7201', 'T-shirt size', 'T-Shirt-Größe', (p) => p.tShirtSize),
      type: 'list',
      options: SIZES_TO_CHOOSE,
    },
    {
      ...dynamic('dynamic_7203', 'Works from home', 'Arbeitet von zu Hause', worksFromHome),
      type: 'list',
      options: ['Yes', 'No'],
    },
  ]),
  ...inCategory('home', [
    dynamic('dynamic_7104', 'Personal email', 'E-Mail (privat)', (p) => p.personalEmail, 'personal_email'),
    dynamic('dynamic_7105', 'Personal phone', 'Telefon (privat)', (p) => p.personalPhone, 'personal_phone'),
  ]),
  ...inCategory('payroll', [
    standard('employment_type', 'Employment type', 'Beschäftigungsart', (p) =>
      p.employmentType === 'Contractor' ? 'external' : 'internal',
    ),
    dynamic('dynamic_7204', 'Contract type', 'Vertragsart', (p) => p.employmentType),
  ]),
  ...inCategory('custom.category_1711886930001', [
    { ...dynamic('dynamic_7202', 'Badge number', 'Ausweisnummer', (p) => p.badgeNumber), type: 'integer' },
  ]),
]

export function isCustom({ key }: Attribute): boolean {
  return key.startsWith('dynamic_')
}

/** One entry of `GET /v1/company/employees/attributes`. */
export function attributeMetadata({ key, label, type, universalId, options }: Attribute, language: Language) {
  return { key, label: label[language], type, universal_id: universalId, options }
}

const STATUSES: Readonly<Record<string, string>> = {
  hired: 'onboarding',
  employed: 'active',
  leave: 'leave',
  terminated: 'inactive',
}

/** Personio has these four; any other word stands for one that it may add. */
function statusOf(person: Person, today: string): string {
  const lifecycle = lifecycleOf(person, today)
  return STATUSES[lifecycle] ?? lifecycle
}

function labelOf(key: string, language: Language): string {
  return ATTRIBUTES.find((attribute) => attribute.key === key)?.label[language] ?? key
}

function worksFromHome({ worksFromHome: value }: Person): string | null {
  if (value === null) return null
  return value ? 'Yes' : 'No'
}

function inCategory(category: Category, definitions: readonly Definition[]): Attribute[] {
  return definitions.map((each) => ({ ...each, category }))
}

function standard(key: string, en: string, de: string, read: Read): Definition {
  return { key, label: { en, de }, type: 'standard', universalId: key, options: [], read }
}

function date(key: string, en: string, de: string, read: Read): Definition {
  return { ...standard(key, en, de, read), type: 'date' }
}

function dynamic(
  key: string,
  en: string,
  de: string,
  read: Read,
  universalId: string | null = null,
): Definition {
  return { ...standard(key, en, de, read), universalId }
}
