import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { FieldType } from '../../model.ts'
import { watchPages } from '../core/paging.ts'
import type { ProviderClient } from '../provider.ts'

const fieldSchema = z.object({
  name: z.string().min(1),
  label: z.string().catch(''),
  type: z.string().nullish().catch(null),
  parentName: z.string().nullish().catch(null),
  entityName: z.string().nullish().catch(null),
})
const fieldsSchema = z.object({
  fields: z.array(fieldSchema),
  pagination: z.object({ total_pages: z.int().min(0) }).nullish(),
})
export type DatasetField = z.infer<typeof fieldSchema>

/** Every field of the account's dataset, also those that the owner of the key may not see. */
export async function readDatasetFields(
  client: ProviderClient,
  someoneWaits = false,
): Promise<readonly DatasetField[]> {
  const fields: DatasetField[] = []
  const watch = watchPages(100)
  for (let page = 1; ; page++) {
    const { body } = await client.json({
      method: 'GET',
      path: '/v1_2/datasets/employee/fields',
      query: { page: String(page), page_size: '1000' },
      someoneWaits,
    })
    const answer = fieldsSchema.safeParse(body)
    if (!answer.success) throw badFields()
    fields.push(...answer.data.fields)
    const isLast = page >= (answer.data.pagination?.total_pages ?? 1)
    const seen = {
      rows: answer.data.fields.length,
      first: answer.data.fields[0]?.name ?? null,
      next: isLast ? null : String(page + 1),
      announced: null,
    }
    if (watch(seen) !== null) throw badFields()
    if (isLast) return fields
  }
}

const metaSchema = z.array(
  z.object({
    id: z.union([z.string(), z.number()]).transform(String),
    name: z.string().catch(''),
    type: z.string().catch('text'),
    alias: z.string().nullish().catch(null),
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

/**
 * The types of the dataset's fields, by name. Its own list does not always tell them; the classic list of fields
 * does, and joins by id (`customField4340` is field 4340), by alias or by label. To be checked on a live account.
 */
export async function readTypes(
  client: ProviderClient,
  fields: readonly DatasetField[],
): Promise<ReadonlyMap<string, FieldType>> {
  const { body } = await client.json({ method: 'GET', path: '/v1/meta/fields' })
  const meta = metaSchema.safeParse(body)
  if (!meta.success) throw badFields()
  const byId = new Map(meta.data.map((entry) => [entry.id, entry.type]))
  const byAlias = new Map(meta.data.map((entry) => [entry.alias ?? '', entry.type]))
  const byLabel = new Map(meta.data.map((entry) => [entry.name.trim().toLowerCase(), entry.type]))
  return new Map(
    fields.map(({ name, label, type }) => {
      const id = /^custom(?:Field|Table)(\d+)$/.exec(name)?.[1] ?? ''
      const word = type ?? byId.get(id) ?? byAlias.get(name) ?? byLabel.get(label.trim().toLowerCase())
      return [name, TYPES[word?.toLowerCase() ?? ''] ?? 'text']
    }),
  )
}

function badFields(): RollcallError {
  return new RollcallError(
    'provider_bad_answer',
    'BambooHR answered with a list of fields that we cannot read.',
    {
      remedy: 'BambooHR may have changed its API: tell support.',
    },
  )
}
