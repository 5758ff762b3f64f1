import { randomBytes } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { CLASSIC_FIELDS, findClassicField } from './bamboohr-fields.ts'
import { isForbiddenField } from './bamboohr-refusals.ts'
import { mayBeHookUrl } from './courier.ts'
import type { BambooHook } from './hook-book.ts'
import { readJson, type Wire, type WireEnv } from './wire.ts'

const LEGACY_EVENTS = [
  'employee_with_fields.created',
  'employee_with_fields.updated',
  'employee_with_fields.deleted',
] as const
const EVENTS = ['employee.created', 'employee.updated', 'employee.deleted', ...LEGACY_EVENTS] as const

const hookSchema = z
  .object({
    name: z.string().min(1),
    url: z.string().refine(mayBeHookUrl, 'url must begin with https://'),
    format: z.literal('json', 'This rehearsal only sends json'),
    events: z
      .array(z.enum(EVENTS))
      .min(1)
      .default([...LEGACY_EVENTS]),
    monitorFields: z.array(z.string()).default([]),
    postFields: z.record(z.string(), z.string()).default({}),
    includeCompanyDomain: z.boolean().default(false),
  })
  .refine(({ events }) => events.every(isLegacy) || !events.some(isLegacy), 'Event families cannot be mixed')
  .refine(
    ({ events, monitorFields }) =>
      monitorFields.length > 0 || !events.some((each) => each.endsWith('.updated')),
    'monitorFields is required for updated events',
  )

type HookRequest = z.infer<typeof hookSchema>

/** `/webhooks`, where a customer's software registers itself; deliveries are in bamboohr-events.ts. */
export function bambooWebhooks({ book, rehearsal }: Wire) {
  const { bamboohr: hooks } = book.hooks
  const routes = new Hono<WireEnv>()
  const find = (c: Context) => hooks.find(({ id }) => id === c.req.param('id'))

  routes.get('/', (c) =>
    c.json({
      webhooks: hooks.map(({ id, name, created, lastSent, url }) => ({ id, name, created, lastSent, url })),
    }),
  )

  routes.get('/monitor_fields', (c) =>
    c.json({ fields: CLASSIC_FIELDS.map(({ id, name, alias }) => ({ id, name, alias })) }),
  )

  routes.post('/', async (c) => {
    const wanted = await readHook(c)
    if (wanted instanceof Response) return wanted
    const hook: BambooHook = {
      ...wanted,
      id: String(1 + Math.max(0, ...hooks.map(({ id }) => Number(id)))),
      privateKey: randomBytes(16).toString('hex'),
      created: hookTime(new Date()),
      lastSent: null,
    }
    hooks.push(hook)
    book.save()
    // The one time that the key is told.
    return c.json({ ...shown(hook), privateKey: hook.privateKey }, 201)
  })

  routes.get('/:id', (c) => {
    const hook = find(c)
    return hook ? c.json(shown(hook)) : unknownHook(c)
  })

  routes.put('/:id', async (c) => {
    const hook = find(c)
    if (!hook) return unknownHook(c)
    const wanted = await readHook(c)
    if (wanted instanceof Response) return wanted
    Object.assign(hook, wanted)
    book.save()
    return c.json(shown(hook))
  })

  routes.delete('/:id', (c) => {
    const hook = find(c)
    if (!hook) return unknownHook(c)
    hooks.splice(hooks.indexOf(hook), 1)
    book.save()
    return c.text('Web hook has been deleted.')
  })

  async function readHook(c: Context): Promise<HookRequest | Response> {
    const asked = hookSchema.safeParse(await readJson(c))
    if (!asked.success) {
      const issues = asked.error.issues.map(({ message }) => message)
      return c.json({ errors: [{ error: 'Invalid request body', issues }] }, 400)
    }
    const names = [...asked.data.monitorFields, ...Object.keys(asked.data.postFields)]
    const unknown = names.filter((name) => !findClassicField(name))
    const denied = names.filter((name) => {
      const field = findClassicField(name)
      return field && isForbiddenField(rehearsal, field)
    })
    if (unknown.length > 0) {
      const unknownFields = unknown.map((name) => ({ id: null, name }))
      return c.json({ errors: [{ error: 'These fields do not exist', unknownFields }] }, 403)
    }
    if (denied.length > 0) {
      const monitorFields = denied.map((name) => ({ id: findClassicField(name)?.id, name }))
      return c.json({ errors: [{ error: 'Permission denied to the following fields', monitorFields }] }, 403)
    }
    const monitorFields = asked.data.monitorFields.flatMap((name) => findClassicField(name) ?? [])
    return { ...asked.data, monitorFields: monitorFields.map(({ id, alias }) => alias ?? id ?? '') }
  }

  return routes
}

export function isLegacy(event: string): boolean {
  return event.startsWith('employee_with_fields.')
}

export function hookTime(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ')
}

function shown({ privateKey: _, ...hook }: BambooHook) {
  return { ...hook, monitorFields: hook.monitorFields.length === 0 ? null : hook.monitorFields }
}

function unknownHook(c: Context): Response {
  return c.json({ errors: { error: `No webhook was found with ID: ${c.req.param('id')}.` } }, 404)
}
