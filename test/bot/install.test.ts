import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desk, startDesk } from '../../demo/slack/server.ts'
import { type Bot, createBot } from '../../src/bot/app.ts'
import { createInstallationStore } from '../../src/bot/installations.ts'
import { createKeyring } from '../../src/db/secrets.ts'
import type { Context } from '../../src/sync/context.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeContext } from '../support/seed.ts'
import { until } from './support/product.ts'
import { allText } from './support/words.ts'

const secrets = {
  signingSecret: 'rehearsal',
  botToken: 'xoxb-rehearsal',
  clientId: '1.2',
  clientSecret: 'oauth-secret',
}
let database: TestDatabase
let desk: Desk
let bot: Bot
let server: Server
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  desk = await startDesk({ appUrl: 'http://127.0.0.1:9', ...secrets })
  server = createServer((request, response) => bot.requestListener?.(request, response)).listen(
    0,
    '127.0.0.1',
  )
  await until('a port', () => server.listening)
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  bot = await createBot({
    config: {
      mode: 'http',
      botToken: null,
      signingSecret: secrets.signingSecret,
      oauth: { clientId: secrets.clientId, clientSecret: secrets.clientSecret },
    },
    slackApiUrl: desk.apiUrl,
    supportChannel: null,
    publicUrl: url,
    makeContext: (actor): Context => makeContext(database, { actor }),
    log: pino({ level: 'silent' }),
  })
  desk.setAppUrl(url)
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await desk.close()
  await database.drop()
})

const installations = () => database.db.selectFrom('slack_installation').selectAll().execute()

const linkTo = (where: string, page: string): string =>
  [...page.matchAll(/href="([^"]+)"/gu)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&'))
    .find((href) => href.includes(where)) ?? ''

/** What a browser does between "Add to Slack" and the last page. */
async function install(): Promise<Response> {
  const page = await fetch(`${url}/slack/install`, { redirect: 'manual' })
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const wanted = new URL(linkTo('/oauth/v2/authorize', await page.text()))
  expect(wanted.searchParams.get('scope')).toBe('chat:write,commands,users:read')
  expect(wanted.searchParams.get('redirect_uri')).toBe(`${url}/slack/oauth_redirect`)
  const consent = await fetch(`${desk.url}/oauth/v2/authorize${wanted.search}`)
  return await fetch(linkTo('/slack/oauth_redirect', await consent.text()), {
    headers: { cookie },
    redirect: 'manual',
  })
}

test('an install by OAuth is sealed at rest, makes the company, and answers from then on', async () => {
  expect(bot.paths).toEqual(['/slack/events', '/slack/install', '/slack/oauth_redirect'])
  expect((await install()).status).toBeLessThan(400)
  const [row, ...others] = await installations()
  expect(others).toEqual([])
  expect(row?.installation_key).toBe('T0REHEARSAL')
  expect(row?.sealed.includes('xoxb-rehearsal')).toBe(false)
  const company = await database.db.selectFrom('company').select(['slack_team_id', 'name']).execute()
  expect(company).toEqual([{ slack_team_id: 'T0REHEARSAL', name: 'Acme' }])

  await desk.as('U_DANA').command('/datasync')
  await until('an answer', () => desk.as('U_DANA').ephemerals().length > 0)
  expect(allText(desk.as('U_DANA').ephemerals().at(-1)?.blocks)).toContain('Connect your HR system')
})

test('an installation opens under its own key and in its own place only', async () => {
  const store = createInstallationStore(() => makeContext(database))
  const query = { isEnterpriseInstall: false, teamId: 'T0REHEARSAL', enterpriseId: undefined } as const
  expect((await store.fetchInstallation(query)).bot?.token).toBe('xoxb-rehearsal')
  const wrongKey = createKeyring([{ id: 'test', key: Buffer.alloc(32, 8) }])
  const other = createInstallationStore(() => makeContext(database, { secrets: wrongKey }))
  await expect(other.fetchInstallation(query)).rejects.toMatchObject({ code: 'secret_unreadable' })
  await database.db
    .insertInto('slack_installation')
    .values({ installation_key: 'T_OTHER', sealed: (await installations())[0]!.sealed })
    .execute()
  await expect(store.fetchInstallation({ ...query, teamId: 'T_OTHER' })).rejects.toMatchObject({
    code: 'secret_unreadable',
  })
  await database.db.deleteFrom('slack_installation').where('installation_key', '=', 'T_OTHER').execute()
})

test('an org-wide install is kept under the organisation', async () => {
  const store = createInstallationStore(() => makeContext(database))
  const bot = { token: 'xoxb-org', scopes: [], id: 'B1', userId: 'U1' }
  const enterprise = { id: 'E1', name: 'Acme Group' }
  await store.storeInstallation({
    enterprise,
    team: undefined,
    isEnterpriseInstall: true,
    bot,
    user: { id: 'U1', token: undefined, scopes: undefined },
  })
  const query = { isEnterpriseInstall: true, enterpriseId: 'E1', teamId: 'T9' } as const
  expect((await store.fetchInstallation(query)).bot?.token).toBe('xoxb-org')
  await store.deleteInstallation?.(query)
  await expect(store.fetchInstallation(query)).rejects.toMatchObject({ code: 'not_found' })
})

test.each([
  ['tokens_revoked', { tokens: { bot: [], oauth: ['U_DANA'] } }, 1],
  ['tokens_revoked', { tokens: { bot: ['U0ROLLCALL'], oauth: [] } }, 0],
  ['app_uninstalled', {}, 0],
])('%s %o leaves %d installations', async (type, event, left) => {
  if ((await installations()).length === 0) await install()
  await sendEvent({ type, ...event })
  await until('it to be handled', async () => (await installations()).length === left)
  expect(await installations()).toHaveLength(left)
})

test('in Socket Mode there is no address to be called at', async () => {
  const socket = await createBot({
    config: { mode: 'socket', botToken: secrets.botToken, appToken: 'xapp-rehearsal' },
    slackApiUrl: desk.apiUrl,
    supportChannel: null,
    publicUrl: url,
    makeContext: (actor): Context => makeContext(database, { actor }),
    log: pino({ level: 'silent' }),
  })
  expect(socket.requestListener).toBeNull()
  expect(socket.paths).toEqual([])
  expect(socket.registered).toEqual(bot.registered)
})

test('an unsigned request is refused', async () => {
  const response = await fetch(`${url}/slack/events`, { method: 'POST', body: '{"type":"event_callback"}' })
  expect(response.status).toBe(401)
})

async function sendEvent(event: object): Promise<void> {
  const { createHmac } = await import('node:crypto')
  const body = JSON.stringify({
    type: 'event_callback',
    team_id: 'T0REHEARSAL',
    api_app_id: 'A0ROLLCALL',
    event_id: 'Ev1',
    event,
  })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secrets.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex')
  const response = await fetch(`${url}/slack/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  })
  expect(response.status).toBe(200)
}
