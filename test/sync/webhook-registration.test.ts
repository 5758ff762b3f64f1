import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { DEMO_BAMBOOHR, type Hris, startHris } from '../../demo/hris/server.ts'
import { findConnection } from '../../src/db/connections.ts'
import { findWebhook } from '../../src/db/webhooks.ts'
import { createProviderClient } from '../../src/sync/client.ts'
import { type Context, createProviders } from '../../src/sync/context.ts'
import { previewRemoval, removeConnection } from '../../src/sync/disconnect.ts'
import { getOverview } from '../../src/sync/overview.ts'
import { baseUrlOf, type Credentials } from '../../src/sync/provider.ts'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import { registerWebhook } from '../../src/sync/webhook-registration.ts'
import { openHook } from '../../src/sync/webhooks.ts'
import { askBamboo } from '../demo/hris-vendors.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeContext } from '../support/seed.ts'
import { seedWebhook } from '../support/webhooks.ts'

const PUBLIC_URL = 'https://rollcall.example'

let database: TestDatabase
let hris: Hris
let ctx: Context
let bamboo: Awaited<ReturnType<typeof seedWebhook>>

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  hris = await startHris({ people: 40, rateLimit: null })
  const urls = { bamboohr: hris.bamboohrUrl }
  const providers = {
    ...createProviders(PROVIDERS, urls),
    client: (provider: (typeof PROVIDERS)[number], credentials: Credentials) => {
      const baseUrl = baseUrlOf(provider, credentials, urls.bamboohr)
      return createProviderClient(provider, credentials, { baseUrl, sleep: async () => undefined })
    },
  }
  ctx = makeContext(database, { providers })
  bamboo = await seedWebhook(ctx, { provider: 'bamboohr', secret: '', credentials: DEMO_BAMBOOHR })
})
afterEach(() => hris.close())

const url = () => `${PUBLIC_URL}${bamboo.path}`
const register = (publicUrl = PUBLIC_URL) => registerWebhook(ctx, bamboo, publicUrl)
const known = async () => (await findWebhook(database.db, bamboo))!
// biome-ignore lint/suspicious/noExplicitAny: the tests look at wire JSON as a client sees it.
const ask = async (path: string): Promise<any> => (await askBamboo(hris, path)).json()
const atVendor = async (): Promise<{ id: string; url: string }[]> => (await ask('/v1/webhooks')).webhooks
const oneAtVendor = (id: string) => ask(`/v1/webhooks/${id}`)

test('the vendor is asked to tell of people who come, change and go, in fields that we read', async () => {
  await register()
  const [hook, ...others] = await atVendor()
  expect(others).toEqual([])
  const { remote_id, problem } = await known()
  expect({ remote_id, problem }).toEqual({ remote_id: hook!.id, problem: null })
  const asked = await oneAtVendor(hook!.id)
  expect(asked).toMatchObject({ url: url(), format: 'json', postFields: {} })
  expect(asked.events).toEqual(['employee.created', 'employee.updated', 'employee.deleted'])
  expect(asked.monitorFields).toEqual(expect.arrayContaining(['firstName', 'workEmail', 'terminationDate']))
  // The key came once, and is kept sealed beside the address.
  const opened = openHook(ctx, await known())
  expect(opened).toEqual({ hook: bamboo.hook, secret: expect.stringMatching(/^[\da-f]{32}$/) })
  expect((await known()).sealed.includes(opened.secret)).toBe(false)
})

test('done again, as after a kill half way, it replaces what there was and nothing else', async () => {
  const elsewhere = {
    name: 'Payroll',
    format: 'json',
    url: 'https://payroll.example',
    monitorFields: ['status'],
  }
  await askBamboo(hris, '/v1/webhooks', elsewhere)
  await register()
  const first = openHook(ctx, await known())
  await register()
  expect((await atVendor()).map((hook) => hook.url)).toEqual(['https://payroll.example', url()])
  const second = openHook(ctx, await known())
  expect(second.hook).toBe(first.hook)
  expect(second.secret).not.toBe(first.secret)
  expect((await known()).remote_id).toBe((await atVendor())[1]!.id)
})

test('a key that may not see everything watches what it may', async () => {
  hris.control.forbid('home')
  await register()
  const [hook] = await atVendor()
  expect((await oneAtVendor(hook!.id)).monitorFields).toEqual(['firstName', 'lastName', 'status', 'hireDate'])
  expect((await known()).problem).toBeNull()
})

test('a refusal is a sentence on the connection, which goes on as it was', async () => {
  hris.control.forbid('root')
  const before = await findConnection(database.db, bamboo.companyId, bamboo.connectionId)
  await register()
  expect(await atVendor()).toEqual([])
  const { remote_id, problem } = await known()
  expect(remote_id).toBeNull()
  expect(problem).toMatch(
    /^BambooHR could not be asked to tell us of changes\. BambooHR does not let .*Access Levels/,
  )
  expect(await findConnection(database.db, bamboo.companyId, bamboo.connectionId)).toEqual(before)
  hris.control.forbid('root', false)
  await register()
  expect((await known()).problem).toBeNull()
})

test('what passes by itself is left to the queue to try again, and said meanwhile', async () => {
  hris.control.addFault({ kind: 'unavailable', on: 'any' })
  await expect(register()).rejects.toMatchObject({ code: 'provider_unavailable' })
  expect((await known()).problem).toContain('BambooHR is out of service')
  const [shown] = (await getOverview(ctx, bamboo.companyId)).connections
  expect(shown).toMatchObject({ status: 'active', webhookProblem: (await known()).problem })
  hris.control.clearFaults()
  await register()
  expect(await atVendor()).toHaveLength(1)
  expect((await known()).problem).toBeNull()
})

test('where no vendor could reach us it is not even asked, and that is said', async () => {
  ctx = { ...ctx, providers: createProviders(PROVIDERS, {}) }
  await register('http://rollcall.example')
  expect((await known()).problem).toContain('BambooHR only sends to https addresses')
  expect(await atVendor()).toEqual([])
})

test('removing the connection takes the webhook back and forgets it', async () => {
  await register()
  expect(await previewRemoval(ctx, bamboo)).toMatchObject({ webhook: 'registered' })
  expect(await removeConnection(ctx, bamboo.companyId, bamboo.connectionId)).toEqual({
    webhook: 'taken_back',
  })
  expect(await atVendor()).toEqual([])
  expect(
    await database.db
      .selectFrom('webhook')
      .selectAll()
      .where('connection_id', '=', bamboo.connectionId)
      .execute(),
  ).toEqual([])
  await register()
  expect(await atVendor()).toEqual([])
})

test('a vendor that does not answer does not keep a connection from being removed', async () => {
  await register()
  hris.control.addFault({ kind: 'unavailable', on: 'any' })
  expect(await removeConnection(ctx, bamboo.companyId, bamboo.connectionId)).toEqual({ webhook: 'left' })
  const connection = await findConnection(database.db, bamboo.companyId, bamboo.connectionId)
  expect(connection).toMatchObject({ status: 'removed', sealed_credentials: null })
})
