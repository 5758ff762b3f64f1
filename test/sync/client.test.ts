import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { RollcallError } from '../../src/errors.ts'
import { type ClientOptions, createProviderClient } from '../../src/sync/client.ts'
import type { Credentials, Provider, ProviderRequest } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'

const SECRET = 'tok-9f3b7c21d4'
const CREDENTIALS = { serviceUserId: 'SERVICE-1', token: SECRET }
const ENCODED = Buffer.from(`SERVICE-1:${SECRET}`).toString('base64')

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

describe('an answer', () => {
  test('is asked for with the credentials and comes back parsed', async () => {
    const seen: IncomingMessage[] = []
    const { json } = await client((request, response) => {
      seen.push(request)
      sendJson(response, { employees: [] })
    })

    const { body } = await json({
      method: 'POST',
      path: '/people/search',
      body: { fields: [] },
      query: { a: 'b c' },
    })

    expect(body).toEqual({ employees: [] })
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1/people/search?a=b+c' })
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Basic ${ENCODED}`,
      'content-type': 'application/json',
    })
  })

  test('loses the NUL signs in it, which no database of ours could store', async () => {
    const { json } = await client((_, response) => sendJson(response, { a: ['x\0y'], b: { c: '\0' }, d: 1 }))
    const { body } = await json({ method: 'GET', path: '/people' })
    expect(body).toEqual({ a: ['xy'], b: { c: '' }, d: 1 })
  })

  test('comes whole whatever its size, also beside others and after a longer one', async () => {
    const bodyOf = (size: string) => ({
      size,
      names: Array.from({ length: Number(size) }, (_, n) => `Zoë 🌞 ${n}`),
    })
    const { json } = await client((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://hr.example')
      sendJson(response, bodyOf(searchParams.get('size') ?? ''))
    })
    // The largest has more than a megabyte.
    const sizes = ['90000', '1', '20000', '0', '5000', '30000', '2']
    const ask = async (size: string) => (await json({ method: 'GET', path: '/people', query: { size } })).body
    expect(await Promise.all(sizes.map(ask))).toEqual(sizes.map(bodyOf))
    for (const size of sizes) expect(await ask(size)).toEqual(bodyOf(size))
  })

  test('may come packed, and is unpacked', async () => {
    const asked: IncomingMessage[] = []
    const { json } = await client((request, response) => {
      asked.push(request)
      sendPacked(response, gzipSync(JSON.stringify({ name: 'Zoë', employees: [] })))
    })
    const { body } = await json({ method: 'GET', path: '/people' })
    expect(body).toEqual({ name: 'Zoë', employees: [] })
    expect(asked[0]?.headers['accept-encoding']).toBe('gzip')
  })

  test('is measured unpacked: a small one that would fill the memory is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))
    expect(bomb.length).toBeLessThan(100_000)
    const asked = await failing((_, response) => sendPacked(response, bomb), {
      request: { maxBytes: 1024 * 1024 },
    })
    expect(asked).toMatchObject({ code: 'provider_too_large', tries: 1 })
  })

  test('that is packed badly, or only half there, is a broken one', async () => {
    const packed = gzipSync(JSON.stringify({ employees: 'x'.repeat(10_000) }))
    for (const bytes of [packed.subarray(0, packed.length - 20), Buffer.from('{"employees":[]}')])
      expect(await failing((_, response) => sendPacked(response, bytes))).toMatchObject({
        code: 'provider_bad_answer',
        message: 'The answer from HiBob broke off and could not be read.',
        tries: 4,
      })
  })

  test('that is not JSON by its type is refused at once, whatever it holds', async () => {
    const asked = await failing((_, response) =>
      response.setHeader('content-type', 'text/html').end('{"employees":[]}'),
    )
    expect(asked).toMatchObject({
      code: 'provider_bad_answer',
      message: 'HiBob answered, but not with data.',
      tries: 1,
    })
  })

  test('that breaks off is asked for again and then called broken', async () => {
    const cut: RequestListener = (_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
        .write('{"employees":[')
      setTimeout(() => response.destroy(), 5)
    }
    expect(await failing(cut)).toMatchObject({ code: 'provider_bad_answer', tries: 4 })
    expect(
      await failing((_, response) => sendText(response, '{"employees":[{"email":"ana@ac')),
    ).toMatchObject({
      code: 'provider_bad_answer',
      message: 'The answer from HiBob broke off and could not be read.',
      tries: 4,
    })
  })

  test('that never ends is cut at the size limit while it streams', async () => {
    let sent = 0
    const endless: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(64 * 1024))) sent += 64 * 1024
      }
      response.on('drain', more)
      more()
    }
    const asked = await failing(endless, { request: { maxBytes: 1024 * 1024 } })

    expect(asked).toMatchObject({
      code: 'provider_too_large',
      message: 'An answer from HiBob was larger than 1 MB and was not read.',
      tries: 1,
    })
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  test('that does not come in time is given up, headers or body', async () => {
    const silent = await failing(() => undefined, { options: { timeoutMs: 300 } })
    const stalled = await failing(
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
      {
        options: { timeoutMs: 300 },
      },
    )
    expect(silent).toMatchObject({
      code: 'provider_timeout',
      message: 'HiBob did not answer in time.',
      tries: 2,
    })
    expect(stalled).toMatchObject({ code: 'provider_timeout', tries: 2 })
    // So says the vendor itself, or whatever stands before it, with 408.
    const told = await failing((_, response) => response.writeHead(408).end())
    expect(told).toMatchObject({ code: 'provider_timeout', message: silent.message, tries: 2 })
    expect(told.retry).toEqual(silent.retry)
  })
})

describe('the credentials', () => {
  test('are not sent to another host, neither by a redirect nor by a next link', async () => {
    const stolen: IncomingMessage[] = []
    const thief = await listen((request, response) => {
      stolen.push(request)
      sendJson(response, {})
    })
    const redirected = await failing((_, response) =>
      response.writeHead(302, { location: `${thief}/v1/x` }).end(),
    )
    const linked = await failing((_, response) => sendJson(response, {}), {
      request: { path: `${thief}/v1/people?page=2` },
    })
    const schemeless = await failing((_, response) => sendJson(response, {}), {
      request: { path: thief.replace('http:', '') },
    })

    const senseless = await failing((_, response) => sendJson(response, {}), {
      request: { path: 'https://[/v1/people?page=2' },
    })
    expect(senseless).toMatchObject({ code: 'provider_redirected', tries: 0 })
    expect(redirected).toMatchObject({ code: 'provider_redirected', tries: 1 })
    expect(linked).toMatchObject({ code: 'provider_redirected', tries: 0 })
    expect(schemeless).toMatchObject({ code: 'provider_redirected', tries: 0 })
    expect(stolen).toHaveLength(0)
  })

  test('follow a redirect and a next link on the same host', async () => {
    const urls: (string | undefined)[] = []
    const own = await listen((request, response) => {
      urls.push(request.url)
      if (request.url === '/v1/moved') response.writeHead(301, { location: '/v1/here' }).end()
      else sendJson(response, { ok: true })
    })
    const { json } = clientOf(`${own}/v1`)
    expect((await json({ method: 'GET', path: '/moved' })).body).toEqual({ ok: true })
    expect((await json({ method: 'GET', path: `${own}/v1/next?cursor=2` })).body).toEqual({ ok: true })
    expect(urls).toEqual(['/v1/moved', '/v1/here', '/v1/next?cursor=2'])
  })

  test.each([401, 403])('are not tried again after %i', async (status) => {
    const asked = await failing((_, response) => response.writeHead(status).end())
    expect(asked.tries).toBe(1)
    expect(asked.code).toBe(status === 401 ? 'provider_key_refused' : 'provider_forbidden')
    expect(asked.retry).toEqual({ when: 'never' })
  })

  test('are in no error and no log line, whatever goes wrong', async () => {
    const lines: string[] = []
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const log = pino({ level: 'trace' }, sink)
    const echo: RequestListener = (request, response) => {
      const status = Number(request.url?.slice(-3)) || 500
      response
        .writeHead(status, { 'content-type': 'application/json', location: `/${SECRET}` })
        .end(JSON.stringify(request.headers))
    }
    const errors: unknown[] = []
    for (const status of [301, 400, 401, 403, 404, 429, 500, 503]) {
      errors.push(
        await failing(echo, { options: { log }, request: { path: `/x?key=${SECRET}&s=${status}` } }),
      )
    }
    errors.push(
      await failing((request, response) => sendText(response, `${request.headers.authorization}`), {
        options: { log },
      }),
    )
    errors.push(await failing((request) => void request.socket.destroy(), { options: { log } }))
    errors.push(
      await failing(echo, {
        options: { log, send: () => Promise.reject(new TypeError(`bad header ${ENCODED} ${SECRET}`)) },
      }),
    )
    errors.push(
      await failing(echo, { credentials: { ...CREDENTIALS, token: `${SECRET}\n` }, provider: rawToken }),
    )

    expect(errors.at(-1)).toMatchObject({ code: 'provider_key_refused', tries: 0 })
    expect(lines.length).toBeGreaterThan(20)
    const everything = [...lines, ...errors.map(everyWord)].join('\n')
    expect(everything).toContain('HiBob')
    expect(everything).not.toContain(SECRET)
    expect(everything).not.toContain(ENCODED)
  })
})

describe('waiting', () => {
  test.each([
    ['seconds', { 'retry-after': '7' }, [7000, 7000, 7000]],
    ['nothing: doubling pauses, half of each by chance', {}, [1500, 3000, 6000]],
    ['nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset': 'later' }, [1500, 3000, 6000]],
  ])('after 429 as long as it says: %s', async (_name, headers, pauses) => {
    const asked = await failing((_, response) => response.writeHead(429, headers).end())
    expect(asked).toMatchObject({ code: 'provider_rate_limited', tries: 4, pauses })
  })

  test('after 429 is a second at least, whatever chance says', async () => {
    const asked = await failing((_, response) => response.writeHead(429).end(), {
      options: { random: () => 0 },
    })
    expect(asked.pauses).toEqual([1000, 2000, 4000])
  })

  test.each([
    ['an HTTP date', (at: number) => ({ 'retry-after': new Date(at).toUTCString() })],
    [
      'the start of the next window',
      (at: number) => ({ 'x-ratelimit-reset': String(Math.round(at / 1000)) }),
    ],
  ])('after 429 until %s', async (_name, headers) => {
    const asked = await failing((_, response) => response.writeHead(429, headers(Date.now() + 30_000)).end())
    expect(asked.pauses).toHaveLength(3)
    for (const pause of asked.pauses) expect(Math.abs(pause - 31_000)).toBeLessThan(2_000)
  })

  test('is not done for an hour: the error says when it makes sense again', async () => {
    const asked = await failing((_, response) => response.writeHead(503, { 'retry-after': '3600' }).end())
    expect(asked).toMatchObject({ code: 'provider_unavailable', tries: 1, pauses: [] })
    expect(asked.retry).toEqual({ when: 'later', afterMs: 3_600_000 })
  })

  test('is short where a person waits', async () => {
    const asked = await failing((_, response) => response.writeHead(429, { 'retry-after': '30' }).end(), {
      request: { someoneWaits: true },
    })
    expect(asked).toMatchObject({ tries: 1, pauses: [] })
  })

  test('is rewarded: a provider that recovers is not noticed', async () => {
    let count = 0
    const { json } = await client((request, response) => {
      count += 1
      if (count === 1) request.socket.destroy()
      else if (count === 2) response.writeHead(502).end()
      else sendJson(response, { ok: true })
    })
    expect((await json({ method: 'GET', path: '/x' })).body).toEqual({ ok: true })
    expect(count).toBe(3)
  })

  test('is not done for a request that is refused as wrong', async () => {
    expect(await failing((_, response) => response.writeHead(400).end())).toMatchObject({
      code: 'provider_bad_answer',
      tries: 1,
    })
  })
})

test('a provider that cannot be reached at all is unavailable', async () => {
  const { json } = clientOf('http://127.0.0.1:9/v1')
  await expect(json({ method: 'GET', path: '/x' })).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: 'HiBob could not be reached.',
  })
})

const rawToken: Provider = {
  ...hibob,
  authorize: ({ token = '' }) => ({ authorization: `Bearer a\n${token}` }),
}

type Setting = {
  request?: Partial<ProviderRequest>
  options?: ClientOptions
  credentials?: Credentials
  provider?: Provider
}

/** What the client throws, how often it asked, and how long it paused in between. */
async function failing(listener: RequestListener, { request, options, credentials, provider }: Setting = {}) {
  const pauses: number[] = []
  let tries = 0
  const base = await listen((incoming, response) => {
    tries += 1
    listener(incoming, response)
  })
  const sleep = async (ms: number) => void pauses.push(ms)
  try {
    const made = createProviderClient(provider ?? hibob, credentials ?? CREDENTIALS, {
      baseUrl: `${base}/v1`,
      random: () => 0.5,
      sleep,
      ...options,
    })
    await made.json({ method: 'GET', path: '/x', ...request })
  } catch (thrown) {
    if (thrown instanceof RollcallError) return Object.assign(thrown, { tries, pauses })
    throw thrown
  }
  throw new Error('it did not fail')
}

function everyWord(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  return `${thrown.stack} ${JSON.stringify(thrown)} ${everyWord(thrown.cause)}`
}

async function client(listener: RequestListener) {
  return clientOf(`${await listen(listener)}/v1`)
}

function clientOf(baseUrl: string) {
  return createProviderClient(hibob, CREDENTIALS, { baseUrl, sleep: async () => undefined })
}

function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

type Response = Parameters<RequestListener>[1]

function sendJson(response: Response, body: unknown) {
  sendText(response, JSON.stringify(body))
}

function sendPacked(response: Response, bytes: Buffer) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bytes)
}

function sendText(response: Response, text: string) {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text)
}
