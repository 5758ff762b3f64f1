import type { HonoRequest } from 'hono'
import { Hono } from 'hono'
import { chatMethods } from './api/chat.ts'
import type { Answer, Method } from './api/method.ts'
import { oauthMethods } from './api/oauth.ts'
import { peopleMethods } from './api/people.ts'
import { viewMethods } from './api/views.ts'
import { type DeskState, type Fault, record } from './desk.ts'
import { respondTo } from './response-urls.ts'
import { SlackError } from './slack-error.ts'
import { validateMessage } from './validate.ts'

const methods: Record<string, Method> = { ...chatMethods, ...viewMethods, ...peopleMethods, ...oauthMethods }

/** `POST /api/<method>` and `POST /response/<id>`: all that the app may call. */
export function webApi(desk: DeskState) {
  const api = new Hono()
  api.all('/api/:method', async (c) => {
    const name = c.req.param('method')
    const args = await readArgs(c.req)
    const fault = nextFault(desk, name)
    if (fault && 'retryAfterSeconds' in fault) {
      record(desk, { direction: 'in', name, ok: false, error: 'ratelimited', messages: [], body: args })
      c.header('Retry-After', String(fault.retryAfterSeconds))
      return c.json({ ok: false, error: 'ratelimited' }, 429)
    }
    return c.json(answer(desk, name, args, c.req.header('authorization'), fault))
  })
  api.post('/response/:id', async (c) => {
    const body: unknown = await c.req.json().catch(() => null)
    try {
      respondTo(desk, c.req.param('id'), body)
      return c.text('ok')
    } catch (error) {
      if (!(error instanceof SlackError)) throw error
      return c.json({ ok: false, error: error.code }, error.code.endsWith('_url') ? 404 : 400)
    }
  })
  return api
}

async function readArgs(request: HonoRequest): Promise<Record<string, unknown>> {
  const type = request.header('content-type') ?? ''
  const body = await request.text()
  const query = Object.fromEntries(new URL(request.url).searchParams)
  if (!type.startsWith('application/json'))
    return { ...query, ...Object.fromEntries(new URLSearchParams(body)) }
  try {
    return { ...query, ...(JSON.parse(body) as object) }
  } catch {
    return query
  }
}

function answer(
  desk: DeskState,
  name: string,
  { token, ...args }: Record<string, unknown>,
  authorization: string | undefined,
  fault: Fault | undefined,
): Answer {
  const refuse = (error: string, messages: string[] = [], more: Answer = {}): Answer => {
    record(desk, { direction: 'in', name, ok: false, error, messages, body: withoutSecrets(args) })
    return { ok: false, error, ...more, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) }
  }
  const found = methods[name]
  if (!found) return refuse('unknown_method', [`[ERROR] the desk does not speak ${name}`])
  const denied = found.open ? null : tokenProblem(desk, authorization, token)
  if (denied) return refuse(denied)
  if (fault && 'error' in fault) return refuse(fault.error, ['[ERROR] this failure was asked for'])
  const { manifest } = desk
  if (found.scope !== null && manifest && !manifest.scopes.includes(found.scope)) {
    return refuse('missing_scope', [], { needed: found.scope, provided: manifest.scopes.join(',') })
  }
  try {
    const result = found.run(desk, args)
    const messages = name.startsWith('chat.post') ? adviceOn(args) : []
    record(desk, { direction: 'in', name, ok: true, error: null, messages, body: withoutSecrets(args) })
    return { ok: true, ...result }
  } catch (error) {
    if (!(error instanceof SlackError)) throw error
    return refuse(error.code, error.messages, error.messages.length > 0 ? { errors: error.messages } : {})
  }
}

function tokenProblem(desk: DeskState, authorization: string | undefined, inBody: unknown): string | null {
  const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
  const token = bearer ?? inBody
  if (token === undefined || token === '') return 'not_authed'
  return token === desk.settings.botToken ? null : 'invalid_auth'
}

function nextFault(desk: DeskState, name: string): Fault | undefined {
  return desk.faults.get(name)?.shift()
}

const adviceOn = (args: Record<string, unknown>) =>
  validateMessage({ text: args['text'], blocks: unpacked(args['blocks']) })
    .filter((it) => it.level === 'advice')
    .map((it) => `[WARN] ${it.message}`)

const unpacked = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value)

const withoutSecrets = ({ client_secret: _, code: __, ...args }: Record<string, unknown>) => args
