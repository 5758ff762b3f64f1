import { z } from 'zod'
import { type Option, optionGroup, plainOption } from './block-kit/objects.ts'
import { fromZod } from './block-kit/problems.ts'
import { deliver } from './deliver.ts'
import { type DeskState, record } from './desk.ts'
import { suggestionParcel } from './payloads.ts'
import { getElement, offeredKey, type Target } from './place.ts'
import type { User } from './types.ts'
import { errorLines } from './validate.ts'

export type Suggestions = { options: Option[]; notice: string | null }

const couldNotLoad = 'Could not load options. Try again?'

const answer = z.union([
  z.object({ options: z.array(plainOption).max(100) }),
  z.object({ option_groups: z.array(optionGroup).max(100) }),
])

/** Somebody types into an external select: the app is asked for options, and has as long as for any ack. */
export async function suggest(
  desk: DeskState,
  user: User,
  target: Target,
  query: string,
): Promise<Suggestions> {
  const found = getElement(desk, user.id, target)
  const { element } = found
  if (element.type !== 'external_select' && element.type !== 'multi_external_select') {
    throw new Error(`${found.actionId} is a ${element.type}, which asks for no options`)
  }
  if (query.length < (element.min_query_length ?? 3)) return { options: [], notice: null }
  const delivery = await deliver(desk, suggestionParcel(desk, user, found.place, { ...found, value: query }))
  if (!delivery.ok) return { options: [], notice: couldNotLoad }
  const raw = jsonOrNull(delivery.body)
  const parsed = answer.safeParse(raw)
  if (!parsed.success) {
    const messages = errorLines(fromZod(parsed.error, raw, 'invalid_options'))
    record(desk, {
      direction: 'out',
      name: 'options answer',
      ok: false,
      error: 'invalid_options',
      messages,
      body: raw,
    })
    return { options: [], notice: couldNotLoad }
  }
  const options =
    'options' in parsed.data ? parsed.data.options : parsed.data.option_groups.flatMap((it) => it.options)
  remember(desk, offeredKey(user.id, found), options)
  return { options, notice: null }
}

/** A choice made from an earlier list must still be known when a later query offers others. */
function remember(desk: DeskState, key: string, options: readonly Option[]) {
  const before = desk.offered.get(key) ?? []
  const fresh = new Set(options.map((it) => it.value))
  desk.offered.set(key, [...options, ...before.filter((it) => !fresh.has(it.value))].slice(0, 500))
}

function jsonOrNull(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return null
  }
}
