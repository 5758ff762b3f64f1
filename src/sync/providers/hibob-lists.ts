import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { ProviderClient } from '../provider.ts'

/** By the name of the list, every item of it; those below another stand behind it. */
export type BobLists = ReadonlyMap<string, readonly BobItem[]>
/** Archived: nobody can choose it any more, and somebody may still have it. */
export type BobItem = { id: string; label: string; archived: boolean }

const itemSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  value: z.string().nullish().catch(null),
  name: z.string().nullish().catch(null),
  archived: z.boolean().catch(false),
  children: z.array(z.unknown()).catch([]),
})
const listSchema = z.object({ name: z.string(), items: z.array(z.unknown()) })

/** `null` where they cannot be had: people can be read without them, and the fields have their names. */
export async function readLists(client: ProviderClient): Promise<BobLists | null> {
  try {
    const query = { includeArchived: 'true' }
    const { body } = await client.json({ method: 'GET', path: '/company/named-lists', query })
    return parseLists(body)
  } catch (thrown) {
    // A refused key is refused everywhere, and some vendors lock out who goes on asking with it.
    if (thrown instanceof RollcallError && thrown.code !== 'provider_key_refused') return null
    throw thrown
  }
}

/**
 * To be checked on a live account: whether an array of lists comes, as documented, or an object by the names of lists.
 * A list that cannot be read is left out.
 */
export function parseLists(body: unknown): BobLists | null {
  if (typeof body !== 'object' || body === null) return null
  const all = Array.isArray(body)
    ? body
    : Object.entries(body).map(([name, list]) => ({
        name,
        items: Array.isArray(list) ? list : listSchema.safeParse(list).data?.items,
      }))
  const lists = all.flatMap((each) => listSchema.safeParse(each).data ?? [])
  return new Map(lists.map(({ name, items }) => [name, items.flatMap(flattened)]))
}

function flattened(raw: unknown): BobItem[] {
  const item = itemSchema.safeParse(raw)
  if (!item.success) return []
  const { archived, children, id, name, value } = item.data
  const label = (name || value || '').trim()
  return [...(label === '' ? [] : [{ id, label, archived }]), ...children.flatMap(flattened)]
}
