import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { controlPage } from './control-page.ts'
import { faultSchema } from './faults.ts'
import type { Credentials } from './hibob.ts'
import { personPatchSchema } from './person.ts'
import type { Rehearsal } from './rehearsal.ts'

const advanceSchema = z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(1) })
const forbidSchema = z.strictObject({ category: z.string(), forbidden: z.boolean().default(true) })
const patchSchema = z.strictObject({ patch: personPatchSchema })

/** How a person, by the page's forms, and a test, by JSON, steer the rehearsal. Mounted under `/control`. */
export function controlRoutes(
  rehearsal: Rehearsal,
  credentials: Credentials,
  hibobUrl: (c: Context) => string,
) {
  const control = new Hono()

  control.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400)
    if (error instanceof SyntaxError) return c.json({ error: 'The body is not JSON' }, 400)
    console.error(error)
    return c.json({ error: 'The rehearsal HRIS failed' }, 500)
  })

  control.get('/', (c) => c.html(controlPage(rehearsal.state(), credentials, hibobUrl(c))))
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
  control.post('/people/:id', async (c) => {
    const { patch } = patchSchema.parse(await readBody(c))
    const person = rehearsal.patch(c.req.param('id'), patch)
    return person ? c.json(person) : c.json({ error: 'Nobody has that id or name' }, 404)
  })

  function clearFaults(c: Context) {
    rehearsal.clearFaults()
    return answer(c, { faults: [] })
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
