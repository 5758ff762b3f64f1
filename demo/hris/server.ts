import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { controlRoutes } from './control-routes.ts'
import { type Credentials, hibobApi } from './hibob.ts'
import { createRehearsal, type Rehearsal } from './rehearsal.ts'
import { readStateFile, writeStateFile } from './state-file.ts'

export const DEMO_CREDENTIALS: Credentials = { id: 'SERVICE-rehearsal', token: 'rehearsal-token-1' }

export type HrisOptions = {
  /** 0, the default, takes any free port. */
  port?: number
  people?: number
  seed?: number
  /** Day 0 as `YYYY-MM-DD`; the day of the start unless told. */
  today?: string
  credentials?: Credentials
  /** Requests per endpoint and minute; `null` for no limit. */
  rateLimit?: number | null
  /** Keeps days, changes and permissions between starts; another `people` or `seed` begins anew. */
  stateFile?: string
}

export type Hris = {
  url: string
  hibobUrl: string
  credentials: Credentials
  /** The same as `/control`, as functions. */
  control: Rehearsal
  close: () => Promise<void>
}

export async function startHris(options: HrisOptions = {}): Promise<Hris> {
  const { port = 0, credentials = DEMO_CREDENTIALS, rateLimit = 50, stateFile } = options
  const { people = 250, seed = 1, today = new Date().toISOString().slice(0, 10) } = options
  const found = stateFile === undefined ? undefined : readStateFile(stateFile)
  const saved = found?.settings.people === people && found.settings.seed === seed ? found : undefined
  const settings = { people, seed, today: saved?.settings.today ?? today }
  const rehearsal = createRehearsal(settings, saved, (state) => {
    if (stateFile !== undefined) writeStateFile(stateFile, { settings, ...state })
  })

  const app = new Hono()
  app.get('/', (c) => c.redirect('/control'))
  app.route('/v1', hibobApi(rehearsal, credentials, rateLimit))
  app.route(
    '/control',
    controlRoutes(rehearsal, credentials, (c) => new URL('/v1', c.req.url).href),
  )

  const server = await listen(app, port)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    hibobUrl: `${url}/v1`,
    credentials,
    control: rehearsal,
    close: () => close(server),
  }
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
