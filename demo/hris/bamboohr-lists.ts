import { BAMBOO_FIELDS } from './bamboohr-fields.ts'
import type { Company } from './company.ts'
import { type ListItem, type ListName, namedLists } from './hibob-lists.ts'

/** One list of the model company for every vendor. BambooHR knows none below another. */
const LISTS: Readonly<Record<string, ListName>> = {
  jobTitle: 'title',
  department: 'department',
  division: 'legalEntity',
  location: 'site',
  employmentHistoryStatus: 'payrollEmploymentType',
  customTShirtSize: 'tShirtSize',
}

export type BambooList = {
  fieldId: string
  name: string
  alias: string
  manageable: 'yes' | 'no'
  multiple: 'yes' | 'no'
  options: {
    id: number
    name: string
    archived: 'yes' | 'no'
    createdDate: string | null
    archivedDate: string | null
  }[]
}

/** `GET /v1/meta/lists`: archived options too, as somebody may still have them. */
export function bambooLists(company: Company): BambooList[] {
  const items = new Map(
    namedLists(company, true).map((list) => [list.name, list.items.flatMap(withChildren)]),
  )
  return BAMBOO_FIELDS.flatMap(({ alias, id, name }) => {
    const list = LISTS[alias ?? '']
    if (list === undefined || alias === null || id === null) return []
    const options = (items.get(list) ?? []).map(({ value, archived }, index) => ({
      id: index + 1,
      name: value,
      archived: archived ? ('yes' as const) : ('no' as const),
      createdDate: null,
      archivedDate: null,
    }))
    return [{ fieldId: id, name, alias, manageable: 'yes' as const, multiple: 'no' as const, options }]
  })
}

function withChildren(item: ListItem): ListItem[] {
  return [item, ...item.children.flatMap(withChildren)]
}
