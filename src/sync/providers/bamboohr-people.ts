import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import { watchPages } from '../core/paging.ts'
import type {
  CompleteRead,
  Page,
  PageRequest,
  PeopleRequest,
  ProviderClient,
  SomePeople,
} from '../provider.ts'
import { type BambooLayout, readLayout, requestedNames } from './bamboohr-layout.ts'
import { recordIdOf } from './bamboohr-values.ts'

/** Half of what BambooHR allows, as it refuses an answer that grows too large (413). */
const PAGE_SIZE = 500

/** Without `filter` the page is one of everybody. */
type PageOfDataset = { page: number; pageSize: number; filter?: string; someoneWaits?: boolean }

const answerSchema = z.object({
  data: z.array(z.unknown()),
  meta: z.object({
    page: z.int().min(1),
    totalPages: z.int().min(0),
    totalItems: z.int().min(0),
  }),
})

/** Everybody in the order of their ids: who joins meanwhile comes last and moves nobody to another page. */
export async function* pages(
  client: ProviderClient,
  { today, customFields }: PageRequest,
): AsyncGenerator<Page<BambooLayout>, CompleteRead, void> {
  const layout = await readLayout(client, customFields)
  const context = { today, layout }
  const watch = watchPages()
  for (let page = 1; ; page++) {
    const { rows, expected, isLast } = await readPage(client, layout, { page, pageSize: PAGE_SIZE })
    const problem = watch({
      rows: rows.length,
      first: recordIdOf(rows[0]),
      next: isLast ? null : String(page + 1),
      announced: expected,
    })
    if (problem !== null) throw incomplete(problem)
    yield { rows, context, expected }
    if (isLast) return { complete: true, expected }
  }
}

/**
 * The same rows of the same dataset. To be checked on a live account: that it can be filtered by its record ID, and takes
 * as many alternatives. Where it cannot it refuses, or sends others; either way everybody is read instead.
 */
export async function people(
  client: ProviderClient,
  { recordIds, today, customFields }: PeopleRequest,
): Promise<SomePeople<BambooLayout>> {
  const layout = await readLayout(client, customFields)
  // `in` takes several values only for fields with options.
  const filter = recordIds.map((id) => `${layout.idName} eq '${id}'`).join(' or ')
  const { rows } = await readPage(client, layout, { page: 1, pageSize: recordIds.length, filter })
  return { rows, context: { today, layout } }
}

/**
 * One page of the dataset: leavers and future joiners too, as no filter is given. To be checked on a live account:
 * that it lists people who start later, and that a key which may not see a field is still answered.
 */
export async function readPage(
  client: ProviderClient,
  layout: BambooLayout,
  { page, pageSize, filter, someoneWaits = false }: PageOfDataset,
): Promise<{ rows: readonly unknown[]; expected: number; isLast: boolean }> {
  const { body } = await client.json({
    method: 'POST',
    path: '/v2/datasets/employee/data',
    body: { fields: requestedNames(layout), orderBy: `${layout.idName} asc`, page, pageSize, filter },
    someoneWaits,
  })
  const answer = answerSchema.safeParse(body)
  if (!answer.success) {
    throw new RollcallError('provider_bad_answer', 'BambooHR answered without a list of people.', {
      remedy: 'BambooHR may have changed its API: tell support.',
    })
  }
  const { data, meta } = answer.data
  if (meta.page !== page) throw incomplete('sent another page than the one we asked for')
  return { rows: data, expected: meta.totalItems, isLast: page >= meta.totalPages }
}

function incomplete(problem: string): RollcallError {
  return new RollcallError('provider_bad_answer', `BambooHR ${problem}.`, {
    remedy: 'Somebody may have been at work in it. Press Retrieve Now; if it stays so, tell support.',
  })
}
