import { z } from 'zod'
import { RollcallError } from '../../errors.ts'
import type {
  CompleteRead,
  Page,
  PageRequest,
  PeopleRequest,
  ProviderClient,
  SomePeople,
} from '../provider.ts'
import { type BobLayout, ID_FIELD, readLayout, requestedIds } from './hibob-layout.ts'
import { mergeRows } from './hibob-merge.ts'
import { recordIdOf } from './hibob-values.ts'

/** Bob has no pages: everybody comes in one answer, unless asked for by id. A million ids make about 100 MB. */
const ALL_IDS = { maxBytes: 256 * 1024 * 1024, timeoutMs: 120_000 }
/** The first batch is small, so that something shows soon and a mistake shows early. */
const FIRST_BATCH = 100
/** To be checked on a live account: that so many ids may be asked for at once. The vendor names no limit. */
const BATCH = 1000
/** Bob refuses a search for more. */
const MAX_FIELDS = 400
/** How many may disappear from Bob while it is being read before we rather believe in a broken read. */
const goneLimit = (people: number) => Math.max(5, Math.floor(people * 0.001))

type Waiting = { someoneWaits?: boolean }

/**
 * First everybody's id, then everybody in batches by id: memory does not grow with the company, and the list
 * of ids is the proof that everybody came. Who is missing from a batch is looked up a second time.
 */
export async function* pages(
  client: ProviderClient,
  { today, customFields }: PageRequest,
): AsyncGenerator<Page<BobLayout>, CompleteRead, void> {
  const layout = await readLayout(client, customFields)
  const context = { today, layout }
  const ids = await readIds(client)
  const missing: string[] = []
  for (const batch of batches(ids)) {
    const rows = await readPeople(client, batch, layout)
    missing.push(...absentFrom(rows, batch))
    if (missing.length > goneLimit(ids.length)) throw incomplete(missing.length)
    yield { rows, context, expected: ids.length }
  }
  if (missing.length === 0) return { complete: true, expected: ids.length }

  const found = await lookAgain(client, missing, ids)
  const rows = found.length === 0 ? [] : await readPeople(client, found, layout)
  if (absentFrom(rows, found).length > 0) throw incomplete(found.length)
  const expected = ids.length - missing.length + found.length
  if (rows.length > 0) yield { rows, context, expected }
  return { complete: true, expected }
}

/** By the same search as everybody: whom Bob does not know, or does not show, is left out of its answer. */
export async function people(
  client: ProviderClient,
  { recordIds, today, customFields }: PeopleRequest,
): Promise<SomePeople<BobLayout>> {
  const layout = await readLayout(client, customFields)
  return { rows: await readPeople(client, recordIds, layout), context: { today, layout } }
}

/** Everybody's id, former people too. */
export async function readIds(client: ProviderClient, waiting: Waiting = {}): Promise<string[]> {
  const limits = waiting.someoneWaits ? { ...waiting, maxBytes: ALL_IDS.maxBytes } : ALL_IDS
  return distinctIds(await search(client, { fields: [ID_FIELD], ...limits }))
}

/** With more fields than Bob takes at once, the same people are asked for several times and put together. */
export async function readPeople(
  client: ProviderClient,
  ids: readonly string[],
  layout: BobLayout,
  waiting: Waiting = {},
): Promise<readonly unknown[]> {
  const parts: (readonly unknown[])[] = []
  for (const fields of fieldParts(requestedIds(layout))) {
    parts.push(await searchByIds(client, { fields, ids, ...waiting }))
  }
  return mergeRows(parts)
}

/** The id is asked for in every part: it says whose the rest is. */
function fieldParts(all: readonly string[]): string[][] {
  const others = all.filter((field) => field !== ID_FIELD)
  const parts: string[][] = []
  for (let start = 0; start === 0 || start < others.length; start += MAX_FIELDS - 1) {
    parts.push([ID_FIELD, ...others.slice(start, start + MAX_FIELDS - 1)])
  }
  return parts
}

async function searchByIds(
  client: ProviderClient,
  query: Search & { ids: readonly string[] },
): Promise<readonly unknown[]> {
  const { ids } = query
  const rows = await search(client, query)
  const asked = new Set(ids)
  const isStranger = (raw: unknown) => !asked.has(recordIdOf(raw) ?? ids[0] ?? '')
  if (!rows.some(isStranger)) return rows
  throw new RollcallError('provider_bad_answer', 'HiBob answered with people who were not asked for.', {
    remedy: 'HiBob may have changed its API: tell support.',
  })
}

/** Those of `missing` whom Bob knows after all. Somebody it must know is asked along: silence proves nothing. */
async function lookAgain(
  client: ProviderClient,
  missing: readonly string[],
  ids: readonly string[],
): Promise<string[]> {
  const lost = new Set(missing)
  const witness = ids.find((id) => !lost.has(id))
  if (witness === undefined) throw incomplete(missing.length)
  const known = distinctIds(await search(client, { fields: [ID_FIELD], ids: [witness, ...missing] }))
  if (!known.includes(witness)) throw incomplete(missing.length)
  return known.filter((id) => lost.has(id))
}

type Search = {
  fields: readonly string[]
  ids?: readonly string[]
  maxBytes?: number
  timeoutMs?: number
} & Waiting

const answerSchema = z.object({ employees: z.array(z.unknown()) })

async function search(
  client: ProviderClient,
  { fields, ids, ...limits }: Search,
): Promise<readonly unknown[]> {
  const { body } = await client.json({
    method: 'POST',
    path: '/people/search',
    body: {
      fields,
      showInactive: true,
      // Keeps machine values, in which dates are dates, and adds the names of list items beside them.
      humanReadable: 'APPEND',
      ...(ids === undefined ? {} : { filters: [{ fieldPath: ID_FIELD, operator: 'equals', values: ids }] }),
    },
    ...limits,
  })
  const answer = answerSchema.safeParse(body)
  if (answer.success) return answer.data.employees
  throw new RollcallError('provider_bad_answer', 'HiBob answered without a list of people.', {
    remedy: 'HiBob may have changed its API: tell support.',
  })
}

function distinctIds(rows: readonly unknown[]): string[] {
  const ids = new Set<string>()
  for (const raw of rows) {
    const id = recordIdOf(raw)
    if (id === null) throw new RollcallError('provider_bad_answer', 'HiBob listed a person without an ID.')
    ids.add(id)
  }
  return [...ids]
}

function absentFrom(rows: readonly unknown[], asked: readonly string[]): string[] {
  const delivered = new Set(rows.map(recordIdOf))
  return asked.filter((id) => !delivered.has(id))
}

function* batches(ids: readonly string[]): Generator<readonly string[]> {
  if (ids.length > 0) yield ids.slice(0, FIRST_BATCH)
  for (let start = FIRST_BATCH; start < ids.length; start += BATCH) yield ids.slice(start, start + BATCH)
}

function incomplete(missing: number): RollcallError {
  const who = missing === 1 ? 'One person' : `${missing} people`
  return new RollcallError(
    'provider_bad_answer',
    `${who} that HiBob had listed did not come when asked for.`,
    {
      remedy:
        'Permissions may have changed while we were reading. Press Retrieve Now; if it stays so, check the permission group of the service user.',
    },
  )
}
