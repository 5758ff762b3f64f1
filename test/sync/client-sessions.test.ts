import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createProviderClient } from '../../src/sync/client.ts'
import type { Provider, ProviderRequest } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'

const HOUR_MS = 3_600_000
const CREDENTIALS = { id: 'client-1', secret: 'tok-9f3b7c21d4' }

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const provider: Provider = {
  ...hibob,
  authorize: () => ({ 'x-app': 'rollcall' }),
  sessions: [
    {
      under: '/people',
      async open(client, { id = '', secret = '' }) {
        const { body } = await client.json({ method: 'POST', path: '/token', form: { id, secret } })
        const { token } = body as { token: string }
        return { headers: { authorization: `Bearer ${token}` }, lifetimeMs: HOUR_MS }
      },
      renewedBy: (answer) => {
        const authorization = answer.get('authorization')
        return authorization === null ? null : { authorization }
      },
    },
  ],
}

type Asked = {
  path: string
  authorization: string | undefined
  app: unknown
  type: string | undefined
  body: string
}

/** A vendor that gives out `token-1`, `token-2`, ... and answers for people as `people` says. */
async function vendor(people: (asked: Asked, response: ServerResponse) => void = ok, tokenOf = numbered) {
  const asked: Asked[] = []
  const server = createServer(async (incoming, response) => {
    const one = await readAsked(incoming)
    asked.push(one)
    if (one.path !== '/token') return people(one, response)
    const token = tokenOf(asked.filter(({ path }) => path === '/token').length)
    if (token === null) response.writeHead(401).end()
    else send(response, { token })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clock = { now: 0 }
  const logged: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createProviderClient(provider, CREDENTIALS, {
    baseUrl,
    sleep: async () => undefined,
    now: () => clock.now,
    log: pino({ level: 'debug' }, sink),
  })
  const read = (request: Partial<ProviderRequest> = {}) =>
    client.json({ method: 'GET', path: '/people', ...request })
  const paths = () => asked.map(({ path }) => path)
  const tokens = () => asked.flatMap(({ authorization }) => authorization ?? [])
  return { asked, baseUrl, clock, client, logged, paths, read, tokens }
}

test('a session is opened once, by a form without its own headers, and carried by what lies under it alone', async () => {
  const { asked, baseUrl, client, read } = await vendor()
  await Promise.all([read(), read({ path: '/people/2' }), read({ path: `${baseUrl}/people?cursor=2` })])
  await client.json({ method: 'GET', path: '/elsewhere' })
  const [opening, ...others] = asked
  expect(opening).toEqual({
    path: '/token',
    authorization: undefined,
    app: 'rollcall',
    type: 'application/x-www-form-urlencoded',
    body: 'id=client-1&secret=tok-9f3b7c21d4',
  })
  expect(others.map(({ path }) => path).sort()).toEqual([
    '/elsewhere',
    '/people',
    '/people/2',
    '/people?cursor=2',
  ])
  for (const { path, authorization, app } of others) {
    expect(authorization).toBe(path === '/elsewhere' ? undefined : 'Bearer token-1')
    expect(app).toBe('rollcall')
  }
})

test('a session is opened anew before it ends, and not earlier', async () => {
  const { clock, read, paths, tokens } = await vendor()
  await read()
  clock.now = 0.8 * HOUR_MS
  await read()
  expect(paths()).toEqual(['/token', '/people', '/people'])
  clock.now = 0.95 * HOUR_MS
  await Promise.all([read(), read()])
  expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2', 'Bearer token-2'])
})

test('a fresh token that is refused is not replaced: the credentials may not do this', async () => {
  for (const status of [401, 403]) {
    const { paths, read } = await vendor((_, response) => void response.writeHead(status).end())
    await expect(read()).rejects.toMatchObject({
      code: status === 401 ? 'provider_key_refused' : 'provider_forbidden',
    })
    expect(paths()).toEqual(['/token', '/people'])
  }
})

test('a token that was accepted and then is refused is replaced once, and then no more', async () => {
  let withdrawn = ['']
  const { paths, read, tokens } = await vendor(({ authorization = '' }, response) => {
    if (withdrawn.includes(authorization)) response.writeHead(401).end()
    else send(response, {})
  })
  await read()
  withdrawn = ['Bearer token-1']
  await read()
  expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
  withdrawn = ['Bearer token-2', 'Bearer token-3', 'Bearer token-4']
  await expect(read()).rejects.toMatchObject({ code: 'provider_key_refused' })
  expect(paths().slice(5)).toEqual(['/people', '/token', '/people'])
})

test('a token that was accepted is not replaced where something is forbidden', async () => {
  let status = 200
  const { paths, read } = await vendor((_, response) => {
    if (status === 200) send(response, {})
    else response.writeHead(status).end()
  })
  await read()
  status = 403
  await expect(read()).rejects.toMatchObject({ code: 'provider_forbidden' })
  expect(paths()).toEqual(['/token', '/people', '/people'])
})

test('the token that an answer brings is the next to be sent', async () => {
  const { read, tokens } = await vendor((_, response) => {
    response.setHeader('authorization', `Bearer rotated-${Math.min(2, tokens().length)}`)
    send(response, {})
  })
  for (let time = 0; time < 3; time++) await read()
  expect(tokens()).toEqual(['Bearer token-1', 'Bearer rotated-1', 'Bearer rotated-2'])
})

test('a session that could not be opened is tried anew by the next request', async () => {
  const { paths, read } = await vendor(ok, (time) => (time === 1 ? null : `token-${time}`))
  await expect(read()).rejects.toMatchObject({ code: 'provider_key_refused' })
  expect((await read()).body).toEqual({})
  expect(paths()).toEqual(['/token', '/token', '/people'])
})

test('somebody who waits does not wait longer for the token', async () => {
  let tries = 0
  const client = createProviderClient(provider, CREDENTIALS, {
    baseUrl: 'http://vendor.example',
    sleep: async () => undefined,
    send: async () => {
      tries += 1
      return { status: 503, headers: new Headers(), body: Readable.from([]), discard: async () => undefined }
    },
  })
  for (const someoneWaits of [true, false]) {
    tries = 0
    const reading = client.json({ method: 'GET', path: '/people', someoneWaits })
    await expect(reading).rejects.toMatchObject({ code: 'provider_unavailable' })
    expect(tries).toBe(someoneWaits ? 2 : 4)
  }
})

test('no token and no credential stands in an error or a log line', async () => {
  const broken = await vendor(ok, () => 'tok-8d1e\ninjected: yes')
  const odd = await broken.read().catch((thrown: unknown) => thrown)
  expect(odd).toMatchObject({
    code: 'provider_bad_answer',
    message: 'HiBob gave us a token that cannot be sent.',
  })
  const refused = await vendor((_, response) => void response.writeHead(401).end())
  const no = await refused.read().catch((thrown: unknown) => thrown)
  await broken.client.json({ method: 'GET', path: '/elsewhere' })
  const words = [odd, no].map(everyWord).concat(broken.logged, refused.logged).join('\n')
  expect(refused.logged.length).toBeGreaterThan(0)
  for (const secret of [CREDENTIALS.secret, 'tok-8d1e', 'token-1']) expect(words).not.toContain(secret)
})

function ok(_: Asked, response: ServerResponse): void {
  send(response, {})
}

function numbered(time: number): string | null {
  return `token-${time}`
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readAsked(incoming: IncomingMessage): Promise<Asked> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  const { authorization, 'x-app': app, 'content-type': type } = incoming.headers
  return { path: incoming.url ?? '', authorization, app, type, body: Buffer.concat(chunks).toString() }
}

function everyWord(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return `${thrown.stack} ${JSON.stringify(thrown)} ${everyWord(thrown.cause)}`
}
