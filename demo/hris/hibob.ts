import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import { bodyStream } from './body-stream.ts'
import { errorAnswer, faultAnswer } from './fault-answers.ts'
import type { Fault } from './faults.ts'
import { BOB_FIELDS, fieldMetadata } from './hibob-fields.ts'
import { namedLists } from './hibob-lists.ts'
import {
  employeeText,
  readSchema,
  searchAnswer,
  searchSchema,
  seesNothing,
  visibleFields,
} from './hibob-search.ts'
import { createRateLimit } from './rate-limit.ts'
import type { Rehearsal } from './rehearsal.ts'

export type Credentials = { id: string; token: string }

type Env = { Bindings: HttpBindings; Variables: { faults: Fault[] } }

/**
 * HiBob's public API, as far as reading people goes, to be mounted under `/v1`.
 * `perMinute` is per endpoint; `null` turns the limit off. https://apidocs.hibob.com/reference/people
 */
export function hibobApi(rehearsal: Rehearsal, credentials: Credentials, perMinute: number | null) {
  const expected = `Basic ${Buffer.from(`${credentials.id}:${credentials.token}`).toString('base64')}`
  const take = perMinute === null ? null : createRateLimit(perMinute)
  const api = new Hono<Env>()

  api.use(async (c, next) => {
    rehearsal.countRequest(endpointOf(c))
    return c.req.header('authorization') === expected ? next() : new Response(null, { status: 401 })
  })

  api.use(async (c, next) => {
    const allowance = take?.(endpointOf(c), Date.now())
    if (allowance?.ok === false) c.res = errorAnswer(429, 'too_many_requests', 'Too many requests')
    else await next()
    if (!allowance) return
    c.res.headers.set('X-RateLimit-Limit', String(allowance.limit))
    c.res.headers.set('X-RateLimit-Remaining', String(allowance.remaining))
    c.res.headers.set('X-RateLimit-Reset', String(allowance.resetSeconds))
  })

  api.use(async (c, next) => {
    const isSearch = endpointOf(c).endsWith('/people/search')
    const struck = rehearsal.faults.strike(isSearch ? 'search' : 'other')
    c.set('faults', struck)
    return (await faultAnswer(struck, rehearsal.faults, c.req.raw.signal)) ?? next()
  })

  api.post('/people/search', async (c) => {
    const search = await readBody(c, searchSchema)
    if (!search.success) return badRequest(search.error)
    if (seesNothing(rehearsal)) return forbidden()
    const faults = c.get('faults')
    const isDropped = faults.some((fault) => fault.kind === 'truncated' && fault.ending === 'dropped')
    const texts = searchAnswer(search.data, rehearsal, faults)
    c.header('content-type', 'application/json')
    return c.body(bodyStream(texts, isDropped ? c.env.outgoing : null))
  })

  api.post('/people/:identifier', async (c) => {
    const read = await readBody(c, readSchema)
    if (!read.success) return badRequest(read.error)
    if (seesNothing(rehearsal)) return forbidden()
    const identifier = c.req.param('identifier')
    const company = rehearsal.company()
    const person =
      company.findById(identifier) ?? company.people().find(({ workEmail }) => workEmail === identifier)
    if (!person) return errorAnswer(404, 'not_found', 'Employee was not found')
    const fields = visibleFields(read.data.fields, rehearsal, c.get('faults'))
    c.header('content-type', 'application/json')
    return c.body(employeeText(person, fields, read.data.humanReadable, company))
  })

  api.get('/company/people/fields', (c) => c.json(BOB_FIELDS.map(fieldMetadata)))

  api.get('/company/named-lists', (c) => c.json(namedLists(rehearsal.company(), wantsArchived(c))))

  api.get('/company/named-lists/:name', (c) => {
    const list = namedLists(rehearsal.company(), wantsArchived(c)).find(
      ({ name }) => name === c.req.param('name'),
    )
    return list ? c.json(list) : errorAnswer(404, 'not_found', 'List was not found')
  })

  api.all('*', () => errorAnswer(404, 'not_found', 'No such endpoint'))

  return api
}

/** The unit of rate limits and of counts: one name for all single people, one for all single lists. */
function endpointOf(c: Context): string {
  const path = c.req.path
    .replace(/\/people\/(?!search$|fields$)[^/]+$/, '/people/{identifier}')
    .replace(/\/named-lists\/[^/]+$/, '/named-lists/{listName}')
  return `${c.req.method} ${path}`
}

async function readBody<T extends z.ZodType>(c: Context, schema: T) {
  const text = await c.req.text()
  return schema.safeParse(parsedJson(text))
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function badRequest(error: z.ZodError): Response {
  return errorAnswer(400, 'bad_request', error.issues[0]?.message ?? 'The request body is not valid')
}

function forbidden(): Response {
  return errorAnswer(403, 'forbidden', 'The service user has no permission to access employees')
}

function wantsArchived(c: Context): boolean {
  return c.req.query('includeArchived') === 'true'
}
