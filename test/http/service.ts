import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import { type Hris, startHris } from '../../demo/hris/server.ts'
import { createKeyring } from '../../src/db/secrets.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/log.ts'
import type { Actor } from '../../src/model.ts'
import { startLinking } from '../../src/sync/connections.ts'
import { type Context, createProviders } from '../../src/sync/context.ts'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

export const PUBLIC_URL = 'https://rollcall.example'
export const API_TOKEN = 'api-token-for-tests-0123456789'
export const ADMIN = 'U0ADMIN'

export type Service = {
  app: Hono
  database: TestDatabase
  hris: Hris
  readonly companyId: string
  /** Everything that was logged, as it would reach a log. */
  logged: () => string
  context: (actor?: Actor) => Context
  /** Moves the service's clock. */
  wait: (minutes: number) => void
  /** An empty database but for the company, an HRIS without faults, an empty log, the right time. */
  startOver: () => Promise<void>
  newLink: (options?: {
    connectionId?: string
    provider?: string
  }) => Promise<{ token: string; path: string }>
  close: () => Promise<void>
}

/** The HTTP side as `main.ts` composes it, over a real database and a rehearsal HRIS. */
export async function startService(options: { apiToken?: string | null } = {}): Promise<Service> {
  const database = await createTestDatabase()
  const hris = await startHris({ people: 40, seed: 7, today: '2026-11-23', rateLimit: null })
  const lines: string[] = []
  const log = createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
  const secrets = createKeyring([{ id: 'test', key: randomBytes(32) }])
  const urls = { hibob: hris.hibobUrl, bamboohr: hris.bamboohrUrl, personio: hris.personioUrl }
  const providers = createProviders(PROVIDERS, urls, { log })
  let ahead = 0
  const context = (actor: Actor = { kind: 'slack', userId: ADMIN }): Context => ({
    db: database.db,
    pool: database.pool,
    actor,
    now: new Date(Date.now() + ahead),
    log,
    secrets,
    providers,
  })
  let companyId = await createCompany(database)
  const app = createHttpApp({
    makeContext: context,
    config: {
      publicUrl: PUBLIC_URL,
      apiToken: options.apiToken ?? null,
      slackApiUrl: null,
      supportChannel: null,
    },
    handle: database,
    log,
    worker: { ready: () => true },
  })
  return {
    app,
    database,
    hris,
    get companyId() {
      return companyId
    },
    context,
    logged: () => lines.join(''),
    wait(minutes) {
      ahead += minutes * 60_000
    },
    async startOver() {
      await database.pool.query('truncate company cascade')
      await database.pool.query('delete from graphile_worker._private_jobs')
      companyId = await createCompany(database)
      hris.control.clearFaults()
      lines.length = 0
      ahead = 0
    },
    async newLink(extra = {}) {
      const { token } = await startLinking(context(), {
        companyId,
        provider: 'hibob',
        slackUserId: ADMIN,
        ...extra,
      })
      return { token, path: `/connect/${token}` }
    },
    async close() {
      await hris.close()
      await database.drop()
    },
  }
}

async function createCompany({ db }: TestDatabase): Promise<string> {
  const { company_id } = await db
    .insertInto('company')
    .values({ slack_team_id: 'T0ACME', name: 'Acme & <Sons>' })
    .returning('company_id')
    .executeTakeFirstOrThrow()
  return company_id
}
