import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { DeskState, Fault, LogEntry } from './desk.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { pages } from './page/routes.ts'
import { type Person, personAt } from './person.ts'
import { keepIn } from './store.ts'
import { webApi } from './web-api.ts'
import { createWorkspace } from './workspace.ts'

export type DeskOptions = {
  port?: number
  /** The app's base URL; requests go to `/slack/events` under it. May be set later. */
  appUrl: string
  signingSecret: string
  botToken: string
  clientId?: string
  clientSecret?: string
  /** Keeps messages and Home tabs between starts. */
  stateFile?: string
  /** What the app registered. Left out, `manifest.yml` at the repository root; null, nothing is held against it. */
  manifest?: Manifest | null
  now?: () => number
  ackTimeoutMs?: number
  retryDelaysMs?: readonly number[]
}

export type Desk = {
  url: string
  /** For SLACK_API_URL. */
  apiUrl: string
  log: LogEntry[]
  as: (userId: string) => Person
  setAppUrl: (appUrl: string) => void
  /** The next `times` calls of a Web API method fail with this error, or with 429 and Retry-After. */
  failNext: (method: string, fault: Fault, times?: number) => void
  close: () => Promise<void>
}

export async function startDesk(options: DeskOptions): Promise<Desk> {
  const ws = createWorkspace(options.now)
  const desk: DeskState = {
    ws,
    settings: {
      signingSecret: options.signingSecret,
      botToken: options.botToken,
      clientId: options.clientId ?? '',
      clientSecret: options.clientSecret ?? '',
      ackTimeoutMs: options.ackTimeoutMs ?? 3000,
      retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
    },
    manifest: options.manifest === undefined ? readManifest() : options.manifest,
    appUrl: options.appUrl,
    url: '',
    log: [],
    faults: new Map(),
    offered: new Map(),
    oauthCodes: new Map(),
    closing: new AbortController(),
  }
  const kept = options.stateFile === undefined ? null : keepIn(options.stateFile, ws)
  const app = new Hono().route('/', webApi(desk)).route('/', pages(desk))
  const { server, port } = await listen(app, options.port ?? 0)
  desk.url = `http://127.0.0.1:${port}`
  return {
    url: desk.url,
    apiUrl: `${desk.url}/api/`,
    log: desk.log,
    as: (userId) => personAt(desk, userId),
    setAppUrl(appUrl) {
      desk.appUrl = appUrl
    },
    failNext(method, fault, times = 1) {
      desk.faults.set(method, [...(desk.faults.get(method) ?? []), ...Array(times).fill(fault)])
    },
    async close() {
      desk.closing.abort()
      kept?.stop()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise<void>((resolve, reject) =>
        server.close((error) => (error ? reject(error) : resolve())),
      )
    },
  }
}

function listen(app: Hono, port: number): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (info) =>
      resolve({ server, port: info.port }),
    )
    server.once('error', reject)
  })
}
