import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { datasetData, datasetFields } from './bamboohr-datasets.ts'
import { changedEmployees, metaFields, metaLists, oneEmployee } from './bamboohr-employees.ts'
import { sendBambooEvents } from './bamboohr-events.ts'
import { problem, refuse } from './bamboohr-refusals.ts'
import { bambooWebhooks } from './bamboohr-webhooks.ts'
import { limitsAndFaults, type Wire, type WireEnv } from './wire.ts'

export type BambooCredentials = { companyDomain: string; apiKey: string }

/**
 * BambooHR's public API as far as reading people and webhooks go, to be mounted under `/api/gateway.php`.
 * What vendors' pages leave open: the names in the dataset, and where `_restrictedFields` stands in its rows.
 * https://documentation.bamboohr.com/reference
 */
export function bamboohrApi(wire: Wire, { companyDomain, apiKey }: BambooCredentials) {
  const api = new Hono<WireEnv>()
  sendBambooEvents(wire, companyDomain)

  api.use('/:companyDomain/*', async (c, next) => {
    wire.rehearsal.countRequest(endpointOf(c))
    if (c.req.param('companyDomain') !== companyDomain) c.res = refuse(c, 404, 'Company not found', null)
    else if (keyOf(c) !== apiKey) c.res = refuse(c, 401, 'Invalid API key', null)
    else await next()
    c.res.headers.set('X-Request-ID', c.req.header('x-request-id') ?? randomUUID())
  })
  api.use(
    '/:companyDomain/*',
    limitsAndFaults(wire, endpointOf, (endpoint) => endpoint.endsWith('/v2/datasets/employee/data'), refuse),
  )

  api.get('/:companyDomain/v1/meta/fields', (c) => metaFields(c, wire))
  api.get('/:companyDomain/v1/meta/lists', (c) => metaLists(c, wire))
  api.get('/:companyDomain/v1/employees/changed', (c) => changedEmployees(c, wire))
  api.get('/:companyDomain/v1/employees/:id', (c) => oneEmployee(c, c.req.param('id'), wire))
  api.get('/:companyDomain/v1_2/datasets/employee/fields', (c) =>
    wire.rehearsal.isForbidden('all')
      ? problem(c, 403, 'FORBIDDEN', 'Insufficient permissions')
      : datasetFields(c),
  )
  api.get('/:companyDomain/v1_2/datasets/:name/fields', (c) =>
    problem(c, 422, 'DATASET_NOT_FOUND', `There is no dataset ${c.req.param('name')}`),
  )
  api.post('/:companyDomain/v2/datasets/employee/data', (c) => datasetData(c, wire))
  api.route('/:companyDomain/v1/webhooks', bambooWebhooks(wire))

  api.all('*', (c) => refuse(c, 404, 'No such endpoint', null))

  return api
}

/** Basic authentication with the key as the user; any password will do. */
function keyOf(c: Context): string | undefined {
  const [scheme, encoded = ''] = (c.req.header('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic') return undefined
  const [user, ...password] = Buffer.from(encoded, 'base64').toString().split(':')
  return password.join(':') === '' ? undefined : user
}

/** The unit of rate limits and of counts, without what differs between companies, people and webhooks. */
function endpointOf(c: Context): string {
  const path = c.req.path
    .replace(/^\/api\/gateway\.php\/[^/]+/, '/bamboohr')
    .replace(/\/employees\/(?!changed$)[^/]+$/, '/employees/{id}')
    .replace(/\/webhooks\/(?!monitor_fields$)[^/]+$/, '/webhooks/{id}')
  return `${c.req.method} ${path}`
}
