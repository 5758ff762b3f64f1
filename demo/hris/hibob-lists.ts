import type { Company } from './company.ts'
import { hashText } from './random.ts'
import {
  DEPARTMENTS,
  EMPLOYMENT_TYPES,
  findOffice,
  LEGAL_ENTITIES,
  OFFICES,
  OUTPOSTS,
  SIZES_TO_CHOOSE,
} from './workplace.ts'

export type ListName =
  | 'department'
  | 'title'
  | 'site'
  | 'legalEntity'
  | 'payrollEmploymentType'
  | 'tShirtSize'
  | 'yesNo'
  | 'internalStatus'
  | 'lifecycleStatus'

/** HiBob's own words are ids that are also readable; a customer's words get a number. */
const LIFECYCLE_LABELS = {
  hired: 'Hired',
  employed: 'Employed',
  leave: 'Leave',
  'garden leave': 'Garden leave',
  terminated: 'Terminated',
}
const TEXTUAL_LISTS: readonly ListName[] = ['yesNo', 'internalStatus', 'lifecycleStatus']

export type ListItem = {
  id: number | string
  value: string
  name: string
  archived: boolean
  children: ListItem[]
}
export type NamedList = { name: ListName; items: ListItem[] }

/**
 * Nine digits that depend on the label alone. In a person's record it is text, in the named list it is a
 * number, as HiBob has it.
 */
export function listItemId(list: ListName, label: string): string {
  if (TEXTUAL_LISTS.includes(list)) return label
  const office = list === 'site' && findOffice(label)
  return String(office ? office.siteId : 100_000_000 + (hashText(`${list}/${label}`) % 900_000_000))
}

export function listLabel(list: ListName, value: string): string {
  if (list !== 'lifecycleStatus') return value
  return LIFECYCLE_LABELS[value as keyof typeof LIFECYCLE_LABELS] ?? value
}

export function namedLists(company: Company, includeArchived: boolean): NamedList[] {
  const unusual = company.unusualPeople()
  const titles = [...DEPARTMENTS.flatMap(({ ladder }) => ladder), ...texts(unusual.map(({ title }) => title))]
  const departments = texts(unusual.map(({ department }) => department))
  const lists: NamedList[] = [
    { name: 'department', items: departmentTree(departments) },
    { name: 'title', items: [...flat('title', titles), item('title', 'Webmaster', { archived: true })] },
    {
      name: 'site',
      items: flat(
        'site',
        [...OFFICES, ...OUTPOSTS].map(({ name }) => name),
      ),
    },
    { name: 'legalEntity', items: flat('legalEntity', LEGAL_ENTITIES) },
    { name: 'payrollEmploymentType', items: flat('payrollEmploymentType', EMPLOYMENT_TYPES) },
    {
      name: 'tShirtSize',
      items: [...flat('tShirtSize', SIZES_TO_CHOOSE), item('tShirtSize', 'One size', { archived: true })],
    },
    { name: 'yesNo', items: flat('yesNo', ['Yes', 'No']) },
    { name: 'internalStatus', items: flat('internalStatus', ['Active', 'Inactive']) },
    { name: 'lifecycleStatus', items: flat('lifecycleStatus', Object.keys(LIFECYCLE_LABELS)) },
  ]
  return lists.map(({ name, items }) => ({
    name,
    items: items.filter(({ archived }) => includeArchived || !archived),
  }))
}

/** Finance, People and Legal hang below Operations: a reader that skips `children` cannot name them. */
function departmentTree(unusual: string[]): ListItem[] {
  const known = DEPARTMENTS.map(({ name }) => name)
  const top = DEPARTMENTS.filter(({ parent }) => parent === null).map(({ name }) => name)
  const below = DEPARTMENTS.filter(({ parent }) => parent === 'Operations').map(({ name }) => name)
  const added = unusual.filter((name) => !known.includes(name))
  return [
    ...flat('department', [...top, ...added]),
    item('department', 'Operations', { children: flat('department', below) }),
  ]
}

function flat(list: ListName, labels: readonly string[]): ListItem[] {
  return [...new Set(labels)].map((label) => item(list, label))
}

function item(list: ListName, value: string, rest: Partial<ListItem> = {}): ListItem {
  const id = listItemId(list, value)
  const label = listLabel(list, value)
  return {
    id: TEXTUAL_LISTS.includes(list) ? id : Number(id),
    value: label,
    name: label,
    archived: false,
    children: [],
    ...rest,
  }
}

function texts(values: (string | null)[]): string[] {
  return values.filter((value) => value !== null)
}
