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
import { recordIdOf } from './personio-values.ts'

/** The custom fields to read: names of attributes. */
export type PersonioLayout = Readonly<{ custom: readonly string[] }>

const PAGE_SIZE = 100

const personSchema = z.object({ success: z.literal(true), data: z.unknown() })
const answerSchema = z.object({
  success: z.literal(true),
  metadata: z.object({ total_elements: z.int().min(0) }),
  data: z.array(z.unknown()),
})

/**
 * Everybody, by offset. Personio cannot be asked for an order: who joins meanwhile may push somebody over to the next
 * page, where they come twice and somebody else not at all. The number of different people then misses the total.
 */
export async function* pages(
  client: ProviderClient,
  { today, customFields }: PageRequest,
): AsyncGenerator<Page<PersonioLayout>, CompleteRead, void> {
  const context = { today, layout: { custom: customFields } }
  const watch = watchPages()
  for (let offset = 0; ; ) {
    const { rows, expected } = await readPage(client, { offset, limit: PAGE_SIZE })
    // Counted by what came: a smaller limit of Personio's own must leave no gap.
    offset += rows.length
    const isLast = offset >= expected
    const problem = watch({
      rows: rows.length,
      first: recordIdOf(rows[0]),
      next: isLast ? null : String(offset),
      announced: expected,
    })
    if (problem !== null) throw incomplete(problem)
    yield { rows, context, expected }
    if (isLast) return { complete: true, expected }
  }
}

/**
 * One by one, as the list knows no filter by id. Somebody whom Personio does not know is a 404. To be checked on a live
 * account: that a single person comes with every attribute that the list has, and leavers too.
 */
export async function people(
  client: ProviderClient,
  { recordIds, today, customFields }: PeopleRequest,
): Promise<SomePeople<PersonioLayout>> {
  const rows: unknown[] = []
  for (const id of recordIds) {
    const path = `/v1/company/employees/${encodeURIComponent(id)}`
    const answer = personSchema.safeParse((await client.json({ method: 'GET', path })).body)
    if (!answer.success) throw withoutPeople()
    rows.push(answer.data.data)
  }
  return { rows, context: { today, layout: { custom: customFields } } }
}

/**
 * One page, of leavers and future joiners too, with every attribute that the credentials may read. To be checked on a
 * live account: that `attributes[]` with a name that is not released is not refused; then only ours could be asked for.
 */
export async function readPage(
  client: ProviderClient,
  { offset, limit, someoneWaits = false }: { offset: number; limit: number; someoneWaits?: boolean },
): Promise<{ rows: readonly unknown[]; expected: number }> {
  const { body } = await client.json({
    method: 'GET',
    path: '/v1/company/employees',
    query: { limit: String(limit), offset: String(offset) },
    someoneWaits,
  })
  const answer = answerSchema.safeParse(body)
  if (!answer.success) throw withoutPeople()
  return { rows: answer.data.data, expected: answer.data.metadata.total_elements }
}

function withoutPeople(): RollcallError {
  return new RollcallError('provider_bad_answer', 'Personio answered without people.', {
    remedy: 'Personio may have changed its API: tell support.',
  })
}

function incomplete(problem: string): RollcallError {
  return new RollcallError('provider_bad_answer', `Personio ${problem}.`, {
    remedy: 'Somebody may have been at work in it. Press Retrieve Now; if it stays so, tell support.',
  })
}
