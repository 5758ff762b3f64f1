import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type { FieldType } from '../../model.ts'
import type { CatalogueField, ProviderClient } from '../provider.ts'
import { SOURCES } from './personio-employee.ts'
import { readPage } from './personio-people.ts'
import { isPersonioRow, isWrapper } from './personio-values.ts'

const attributeSchema = z.object({
  key: z.string().min(1),
  label: z.string().catch(''),
  type: z.string().catch(''),
  universal_id: z.string().nullish().catch(null),
  options: z.array(z.unknown()).nullish().catch(null),
})
const attributesSchema = z.object({ data: z.array(attributeSchema) })
type Attribute = z.infer<typeof attributeSchema>

const TYPES: Readonly<Record<string, FieldType>> = {
  date: 'date',
  integer: 'number',
  decimal: 'number',
  boolean: 'boolean',
  list: 'choice',
  tags: 'list',
}

/** Read already, or no fact about a person: the last two are instants, and change with all else. */
const LEFT_OUT = new Set([
  ...Object.values(SOURCES).flat(),
  ...['id', 'supervisor', 'created_at', 'last_modified_at'],
])

/** What can be asked for besides the standard fields: whatever else the credentials may read. */
export async function catalogue(client: ProviderClient): Promise<readonly CatalogueField[]> {
  const attributes = await readAttributes(client)
  return attributes
    .filter(({ key, universal_id }) => !LEFT_OUT.has(key) && !LEFT_OUT.has(universal_id ?? ''))
    .map(({ key, label, type, options }) => ({
      id: key,
      label: label.trim() || key,
      type: TYPES[type] ?? 'text',
      category: null,
      choices: options?.filter((option) => typeof option === 'string') ?? null,
      deprecated: false,
    }))
}

async function readAttributes(client: ProviderClient): Promise<readonly Attribute[]> {
  try {
    const { body } = await client.json({ method: 'GET', path: '/v1/company/employees/attributes' })
    const answer = attributesSchema.safeParse(body)
    if (answer.success) return answer.data.data
  } catch (thrown) {
    if (!(thrown instanceof RollcallError) || thrown.code !== 'provider_forbidden') throw thrown
    return attributesOfSome(client)
  }
  throw new RollcallError(
    'provider_bad_answer',
    'Personio answered with a list of attributes that we cannot read.',
    { remedy: 'Personio may have changed its API: tell support.' },
  )
}

/** Not everybody who may read people may read the list; but every person brings all of it along. */
async function attributesOfSome(client: ProviderClient): Promise<readonly Attribute[]> {
  const { rows } = await readPage(client, { offset: 0, limit: 20 })
  const found = new Map<string, Attribute>()
  for (const { attributes } of rows.filter(isPersonioRow)) {
    for (const [key, wrapper] of Object.entries(attributes)) {
      const parsed = isWrapper(wrapper) ? attributeSchema.safeParse({ ...wrapper, key }) : undefined
      if (parsed?.success) found.set(key, parsed.data)
    }
  }
  return [...found.values()]
}
