import type { Db } from '../db/client.ts'
import { type FieldChoice, listFieldChoices } from '../db/conditions.ts'
import { listChoices } from '../db/connection-fields.ts'
import { customFieldId } from './core/conditions-fields.ts'
import { foldText } from './core/conditions-text.ts'

/**
 * What a condition may ask about a field: the values that people in the cache have, most people first, and behind them
 * what can be chosen in the HR system and nobody has, in its order. Never more than `limit`.
 */
export async function listOfferedChoices(
  db: Db,
  query: { companyId: string; connectionId: string; field: string; search?: string; limit: number },
): Promise<FieldChoice[]> {
  const found = await listFieldChoices(db, query)
  const id = customFieldId(query.field)
  // With as many as fit, some of those that people have may be missing here: then nobody can be told to have none.
  if (id === null || found.length >= query.limit) return found
  const typed = foldText(query.search ?? '')
  const had = new Set(found.map(({ value }) => foldText(value)))
  const listed = (await listChoices(db, query, id)).filter((value) => {
    const text = foldText(value)
    return text.includes(typed) && !had.has(text)
  })
  return [...found, ...listed.map((value) => ({ value, label: value, people: 0 }))].slice(0, query.limit)
}
