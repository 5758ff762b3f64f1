import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { FieldType } from '../../model.ts'
import type { ProviderClient } from '../provider.ts'
import { badFields, type DatasetField } from './bamboohr-fields.ts'

const idSchema = z.union([z.string(), z.number()]).transform(String)
const metaSchema = z.array(
  z.object({
    id: idSchema,
    name: z.string().catch(''),
    type: z.string().catch('text'),
    alias: z.string().nullish().catch(null),
    deprecated: z.boolean().catch(false),
  }),
)
const listsSchema = z.array(
  z.object({
    fieldId: idSchema,
    name: z.string().catch(''),
    alias: z.string().nullish().catch(null),
    options: z.array(z.object({ name: z.string().catch(''), archived: z.string().catch('no') })).catch([]),
  }),
)

const TYPES: Readonly<Record<string, FieldType>> = {
  date: 'date',
  integer: 'number',
  int: 'number',
  number: 'number',
  numeric: 'number',
  decimal: 'number',
  percentage: 'number',
  yesno: 'boolean',
  checkbox: 'boolean',
  bool: 'boolean',
  boolean: 'boolean',
  list: 'choice',
  options: 'choice',
  status: 'choice',
  country: 'choice',
  state: 'choice',
  gender: 'choice',
  marital_status: 'choice',
  multilist: 'list',
  multi_list: 'list',
}

export type FieldMeta = { type: FieldType; deprecated: boolean }

/** What the dataset's own list of fields does not always tell, and the classic one does; by dataset name. */
export async function readMeta(
  client: ProviderClient,
  fields: readonly DatasetField[],
): Promise<ReadonlyMap<string, FieldMeta>> {
  const { body } = await client.json({ method: 'GET', path: '/v1/meta/fields' })
  const meta = metaSchema.safeParse(body)
  if (!meta.success) throw badFields()
  // Of two that have a label in common the one that is in use counts, and that is the one that comes last.
  const inUseLast = meta.data.toSorted((a, b) => Number(b.deprecated) - Number(a.deprecated))
  const find = finder(inUseLast)
  return new Map(
    fields.map((field) => {
      const entry = find(field)
      const word = field.type ?? entry?.type ?? ''
      return [
        field.name,
        { type: TYPES[word.toLowerCase()] ?? 'text', deprecated: entry?.deprecated ?? false },
      ]
    }),
  )
}

/** What can be chosen in the fields that have a list, by dataset name; `null` where the key may not see lists. */
export async function readChoices(
  client: ProviderClient,
  fields: readonly DatasetField[],
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  try {
    const { body } = await client.json({ method: 'GET', path: '/v1/meta/lists' })
    const lists = listsSchema.safeParse(body)
    if (!lists.success) return null
    const find = finder(lists.data.map(({ fieldId, ...list }) => ({ id: fieldId, ...list })))
    return new Map(
      fields.flatMap((field) => {
        const options = find(field)?.options.filter(({ archived }) => archived !== 'yes')
        return options === undefined ? [] : [[field.name, options.map(({ name }) => name)] as const]
      }),
    )
  } catch (thrown) {
    // A refused key is refused everywhere, and some vendors lock out who goes on asking with it.
    if (thrown instanceof RollcallError && thrown.code !== 'provider_key_refused') return null
    throw thrown
  }
}

type Classic = { id: string; alias?: string | null | undefined; name: string }

/**
 * The classic entry of a dataset's field: by id (`customField4340` is field 4340), by alias or by label. To be checked
 * on a live account.
 */
function finder<Entry extends Classic>(
  entries: readonly Entry[],
): (field: DatasetField) => Entry | undefined {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const byAlias = new Map(entries.map((entry) => [entry.alias ?? '', entry]))
  const byLabel = new Map(entries.map((entry) => [entry.name.trim().toLowerCase(), entry]))
  return ({ name, label }) => {
    const id = /^custom(?:Field|Table)(\d+)$/.exec(name)?.[1] ?? ''
    return byId.get(id) ?? byAlias.get(name) ?? byLabel.get(label.trim().toLowerCase())
  }
}
