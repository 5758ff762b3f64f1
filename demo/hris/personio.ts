import { type Context, Hono } from 'hono'
import type { Language, View } from './personio-attributes.ts'
import { attributeList, employeeList, oneEmployee } from './personio-employees.ts'
import { sendPersonioEvents } from './personio-events.ts'
import { refuse, v1Error, v2Error } from './personio-refusals.ts'
import { createTokens, TOKEN_LIFE_SECONDS } from './personio-tokens.ts'
import { personioWebhooks } from './personio-webhooks.ts'
import { limitsAndFaults, type Wire, type WireEnv } from './wire.ts'

export type PersonioCredentials = { clientId: string; clientSecret: string }

/**
 * Personio's public API as far as reading people (v1) and webhooks (v2) go, to be mounted under `/personio`.
 * What its pages leave open: the universal ids of attributes that a customer adds, and what events carry.
 * https://developer.personio.de/reference/get_company-employees
 */
export function personioApi(wire: Wire, credentials: PersonioCredentials, language: Language) {
  const { rehearsal, log } = wire
  const [v1Tokens, v2Tokens] = [createTokens(), createTokens()]
  const api = new Hono<WireEnv>()
  const viewOf = (): View => ({ company: rehearsal.company(), log, language })
  sendPersonioEvents(wire)

  api.use(async (c, next) => {
    rehearsal.countRequest(endpointOf(c))
    await next()
  })
  api.use('/v1/company/*', async (c, next) => {
    const header = c.req.header('authorization')
    if (!v1Tokens.isValid(header, Date.now())) return v1Error(401, 'The token is missing, wrong or expired')
    await next()
    // Older credentials got a new token here with each answer; today it is the same one.
    c.res.headers.set('authorization', header ?? '')
    return undefined
  })
  api.use('/v2/webhooks/*', async (c, next) =>
    v2Tokens.isValid(c.req.header('authorization'), Date.now())
      ? next()
      : v2Error(401, 'The token is missing, wrong or expired'),
  )
  api.use(limitsAndFaults(wire, endpointOf, (each) => READS_PEOPLE.includes(each), refuse))

  api.post('/v1/auth', async (c) => {
    const asked = await readFields(c)
    if (!isKnown(asked, credentials)) return v1Error(401, 'Wrong credentials')
    const data = {
      token: v1Tokens.issue(Date.now()),
      expires_in: TOKEN_LIFE_SECONDS,
      scope: 'employees:read',
    }
    return c.json({ success: true, data })
  })
  api.post('/v2/auth/token', async (c) => {
    const asked = await readFields(c)
    const grant = asked['grant_type']
    if (grant !== 'client_credentials') return v2Error(400, 'Bad grant', { error: 'unsupported_grant_type' })
    if (!isKnown(asked, credentials)) return v2Error(400, 'Wrong credentials', { error: 'invalid_client' })
    return c.json({
      access_token: v2Tokens.issue(Date.now()),
      token_type: 'Bearer',
      expires_in: TOKEN_LIFE_SECONDS,
      scope: 'personio:persons:read personio:webhooks:read personio:webhooks:write',
    })
  })

  api.get('/v1/company/employees', (c) => employeeList(c, rehearsal, viewOf()))
  api.get('/v1/company/employees/attributes', (c) => attributeList(c, rehearsal, viewOf()))
  api.get('/v1/company/employees/custom-attributes', (c) => attributeList(c, rehearsal, viewOf()))
  api.get('/v1/company/employees/:id', (c) => oneEmployee(c, rehearsal, viewOf()))
  api.route('/v2/webhooks', personioWebhooks(wire))

  api.all('*', (c) => refuse(c, 404, 'No such endpoint', null))

  return api
}

/** What faults of a search strike: the list, and a single person. */
const READS_PEOPLE = ['GET /personio/v1/company/employees', 'GET /personio/v1/company/employees/{id}']

/** v1 takes JSON or a form, v2 a form. */
async function readFields(c: Context): Promise<Record<string, unknown>> {
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded')
  const isV2 = c.req.path.includes('/v2/')
  if (isForm) return c.req.parseBody()
  const body: unknown = isV2 ? {} : await c.req.json().catch(() => ({}))
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

function isKnown(asked: Record<string, unknown>, { clientId, clientSecret }: PersonioCredentials): boolean {
  return asked['client_id'] === clientId && asked['client_secret'] === clientSecret
}

/** The unit of rate limits and of counts. */
function endpointOf(c: Context): string {
  const path = c.req.path
    .replace(/\/employees\/(?!attributes$|custom-attributes$)[^/]+$/, '/employees/{id}')
    .replace(/\/webhooks\/[^/]+$/, '/webhooks/{id}')
  return `${c.req.method} ${path}`
}
