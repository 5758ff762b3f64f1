import type { FieldType } from '../../model.ts'
import type { CatalogueField, ProviderClient } from '../provider.ts'
import { readCatalogue, requestedIds, resolveLayout } from './hibob-layout.ts'
import { readLists } from './hibob-lists.ts'

/** Bob's types that can be read as values. Money, documents and tables cannot. */
const FIELD_TYPES: Readonly<Record<string, FieldType>> = {
  text: 'text',
  'text-area': 'text',
  number: 'number',
  date: 'date',
  boolean: 'boolean',
  list: 'choice',
  'hierarchy-list': 'choice',
  'employee-reference': 'choice',
  'multi-list': 'list',
}

/** What can be asked for besides the standard fields. */
export async function catalogue(client: ProviderClient): Promise<readonly CatalogueField[]> {
  const fields = await readCatalogue(client)
  const lists = await readLists(client)
  const standard = new Set(requestedIds(resolveLayout(fields, [])))
  const choicesOf = (listId: string | null): readonly string[] | null => {
    if (listId === null) return []
    const items = lists?.get(listId)
    return items?.filter(({ archived }) => !archived).map(({ label }) => label) ?? null
  }
  return fields.flatMap(({ id, name, type: word, categoryDisplayName, typeData }) => {
    const type = FIELD_TYPES[word]
    if (type === undefined || standard.has(id)) return []
    const category = categoryDisplayName?.trim() || null
    const choices = choicesOf(typeData?.listId ?? null)
    return [{ id, label: name.trim() || id, type, category, choices, deprecated: false }]
  })
}
