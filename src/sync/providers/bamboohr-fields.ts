import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
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

export function badFields(): RollcallError {
  return new RollcallError(
    'provider_bad_answer',
    'BambooHR answered with a list of fields that we cannot read.',
    {
      remedy: 'BambooHR may have changed its API: tell support.',
    },
  )
}
