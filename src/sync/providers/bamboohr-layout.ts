import { RollcallError } from '../../errors.ts'
import type { FieldType, StandardField } from '../../model.ts'
import type { ProviderClient } from '../provider.ts'
import { type DatasetField, readDatasetFields } from './bamboohr-fields.ts'
import { type FieldMeta, readMeta } from './bamboohr-meta.ts'

export type BambooField = { name: string; label: string; type: FieldType }

/** What we read of a row: the standard fields, the word for the contract, a preferred first name, the manager. */
type Wanted = StandardField | 'employment' | 'preferredFirstName' | 'manager'

/** Which fields of this account's dataset hold what we want, best first; none where the account has no such field. */
export type BambooLayout = {
  idName: string
  sources: Readonly<Record<Wanted, readonly BambooField[]>>
  custom: readonly BambooField[]
}

/** To be checked on a live account: the vendor documents no list of names, and two connectors use `eeid`. */
export const ID_NAMES = ['eeid', 'employeeId', 'id'] as const

/** Alternatives for one field: the first that the account has is read, by its name or else by its label. */
type Source = { names: readonly string[]; labels: readonly string[]; mayBeCustom: boolean }
const source = (names: readonly string[], ...labels: string[]): Source => ({
  names,
  labels,
  mayBeCustom: false,
})

/**
 * Names of the dataset, which are not the aliases of the classic endpoints, differ between accounts and stand in no
 * public list. To be checked on a live account, with `GET /v1_2/datasets/employee/fields`.
 */
const SOURCES: Record<Wanted, readonly Source[]> = {
  firstName: [source(['firstName'], 'first name')],
  lastName: [source(['lastName'], 'last name')],
  preferredName: [source(['displayName', 'name'], 'display name')],
  preferredFirstName: [source(['preferredName'], 'preferred name')],
  workEmail: [source(['email', 'workEmail'], 'work email')],
  personalEmail: [source(['homeEmail', 'personalEmail'], 'home email', 'personal email')],
  employeeNumber: [source(['employeeNumber'], 'employee #', 'employee number')],
  phone: [
    source(['workPhone'], 'work phone'),
    source(['mobilePhone'], 'mobile phone'),
    source(['homePhone'], 'home phone'),
  ],
  jobTitle: [source(['jobInformationJobTitle', 'jobTitle'], 'job title')],
  department: [source(['jobInformationDepartment', 'department'], 'department')],
  officeLocation: [source(['jobInformationLocation', 'location'], 'location')],
  country: [source(['country'], 'country')],
  // BambooHR has no legal entity: companies add a field of their own, or use the division for it.
  legalEntity: [
    {
      names: ['jobInformationDivision', 'division'],
      labels: ['legal entity', 'employing entity', 'employer'],
      mayBeCustom: true,
    },
  ],
  employmentType: [
    {
      names: ['employmentStatus', 'employmentHistoryStatus'],
      labels: ['employment type'],
      mayBeCustom: true,
    },
  ],
  status: [source(['status'])],
  employment: [source(['employmentStatus', 'employmentHistoryStatus'], 'employment status')],
  startDate: [source(['hireDate'], 'hire date')],
  endDate: [source(['terminationDate'], 'termination date')],
  // `jobInformationReportsTo` is a name as text, and a name is nobody's id.
  manager: [source(['supervisorEid', 'supervisorEId', 'supervisorId'], 'reporting to: eeid')],
}

/** @param meta of custom fields, by dataset name */
export function resolveLayout(
  fields: readonly DatasetField[],
  customFields: readonly string[],
  meta: ReadonlyMap<string, Pick<FieldMeta, 'type'>> = new Map(),
): BambooLayout {
  const byName = new Map(fields.map((field) => [field.name, field]))
  const idName = ID_NAMES.find((name) => byName.has(name))
  if (idName === undefined) {
    throw new RollcallError('provider_bad_answer', "BambooHR's fields have none for the record ID.", {
      remedy: 'BambooHR may have changed its API: tell support.',
    })
  }
  const toField = ({ name, label }: DatasetField): BambooField => ({
    name,
    label: label || name,
    type: meta.get(name)?.type ?? 'text',
  })
  const find = ({ names, labels, mayBeCustom }: Source) => {
    const named = names.flatMap((name) => byName.get(name) ?? [])
    const labelled = labels.flatMap((label) => onlyOneLabelled(fields, label, mayBeCustom) ?? [])
    // Only a company's own field is surer than the vendor's: somebody made it for this.
    return (mayBeCustom ? [...labelled, ...named] : [...named, ...labelled]).slice(0, 1).map(toField)
  }
  const sources: Partial<Record<Wanted, readonly BambooField[]>> = {}
  for (const wanted of Object.keys(SOURCES) as Wanted[]) sources[wanted] = SOURCES[wanted].flatMap(find)
  return {
    idName,
    sources: sources as BambooLayout['sources'],
    custom: customFields.flatMap((name) => byName.get(name) ?? []).map(toField),
  }
}

/** Two fields of one label, in two tables say: neither can be told to be the one. */
function onlyOneLabelled(
  fields: readonly DatasetField[],
  label: string,
  mayBeCustom: boolean,
): DatasetField | undefined {
  const found = fields.filter(
    (field) => field.label.trim().toLowerCase() === label && (mayBeCustom || !isCustom(field)),
  )
  return found.length === 1 ? found[0] : undefined
}

function isCustom({ name, entityName }: DatasetField): boolean {
  return /^custom/i.test(name) || /^custom/i.test(entityName ?? '')
}

export async function readLayout(
  client: ProviderClient,
  customFields: readonly string[],
  someoneWaits = false,
): Promise<BambooLayout> {
  const fields = await readDatasetFields(client, someoneWaits)
  const meta = customFields.length === 0 ? undefined : await readMeta(client, fields)
  return resolveLayout(fields, customFields, meta)
}

export function isOnAccount(layout: BambooLayout, field: StandardField): boolean {
  return layout.sources[field].length > 0
}

/** Every name is from the account's own list: a name that it does not know is refused, with the whole request. */
export function requestedNames(layout: BambooLayout): string[] {
  const all = [...Object.values(layout.sources).flat(), ...layout.custom]
  return [...new Set([layout.idName, ...all.map(({ name }) => name)])]
}
