import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startHris } from '../../demo/hris/server.ts'
import { type DatabaseHandle, openDatabase } from '../../src/db/client.ts'
import { RollcallError } from '../../src/errors.ts'
import { createProviders } from '../../src/sync/context.ts'
import type { Provider, RequestLimit } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { personio } from '../../src/sync/providers/personio.ts'
import { requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { cacheImage, seedLinkedConnection } from '../support/retrieval.ts'
import { makeContext, testKeyring } from '../support/seed.ts'

let database: TestDatabase
let other: DatabaseHandle
const servers: Server[] = []
beforeAll(async () => {
  database = await createTestDatabase()
  other = openDatabase(database.url)
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
  await database.pool.query('truncate rate_limit')
})
afterAll(async () => {
  await other.close()
  await database.drop()
})

const HOUR_MS = 3_600_000
const ACME = { serviceUserId: 'SERVICE-1', token: 'token-of-acme-1' }
const EVERYTHING = {
  scope: 'all',
  under: '/',
  countedBy: 'account',
  source: 'https://vendor.example',
} as const
const ONE_AN_HOUR: RequestLimit = { ...EVERYTHING, requests: 1, perMs: HOUR_MS }

const HURRIED = { method: 'GET', path: '/people', someoneWaits: true } as const
const PATIENT = { method: 'GET', path: '/people' } as const

test('two processes keep to one rate between them', async () => {
  const vendor = await startVendor()
  const provider = having({ ...EVERYTHING, requests: 20, perMs: 1_500 })
  const clients = [clientIn(database, provider, vendor), clientIn(other, provider, vendor)]
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 20 }, (_, index) => clients[index % 2]?.json(PATIENT)))
  // 5 at once, and 15 that are 100 ms apart.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_480)
  expect(vendor.paths).toHaveLength(20)
})

test('a redirect that is followed takes a turn of its own, and gives back its place before it waits for the next', async () => {
  const vendor = await startVendor((request, response) => {
    if (request.url === '/people') response.writeHead(302, { location: '/moved' }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const alone = having({ ...EVERYTHING, atOnce: 1 })
  expect((await clientIn(database, alone, vendor).json(HURRIED)).body).toEqual({})
  expect(vendor.paths).toEqual(['/people', '/moved'])

  const once = clientIn(database, having(ONE_AN_HOUR), vendor)
  await expect(once.json(HURRIED)).rejects.toMatchObject({ code: 'provider_rate_limited' })
  expect(vendor.paths).toEqual(['/people', '/moved', '/people'])
})

test('two processes never have more under way than the vendor allows, and everybody is served', async () => {
  const vendor = await startVendor(async (_, response) => {
    await sleep(20)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const provider = having({ ...EVERYTHING, atOnce: 2 })
  const ask = async (handle: DatabaseHandle) => {
    const client = clientIn(handle, provider, vendor)
    for (let page = 0; page < 5; page++) await client.json(PATIENT)
  }
  await Promise.all([database, other, database, other].map(ask))
  expect(vendor.paths).toHaveLength(20)
  expect(vendor.mostAtOnce()).toBe(2)
})

test('a retrieval never waits for the place of its own last page', async () => {
  const vendor = await startVendor()
  const statements = countStatements(database)
  const client = clientIn(database, having({ ...EVERYTHING, atOnce: 1 }), vendor)
  for (let page = 0; page < 20; page++) await client.json(HURRIED)
  expect(vendor.paths).toHaveLength(20)
  // One to take the place and one to leave it: none to look again for a place that was still taken.
  expect(statements()).toBeLessThanOrEqual(40)
})

test('whoever waits for an answer is told at once that it is not our turn, and the vendor is not asked', async () => {
  const vendor = await startVendor()
  const provider = having(ONE_AN_HOUR)
  await clientIn(database, provider, vendor).json(HURRIED)
  const error = await caught(clientIn(other, provider, vendor).json(HURRIED))
  expect(error).toMatchObject({
    code: 'provider_rate_limited',
    message: 'HiBob was not asked: it allows only so many requests, and they are used up for now.',
    remedy: 'Nothing was changed. Try again in 60 minutes.',
    retry: { when: 'later', afterMs: expect.closeTo(HOUR_MS, -4) },
  })
  expect(vendor.paths).toHaveLength(1)
})

test('a place that does not become free is not waited for longer than a person does', async () => {
  const slow = Promise.withResolvers<ServerResponse>()
  const vendor = await startVendor((_, response) => slow.resolve(response))
  const provider = having({ ...EVERYTHING, atOnce: 1 })
  const first = clientIn(database, provider, vendor).json(PATIENT)
  await expect.poll(() => vendor.paths).toHaveLength(1)
  const startedAt = performance.now()
  const error = await caught(clientIn(other, provider, vendor).json(HURRIED))
  expect(error).toMatchObject({ code: 'provider_rate_limited', remedy: expect.stringContaining('a few') })
  expect(performance.now() - startedAt).toBeGreaterThan(2_000)
  expect(vendor.paths).toHaveLength(1)
  ;(await slow.promise).writeHead(200, { 'content-type': 'application/json' }).end('{}')
  expect((await first).body).toEqual({})
})

test('other accounts are not slowed down, nor is one whose name somebody else typed', async () => {
  const vendor = await startVendor()
  const provider = having(ONE_AN_HOUR)
  await clientIn(database, provider, vendor).json(HURRIED)
  await clientIn(other, provider, vendor, { serviceUserId: 'SERVICE-2', token: 'token-2' }).json(HURRIED)
  await clientIn(other, provider, vendor, { ...ACME, token: 'guessed-token' }).json(HURRIED)
  const sandbox = await startVendor()
  await clientIn(other, provider, sandbox).json(HURRIED)
  expect(vendor.paths).toHaveLength(3)
  expect(sandbox.paths).toHaveLength(1)
})

test('what the vendor counts for all that we send is shared by all accounts', async () => {
  const vendor = await startVendor()
  const provider = having({ ...ONE_AN_HOUR, countedBy: 'sender' })
  await clientIn(database, provider, vendor).json(HURRIED)
  const stranger = clientIn(other, provider, vendor, { serviceUserId: 'SERVICE-2', token: 'token-2' })
  expect(await caught(stranger.json(HURRIED))).toMatchObject({ code: 'provider_rate_limited' })
  expect(vendor.paths).toHaveLength(1)
})

test('only requests below the path are counted, by a full address too', async () => {
  const vendor = await startVendor()
  const provider = having({ ...ONE_AN_HOUR, under: '/people' })
  const client = clientIn(database, provider, vendor)
  await client.json({ ...HURRIED, path: `${vendor.url}/people?page=1` })
  await client.json({ ...HURRIED, path: '/fields' })
  await client.json({ ...HURRIED, path: '/fields' })
  expect(await caught(client.json(HURRIED))).toMatchObject({ code: 'provider_rate_limited' })
  expect(vendor.paths).toEqual(['/people?page=1', '/fields', '/fields'])
})

test('the path counts however the address before it is written', async () => {
  const vendor = await startVendor()
  const shouted = { ...vendor, url: `${vendor.url.replace('http:', 'HTTP:')}/v1/` }
  const client = clientIn(database, having({ ...ONE_AN_HOUR, under: '/people' }), shouted)
  await client.json(HURRIED)
  expect(await caught(client.json(HURRIED))).toMatchObject({ code: 'provider_rate_limited' })
  expect(vendor.paths).toEqual(['/v1/people'])
})

test.each([
  ['429 with Retry-After', 429, { 'retry-after': '30' }, 30_000],
  ['503 with Retry-After', 503, { 'retry-after': '30' }, 30_000],
  ['429 that asks for a day', 429, { 'retry-after': '86400' }, 900_000],
])('%s holds everybody with this account, and nobody else', async (_, status, headers, heldMs) => {
  const vendor = await startVendor((_request, response) => response.writeHead(status, headers).end())
  const provider = having({ ...EVERYTHING, requests: 1_000, perMs: 60_000 })
  await caught(clientIn(database, provider, vendor).json(HURRIED))
  const error = await caught(clientIn(other, provider, vendor).json(HURRIED))
  expect(error).toMatchObject({
    code: 'provider_rate_limited',
    message: expect.stringContaining('was not asked'),
    retry: { when: 'later', afterMs: expect.closeTo(heldMs, -4) },
  })
  expect(vendor.paths).toHaveLength(1)
  await caught(clientIn(other, provider, vendor, { ...ACME, serviceUserId: 'SERVICE-2' }).json(HURRIED))
  expect(vendor.paths).toHaveLength(2)
})

test('an outage that asks for nothing holds nobody', async () => {
  const vendor = await startVendor((_request, response) => response.writeHead(503).end())
  const provider = having({ ...EVERYTHING, requests: 1_000, perMs: 60_000 })
  await caught(clientIn(database, provider, vendor).json(HURRIED))
  expect(await caught(clientIn(other, provider, vendor).json(HURRIED))).toMatchObject({
    code: 'provider_unavailable',
  })
  expect(vendor.paths).toHaveLength(4)
  const [row] = await database.db.selectFrom('rate_limit').select('next_at').execute()
  expect(row?.next_at.getTime()).toBeLessThan(Date.now() + 5_000)
})

test('every try takes a turn, and so does the opening of a session', async () => {
  const broken = await startVendor((_request, response) => response.writeHead(502).end())
  expect(await caught(clientIn(database, having(ONE_AN_HOUR), broken).json(PATIENT))).toMatchObject({
    code: 'provider_rate_limited',
  })
  expect(broken.paths).toHaveLength(1)

  const vendor = await startVendor((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ data: { token: 'papi-1', expires_in: 86_400 } })),
  )
  const provider = { ...personio, limits: [{ ...ONE_AN_HOUR, under: '/v1/auth' }] }
  const credentials = { clientId: 'client-1', clientSecret: 'secret-1' }
  const path = '/v1/company/employees'
  await clientIn(database, provider, vendor, credentials).json({ ...HURRIED, path })
  const again = clientIn(other, provider, vendor, credentials).json({ ...HURRIED, path })
  expect(await caught(again)).toMatchObject({ code: 'provider_rate_limited' })
  expect(vendor.paths).toEqual(['/v1/auth', path])
})

test('waiting for a turn is no part of the time that an answer may take', async () => {
  const vendor = await startVendor()
  const client = clientIn(database, having({ ...EVERYTHING, requests: 2, perMs: 700 }), vendor)
  const request = { ...PATIENT, timeoutMs: 600 }
  const startedAt = performance.now()
  await client.json(request)
  await client.json(request)
  expect(performance.now() - startedAt).toBeGreaterThan(690)
})

test('a request costs one statement, and none where there are no limits', async () => {
  const vendor = await startVendor()
  const handle = openDatabase(database.url)
  const statements = countStatements(handle)
  try {
    await clientIn(handle, having(), vendor).json(PATIENT)
    const { limits: _, ...without } = hibob
    await clientIn(handle, without, vendor).json(PATIENT)
    expect(statements()).toBe(0)

    const several = having(
      { ...EVERYTHING, requests: 100, perMs: 60_000 },
      { ...EVERYTHING, scope: 'a second', requests: 10, perMs: 1_000 },
    )
    await clientIn(handle, several, vendor).json(PATIENT)
    expect(statements()).toBe(1)
  } finally {
    await handle.close()
  }
})

test('nothing of an account can be read from what is stored', async () => {
  const vendor = await startVendor()
  await clientIn(database, having(ONE_AN_HOUR), vendor).json(HURRIED)
  const rows = await database.db.selectFrom('rate_limit').selectAll().execute()
  expect(rows).toEqual([{ bucket: expect.any(Buffer), next_at: expect.any(Date), places: {} }])
  expect(rows[0]?.bucket).toHaveLength(32)
})

test('a database that is lost stops the request before it is sent; the retrieval is tried again and completes', async () => {
  const hris = await startHris({ people: 5, seed: 7, today: '2026-11-23', rateLimit: null })
  const lost = openDatabase(database.url)
  await lost.pool.end()
  const providersOn = (handle: DatabaseHandle) =>
    createProviders([hibob], { hibob: hris.hibobUrl }, { shared: sharedOf(handle) })
  try {
    const place = await seedLinkedConnection(database)
    const ctx = makeContext(database, { providers: providersOn(lost) })
    const { retrievalId } = await requestRetrieval(ctx, place)
    const ids = { companyId: place.companyId, retrievalId }
    const before = await cacheImage(database, place)
    const error = await runRetrieval(ctx, ids, () => undefined).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(RollcallError)
    expect(hris.control.state().requests).toEqual({})
    expect(await cacheImage(database, place)).toBe(before)

    const again = makeContext(database, { providers: providersOn(other) })
    expect(await runRetrieval(again, ids, () => undefined)).toMatchObject({ status: 'complete', attempts: 2 })
  } finally {
    await hris.close()
  }
})

function having(...limits: RequestLimit[]): Provider {
  return { ...hibob, limits }
}

function sharedOf({ db }: DatabaseHandle) {
  return { db, secrets: testKeyring() }
}

function clientIn(handle: DatabaseHandle, provider: Provider, vendor: { url: string }, credentials = {}) {
  const used = Object.keys(credentials).length === 0 ? ACME : credentials
  return createProviders([provider], { [provider.id]: vendor.url }, { shared: sharedOf(handle) }).client(
    provider,
    used,
  )
}

function countStatements({ pool }: DatabaseHandle): () => number {
  let count = 0
  pool.on('acquire', () => {
    count += 1
  })
  return () => count
}

async function startVendor(listener: RequestListener = answerEmpty) {
  const paths: (string | undefined)[] = []
  let underWay = 0
  let most = 0
  const server = createServer((request, response) => {
    paths.push(request.url)
    underWay += 1
    most = Math.max(most, underWay)
    response.once('finish', () => {
      underWay -= 1
    })
    listener(request, response)
  })
  servers.push(server)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, paths, mostAtOnce: () => most }
}

const answerEmpty: RequestListener = (_, response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{}')

function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  )
}
