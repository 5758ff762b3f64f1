import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { StandardField } from '../../model.ts'
import type { ProviderClient } from '../provider.ts'
import { type BobLists, readLists } from './hibob-lists.ts'

/** One of the tenant's fields: the two places in a row where its value stands, and whether people see a label instead. */
export type BobField = {
  id: string
  name: string
  type: string
  slashKey: string
  path: readonly string[]
  hasLabel: boolean
  /** Of the items of its list, by id, for where a row comes without them. */
  labels: ReadonlyMap<string, string>
}

/** What we read of a row: the standard fields, Active/Inactive, and who the manager is. */
type Wanted = StandardField | 'active' | 'manager'

/** Which of this tenant's fields hold what we want, best first; none where the tenant has no such field. */
export type BobLayout = {
  sources: Readonly<Record<Wanted, readonly BobField[]>>
  custom: readonly BobField[]
}

/** `name` where the id differs between tenants: it is compared with the field's name in the tenant's own metadata. */
type Source = { id: string } | { name: string }
const id = (value: string): Source => ({ id: value })
const name = (value: string): Source => ({ name: value })

/**
 * To be checked on a live account, with `GET /company/people/fields`: which field holds the legal entity, for which
 * the vendor documents none, and whether `payroll.employment.type` is the employment type.
 */
const SOURCES: Record<Wanted, readonly Source[]> = {
  firstName: [name('legal first name'), id('root.firstName')],
  lastName: [name('legal last name'), name('legal surname'), id('root.surname')],
  preferredName: [id('root.displayName')],
  workEmail: [id('root.email')],
  personalEmail: [id('home.privateEmail')],
  employeeNumber: [id('work.employeeIdInCompany')],
  phone: [id('work.workPhone'), id('work.workMobile'), id('home.mobilePhone'), id('home.privatePhone')],
  jobTitle: [id('work.title')],
  department: [id('work.department')],
  officeLocation: [id('work.site')],
  country: [id('address.siteCountry')],
  legalEntity: [name('legal entity'), name('employing entity'), name('employer')],
  employmentType: [id('payroll.employment.type'), name('employment type')],
  status: [id('internal.lifecycleStatus')],
  active: [id('internal.status')],
  startDate: [id('work.startDate')],
  endDate: [id('internal.terminationDate')],
  manager: [id('work.reportsTo'), id('work.manager')],
}

const catalogueSchema = z.array(
  z.object({
    id: z.string().min(1),
    name: z.string().catch(''),
    type: z.string().catch('text'),
    categoryDisplayName: z.string().nullish().catch(null),
    jsonPath: z.string().nullish().catch(null),
    typeData: z.object({ listId: z.string().nullish() }).nullish().catch(null),
  }),
)
export type BobCatalogue = z.infer<typeof catalogueSchema>

/** All fields of the tenant, also those that the service user may not read: this list needs no permission. */
export async function readCatalogue(client: ProviderClient, someoneWaits = false): Promise<BobCatalogue> {
  const { body } = await client.json({ method: 'GET', path: '/company/people/fields', someoneWaits })
  const parsed = catalogueSchema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new RollcallError(
    'provider_bad_answer',
    'HiBob answered with a list of fields that we cannot read.',
    {
      remedy: 'HiBob may have changed its API: tell support.',
    },
  )
}

export async function readLayout(
  client: ProviderClient,
  customFields: readonly string[],
): Promise<BobLayout> {
  return resolveLayout(await readCatalogue(client), customFields, await readLists(client))
}

export function resolveLayout(
  catalogue: BobCatalogue,
  customFields: readonly string[],
  lists: BobLists | null = null,
): BobLayout {
  const toField = (entry: BobCatalogue[number]) => fieldOf(entry, lists)
  const byId = new Map(catalogue.map((entry) => [entry.id, entry]))
  const byName = new Map(catalogue.map((entry) => [entry.name.trim().toLowerCase(), entry]))
  const find = (source: Source) => ('id' in source ? byId.get(source.id) : byName.get(source.name))
  const sources: Partial<Record<Wanted, readonly BobField[]>> = {}
  for (const wanted of Object.keys(SOURCES) as Wanted[]) {
    sources[wanted] = SOURCES[wanted].flatMap((source) => find(source) ?? []).map(toField)
  }
  return {
    sources: sources as BobLayout['sources'],
    custom: customFields.flatMap((fieldId) => byId.get(fieldId) ?? []).map(toField),
  }
}

export function isOnTenant(layout: BobLayout, field: StandardField): boolean {
  return layout.sources[field].length > 0
}

/** Asked for by id. Whoever it belongs to comes first. */
export function requestedIds(layout: BobLayout): string[] {
  const all = [...Object.values(layout.sources).flat(), ...layout.custom]
  return [...new Set([ID_FIELD, ...all.map((field) => field.id)])]
}

export const ID_FIELD = 'root.id'
const LABELLED_TYPES = ['list', 'multi-list', 'hierarchy-list', 'employee-reference']

function fieldOf(
  { id: fieldId, name: label, type, jsonPath, typeData }: BobCatalogue[number],
  lists: BobLists | null,
): BobField {
  const items = lists?.get(typeData?.listId ?? '') ?? []
  return {
    id: fieldId,
    name: label,
    type,
    slashKey: `/${fieldId.replaceAll('.', '/')}`,
    path: (jsonPath || fieldId).replace(/^root\./, '').split('.'),
    hasLabel: LABELLED_TYPES.includes(type),
    labels: new Map(items.map((item) => [item.id, item.label])),
  }
}
