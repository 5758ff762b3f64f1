import { z } from 'zod'
import type { DeskState } from '../desk.ts'
import { personAt } from '../person.ts'

const target = z.object({
  where: z.enum(['home', 'modal', 'message']),
  blockId: z.string(),
  actionId: z.string(),
  buttonValue: z.string().optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
})
const value = z.union([z.string(), z.array(z.string()), z.null()])
const field = z.object({ target, value })
/** Fields that were touched since the desk last heard of them: Slack sends them along with whatever is pressed. */
const fields = z.array(field).default([])

const act = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('send'), channel: z.string(), text: z.string().min(1).max(4000) }),
  z.object({ verb: z.literal('openHome') }),
  z.object({ verb: z.literal('click'), target, value, fields }),
  z.object({ verb: z.literal('fill'), target, value, fields }),
  z.object({ verb: z.literal('submit'), fields }),
  z.object({ verb: z.literal('close') }),
  z.object({ verb: z.literal('suggest'), target, query: z.string() }),
])

/** One thing somebody did in the browser, done through the same driver that tests use. */
export async function perform(desk: DeskState, userId: string, raw: unknown): Promise<object> {
  const person = personAt(desk, userId)
  const it = act.parse(raw)
  if ('fields' in it)
    for (const { target, value } of it.fields) person.setQuietly({ ...given(target), value })
  switch (it.verb) {
    case 'send':
      return it.text.startsWith('/') ? person.command(it.text, it.channel) : person.say(it.text, it.channel)
    case 'openHome':
      return person.openHome()
    case 'click':
      return person.click({ ...given(it.target), value: it.value })
    case 'fill':
      return person.fill({ ...given(it.target), value: it.value })
    case 'submit':
      return person.submit()
    case 'close':
      return person.close()
    case 'suggest':
      return person.suggest(it.target.blockId, it.target.actionId, it.query, given(it.target))
    default:
      return it satisfies never
  }
}

function given({ buttonValue, channel, ts, ...rest }: z.infer<typeof target>) {
  return {
    ...rest,
    ...(buttonValue === undefined ? {} : { buttonValue }),
    ...(channel === undefined ? {} : { channel }),
    ...(ts === undefined ? {} : { ts }),
  }
}
