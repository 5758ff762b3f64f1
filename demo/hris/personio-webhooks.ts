import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { mayBeHookUrl } from './courier.ts'
import type { PersonioHook } from './hook-book.ts'
import { v2Error } from './personio-refusals.ts'
import { readJson, type Wire, type WireEnv } from './wire.ts'

const EVENT =
  /^(person\.(created|updated|deleted)|employment\.(created|updated|deleted|started|terminated|updated\.cost-centers)|(absence-period|attendance-period|document|compensation|project)\.\w+)$/
const RESERVED_HEADER =
  /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|content-type)/i

const createSchema = z.strictObject({
  url: z.string().refine(mayBeHookUrl, 'The url has to be an HTTPS endpoint'),
  description: z.string(),
  status: z.enum(['ENABLED', 'DISABLED']).default('DISABLED'),
  auth_type: z.enum(['TOKEN', 'NONE', 'CUSTOM']).default('TOKEN'),
  token: z.string().nullable().default(null),
  custom_headers: z
    .record(
      z.string().refine((name) => !RESERVED_HEADER.test(name)),
      z.string(),
    )
    .default({}),
  enabled_events: z.array(z.string().regex(EVENT, 'There is no such event')).min(1),
})

/** Unlike the first one, without defaults: what is not named stays as it is. */
const patchSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(createSchema.shape).map(([key, schema]) => [
      key,
      (schema instanceof z.ZodDefault ? schema.unwrap() : schema).optional(),
    ]),
  ),
)

/** `/v2/webhooks`; deliveries are in personio-events.ts. https://developer.personio.de/reference/post_v2-webhooks */
export function personioWebhooks({ book, rehearsal }: Wire) {
  const { personio: hooks } = book.hooks
  const routes = new Hono<WireEnv>()
  const find = (c: Context) => hooks.find(({ id }) => id === c.req.param('id'))

  routes.use(async (_, next) =>
    rehearsal.isForbidden('webhooks') ? v2Error(403, 'The scope personio:webhooks is missing') : next(),
  )

  routes.get('/', (c) => c.json({ _data: hooks.map(shown), _meta: { links: { self: { href: c.req.url } } } }))

  routes.post('/', async (c) => {
    const asked = createSchema.safeParse(await readJson(c))
    if (!asked.success) return invalid(asked.error)
    const hook: PersonioHook = { ...asked.data, id: randomUUID(), created_at: new Date().toISOString() }
    const contradiction = contradictionIn(hook)
    if (contradiction !== null) return v2Error(422, contradiction)
    hooks.push(hook)
    book.save()
    return c.json(shown(hook), 201)
  })

  routes.get('/:id', (c) => {
    const hook = find(c)
    return hook ? c.json(shown(hook)) : unknownHook()
  })

  routes.patch('/:id', async (c) => {
    const hook = find(c)
    if (!hook) return unknownHook()
    const asked = patchSchema.safeParse(await readJson(c))
    if (!asked.success) return invalid(asked.error)
    const contradiction = contradictionIn({ ...hook, ...asked.data })
    if (contradiction !== null) return v2Error(422, contradiction)
    Object.assign(hook, asked.data)
    book.save()
    return c.json(shown(hook))
  })

  routes.delete('/:id', (c) => {
    const hook = find(c)
    if (!hook) return unknownHook()
    hooks.splice(hooks.indexOf(hook), 1)
    book.save()
    return c.body(null, 204)
  })

  return routes
}

function contradictionIn({ auth_type: type, token, custom_headers: headers }: PersonioHook): string | null {
  const count = Object.keys(headers).length
  if (type === 'TOKEN' && !token) return 'A token is required for the auth_type TOKEN'
  if (type !== 'CUSTOM' && count > 0) return 'custom_headers are only allowed for the auth_type CUSTOM'
  return count > 3 ? 'At most 3 custom_headers are allowed' : null
}

/** What authenticates a delivery is never told again. */
function shown({ token: _, custom_headers: __, ...hook }: PersonioHook) {
  return hook
}

function invalid(error: z.ZodError): Response {
  return v2Error(400, error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

function unknownHook(): Response {
  return v2Error(404, 'There is no such webhook')
}
