import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type Hris, startHris } from '../../../demo/hris/server.ts'
import { type Desk, startDesk } from '../../../demo/slack/server.ts'
import { createKeyring } from '../../../src/db/secrets.ts'
import { type Running, start } from '../../../src/main.ts'
import { acceptCredentials, finishLinking } from '../../../src/sync/connections.ts'
import type { Context } from '../../../src/sync/context.ts'
import { createProviders } from '../../../src/sync/context.ts'
import { claimLinkSession, findLinkSession } from '../../../src/sync/link-sessions.ts'
import { PROVIDERS } from '../../../src/sync/providers/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { DANA, makeContext } from '../../support/seed.ts'
import { labels } from './fixtures.ts'
import { allText } from './words.ts'

export type Product = {
  desk: Desk
  hris: Hris
  database: TestDatabase
  running: Running
  /** A context of our own, for looking and for what the browser would do. */
  ctx: () => Context
  close(): Promise<void>
}

/** `settings`: besides those that make it run at all. */
export type ProductOptions = { people?: number; settings?: Record<string, string> }

/** The whole product, with the desk in Slack's place and the rehearsal HRIS in HiBob's. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const database = await createTestDatabase()
  const hris = await startHris({ people: options.people ?? 60, rateLimit: null, today: '2026-11-20' })
  const slack = { signingSecret: 'rehearsal', botToken: 'xoxb-rehearsal' }
  const desk = await startDesk({ appUrl: 'http://127.0.0.1:9', ...slack })
  const key = randomBytes(32)
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  const running = await start(
    {
      HOST: '127.0.0.1',
      PORT: '0',
      PUBLIC_URL: 'http://127.0.0.1:0',
      DATABASE_URL: database.url,
      ENCRYPTION_KEYS: `k1:${key.toString('base64')}`,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: desk.apiUrl,
      HIBOB_API_URL: hris.hibobUrl,
      ...options.settings,
    },
    { log, report: () => undefined },
  )
  desk.setAppUrl(running.url)
  const providers = createProviders(PROVIDERS, { hibob: hris.hibobUrl })
  const secrets = createKeyring([{ id: 'k1', key }])
  return {
    desk,
    hris,
    database,
    running,
    ctx: () => makeContext(database, { providers, secrets, actor: DANA }),
    async close() {
      await running.stop()
      await desk.close()
      await hris.close()
      await database.drop()
    },
  }
}

/** Dana connects HiBob: in Slack up to the link, and then what the linking window does in her browser. */
export async function connectHibob(product: Product): Promise<{ companyId: string; connectionId: string }> {
  const dana = product.desk.as('U_DANA')
  await dana.command('/datasync connect')
  await until('the connect window', () => dana.modal()?.title.text === 'Connect')
  await dana.fill({ actionId: 'connect.provider', value: 'hibob' })
  await dana.submit()
  await until('the link', () => allText(dana.modal()?.blocks).includes('Go on in your browser'))
  const { url } = await dana.click({ actionId: 'connect.page' })
  const ctx = product.ctx()
  const token = new URL(url ?? '').pathname.split('/').at(-1) ?? ''
  const session = (await findLinkSession(ctx, token))!
  await claimLinkSession(ctx, session, 'browser')
  await acceptCredentials(ctx, session, { serviceUserId: 'SERVICE-rehearsal', token: 'rehearsal-token-1' })
  const { connectionId } = await finishLinking(ctx, session)
  await dana.close()
  return { companyId: session.companyId, connectionId }
}

export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 12_000,
): Promise<void> {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`)
    await sleep(25)
  }
}

/** HiBob is connected and read, and Dana has the message that says so. */
export async function startConnected(options: ProductOptions = {}) {
  const product = await startProduct(options)
  const place = await connectHibob(product)
  const { desk } = product
  const isRead = () =>
    desk
      .as('U_DANA')
      .messages()
      .some(({ text }) => text.includes('read from HiBob'))
  await until('the first retrieval', isRead)
  return { ...product, place }
}

/** Dana asks for the plan where she talks to Rollcall, and confirms it there. */
export async function confirmOnCard(desk: Desk): Promise<void> {
  const dana = desk.as('U_DANA')
  await dana.command('/datasync sync')
  await until('the card', () => dana.messages().some(({ blocks }) => labels(blocks).includes('Confirm')))
  await dana.click({ where: 'message', actionId: 'sync.confirm_card' })
}

/** The window on somebody's screen, once it holds these words. */
export async function windowWith(desk: Desk, userId: string, words: string): Promise<string> {
  const shown = () => allText(desk.as(userId).modal()?.blocks)
  await until(`a window that says "${words}"; it says ${shown()}`, () => shown().includes(words))
  return shown()
}

/** What only somebody can see in a channel, newest last, as words. */
export const privateWords = (desk: Desk, userId: string, channel?: string): string[] =>
  desk
    .as(userId)
    .ephemerals(channel)
    .map(({ blocks }) => allText(blocks))

/** Everything that a click could have changed, counted. */
export async function rowCounts({ db }: TestDatabase): Promise<Record<string, number>> {
  const tables = [
    'connection',
    'link_session',
    'retrieval',
    'sync',
    'stakeholder',
    'journal',
    'home_viewer',
  ] as const
  const counted = tables.map(async (table) => {
    const { n } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return [table, n] as const
  })
  return Object.fromEntries(await Promise.all(counted))
}

/** Posts as the app, as it did at some time: its buttons are on the screen of whoever is in the channel. */
export async function postAsApp(desk: Desk, channel: string, blocks: unknown[]): Promise<string> {
  const response = await fetch(`${desk.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-rehearsal' },
    body: JSON.stringify({ channel, text: 'buttons', blocks }),
  })
  const { ok, ts } = (await response.json()) as { ok: boolean; ts: string }
  if (!ok) throw new Error('the desk did not take the message')
  return ts
}
