import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { type BambooCredentials, bamboohrApi } from './bamboohr.ts'
import { withChangeLog } from './change-log.ts'
import type { Login } from './control-page.ts'
import { controlRoutes } from './control-routes.ts'
import { type Courier, createCourier } from './courier.ts'
import { type Credentials, hibobApi } from './hibob.ts'
import { hibobWebhooks } from './hibob-webhooks.ts'
import { openHookBook } from './hook-book.ts'
import { type PersonioCredentials, personioApi } from './personio.ts'
import type { Language } from './personio-attributes.ts'
import { createRehearsal, type Rehearsal } from './rehearsal.ts'
import { readStateFile, writeStateFile } from './state-file.ts'
import type { Wire } from './wire.ts'

export const DEMO_CREDENTIALS: Credentials = { id: 'SERVICE-rehearsal', token: 'rehearsal-token-1' }
export const DEMO_BAMBOOHR: BambooCredentials = {
  companyDomain: 'acme',
  apiKey: '0123456789abcdef0123456789abcdef01234567',
}
export const DEMO_PERSONIO: PersonioCredentials = {
  clientId: 'papi-00000000-0000-4000-8000-000000000001',
  clientSecret: 'papi-rehearsal-secret-1',
}

/** HiBob's own figure; the others publish less, or none. */
const HIBOB_PER_MINUTE = 50
const OTHERS_PER_MINUTE = 300

export type HrisOptions = {
  /** 0, the default, takes any free port. */
  port?: number
  people?: number
  seed?: number
  /** Day 0 as `YYYY-MM-DD`; the day of the start unless told. */
  today?: string
  credentials?: Credentials
  /** Requests per endpoint and minute, the same for every vendor; `null` for no limit. */
  rateLimit?: number | null
  /** In which Personio names its attributes. */
  personioLanguage?: Language
  /**
   * Keeps days, changes and permissions between starts; another `people` or `seed` begins anew. Webhooks are
   * kept beside it, whatever begins anew.
   */
  stateFile?: string
}

export type Hris = {
  url: string
  hibobUrl: string
  bamboohrUrl: string
  personioUrl: string
  /** HiBob's; those of the others are `DEMO_BAMBOOHR` and `DEMO_PERSONIO`. */
  credentials: Credentials
  /** The same as `/control`, as functions. */
  control: Rehearsal
  /** What a person types to connect, vendor by vendor. */
  logins: readonly Login[]
  /** What was delivered to webhooks, and when all of it is. */
  webhooks: Pick<Courier, 'sent' | 'settled'>
  close: () => Promise<void>
}

export async function startHris(options: HrisOptions = {}): Promise<Hris> {
  const { port = 0, credentials = DEMO_CREDENTIALS, rateLimit, personioLanguage = 'en', stateFile } = options
  const { people = 250, seed = 1, today = new Date().toISOString().slice(0, 10) } = options
  const found = stateFile === undefined ? undefined : readStateFile(stateFile)
  const saved = found?.settings.people === people && found.settings.seed === seed ? found : undefined
  const settings = { people, seed, today: saved?.settings.today ?? today }
  const { rehearsal, log } = withChangeLog(
    createRehearsal(settings, saved, (state) => {
      if (stateFile !== undefined) writeStateFile(stateFile, { settings, ...state })
    }),
  )
  const courier = createCourier()
  const book = openHookBook(stateFile === undefined ? undefined : `${stateFile}.webhooks`)
  const perMinute = rateLimit === undefined ? OTHERS_PER_MINUTE : rateLimit
  const wire: Wire = { rehearsal, log, book, courier, perMinute }

  const app = new Hono()
  app.get('/', (c) => c.redirect('/control'))
  app.route('/v1', hibobApi(rehearsal, credentials, rateLimit === undefined ? HIBOB_PER_MINUTE : rateLimit))
  app.route('/api/gateway.php', bamboohrApi(wire, DEMO_BAMBOOHR))
  app.route('/personio', personioApi(wire, DEMO_PERSONIO, personioLanguage))
  app.route(
    '/control',
    controlRoutes(rehearsal, hibobWebhooks(wire), (c) => ({
      logins: loginsAt(new URL(c.req.url).origin, credentials),
      hooks: book.hooks,
      sent: courier.sent(),
    })),
  )

  const server = await listen(app, port)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    ...apiUrls(url),
    credentials,
    control: rehearsal,
    logins: loginsAt(url, credentials),
    webhooks: courier,
    close: () => {
      courier.close()
      return close(server)
    },
  }
}

function apiUrls(url: string) {
  return {
    hibobUrl: `${url}/v1`,
    bamboohrUrl: `${url}/api/gateway.php`,
    personioUrl: `${url}/personio`,
  }
}

/** With the labels that the vendors use. */
function loginsAt(url: string, { id, token }: Credentials): Login[] {
  const { hibobUrl, bamboohrUrl, personioUrl } = apiUrls(url)
  const { companyDomain, apiKey } = DEMO_BAMBOOHR
  const { clientId, clientSecret } = DEMO_PERSONIO
  return [
    {
      provider: 'hibob',
      vendor: 'HiBob',
      values: { 'Service user ID': id, Token: token, 'API address': hibobUrl },
    },
    {
      provider: 'bamboohr',
      vendor: 'BambooHR',
      values: { 'Company domain': companyDomain, 'API key': apiKey, 'API address': bamboohrUrl },
    },
    {
      provider: 'personio',
      vendor: 'Personio',
      values: { 'Client ID': clientId, 'Client secret': clientSecret, 'API address': personioUrl },
    },
  ]
}

function listen(app: Hono, port: number): Promise<ServerType> {
  const { promise, resolve, reject } = Promise.withResolvers<ServerType>()
  // The adapter's own Request and Response would replace those of the process that hosts the rehearsal.
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1', overrideGlobalObjects: false }, () =>
    resolve(server),
  )
  server.once('error', reject)
  return promise
}

/** Breaks open connections: a hanging request would otherwise keep the server up for ever. */
function close(server: ServerType): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  if ('closeAllConnections' in server) server.closeAllConnections()
  return promise
}
