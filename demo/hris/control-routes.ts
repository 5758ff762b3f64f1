import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type Connections, controlPage } from './control-page.ts'
import { mayBeHookUrl } from './courier.ts'
import { faultSchema } from './faults.ts'
import type { HibobWebhooks } from './hibob-webhooks.ts'
import { personPatchSchema } from './person.ts'
import type { Rehearsal } from './rehearsal.ts'

const advanceSchema = z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(1) })
const forbidSchema = z.strictObject({ category: z.string(), forbidden: z.boolean().default(true) })
const hibobHookSchema = z.strictObject({
  url: z.string().trim().refine(mayBeHookUrl, 'The address must begin with https://, or be on this machine'),
  secret: z.string().trim().min(1, 'A webhook has a secret'),
})
const patchSchema = z.strictObject({ patch: personPatchSchema })

/** How a person, by the page's forms, and a test, by JSON, steer the rehearsal. Mounted under `/control`. */
export function controlRoutes(
  rehearsal: Rehearsal,
  hibobHooks: HibobWebhooks,
  connectionsOf: (c: Context) => Connections,
) {
  const control = new Hono()

  control.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400)
    if (error instanceof SyntaxError) return c.json({ error: 'The body is not JSON' }, 400)
    console.error(error)
    return c.json({ error: 'The rehearsal HRIS failed' }, 500)
  })

  control.get('/', (c) => c.html(controlPage(rehearsal.state(), connectionsOf(c))))
  control.get('/state', (c) => c.json(rehearsal.state()))

  control.post('/advance', async (c) => {
    const { days } = advanceSchema.parse(await readBody(c))
    return answer(c, { changes: rehearsal.advance(days) })
  })
  control.post('/faults', async (c) => answer(c, rehearsal.addFault(faultSchema.parse(await readBody(c)))))
  control.delete('/faults', (c) => clearFaults(c))
  // Forms cannot send DELETE.
  control.post('/faults/clear', (c) => clearFaults(c))
  control.post('/forbid', async (c) => {
    const { category, forbidden } = forbidSchema.parse(await readBody(c))
    rehearsal.forbid(category, forbidden)
    return answer(c, { forbidden: rehearsal.state().forbidden })
  })
  control.post('/reset', (c) => {
    rehearsal.reset()
    return answer(c, { day: 0 })
  })
  // HiBob's webhooks have no API: an admin enters them on a page of Bob, which this stands for.
  control.post('/webhooks/hibob', async (c) => {
    const { url, secret } = hibobHookSchema.parse(await readBody(c))
    const isKept = await hibobHooks.setUp(url, secret)
    return isKept
      ? answer(c, { url })
      : c.json({ error: 'The address did not answer the ping with 200' }, 400)
  })
  control.delete('/webhooks/hibob', (c) => removeHibobHook(c))
  control.post('/webhooks/hibob/remove', (c) => removeHibobHook(c))
  control.post('/people/:id', async (c) => {
    const { patch } = patchSchema.parse(await readBody(c))
    const person = rehearsal.patch(c.req.param('id'), patch)
    return person ? c.json(person) : c.json({ error: 'Nobody has that id or name' }, 404)
  })

  function clearFaults(c: Context) {
    rehearsal.clearFaults()
    return answer(c, { faults: [] })
  }

  function removeHibobHook(c: Context) {
    hibobHooks.remove()
    return answer(c, { url: null })
  }

  return control
}

async function readBody(c: Context): Promise<unknown> {
  if (isForm(c)) return c.req.parseBody()
  const text = await c.req.text()
  return text === '' ? {} : JSON.parse(text)
}

function answer(c: Context, value: object): Response {
  return isForm(c) ? c.redirect('/control', 303) : c.json(value)
}

function isForm(c: Context): boolean {
  return c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false
}
