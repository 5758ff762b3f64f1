import { existsSync } from 'node:fs'
import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { type Employee, employeeSchema, STANDARD_FIELD_KEYS } from '../../../src/model.ts'
import { createProviderClient } from '../../../src/sync/client.ts'
import { normaliseEmployee } from '../../../src/sync/core/normalise.ts'
import { paceOf } from '../../../src/sync/core/pace.ts'
import { baseUrlOf, type CompleteRead, type Page, type Provider } from '../../../src/sync/provider.ts'
import { PROVIDERS } from '../../../src/sync/providers/index.ts'
import { type PeopleRead, readPeople } from '../../../src/sync/read-people.ts'
import {
  type People,
  type Row,
  type RunningVendor,
  sendJson,
  startVendor,
  TODAY,
  type Trouble,
  type Vendor,
} from './vendor.ts'

/** Whatever was thrown or logged, to be searched for credentials when the test is over. */
const said: string[] = []
const running: RunningVendor[] = []
let credentials: Vendor['credentials'] = {}

afterEach(() => {
  for (const vendor of running.splice(0)) vendor.close()
  const words = said.splice(0).join('\n')
  for (const secret of secretsOf(credentials)) expect(words).not.toContain(secret)
})

const vendors = await Promise.all(
  PROVIDERS.map(async (provider): Promise<[string, Provider, Vendor]> => {
    const file = new URL(`../../fixtures/${provider.id}/vendor.ts`, import.meta.url)
    if (!existsSync(file)) throw new Error(`${provider.id} has no test/fixtures/${provider.id}/vendor.ts`)
    return [provider.id, provider, (await import(file.href)).vendor]
  }),
)

describe.each(vendors)('%s', (_, provider, vendor) => {
  const one: People = { count: 1, row: () => vendor.row(0) }
  const many = (count: number): People => ({ count, row: vendor.row })
  const having = (row: Row): People => ({ count: 1, row: () => row })

  async function start(people: People, trouble?: Trouble) {
    const server = await startVendor(vendor, people, trouble)
    running.push(server)
    credentials = vendor.credentials
    const sink = new Writable({
      write(chunk, _encoding, done) {
        said.push(String(chunk))
        done()
      },
    })
    const { pathname } = new URL(provider.apiUrl)
    const client = createProviderClient(provider, credentials, {
      baseUrl: baseUrlOf(provider, credentials, `${server.url}${pathname}`),
      sleep: async () => undefined,
      log: pino({ level: 'debug' }, sink),
    })
    return { client, server }
  }

  async function read(people: People, customFields: string[] = []) {
    const { client } = await start(people)
    const employees = []
    for await (const { rows, context } of provider.pages(client, { today: TODAY, customFields })) {
      for (const raw of rows) {
        const row = normaliseEmployee(provider.toEmployee(provider.row.parse(raw), context))
        if (!row.ok) throw new Error(row.problem)
        employees.push(employeeSchema.parse(row.employee))
      }
    }
    return employees
  }

  const readSome = async (people: People, recordIds: readonly string[], trouble?: Trouble) =>
    readPeople(provider, (await start(people, trouble)).client, {
      today: TODAY,
      customFields: [],
      recordIds,
    })

  /** What the reading and the probe come to, and how many requests they were. */
  async function failures(trouble: Trouble) {
    const read = await start(many(3), trouble)
    const reading = await readAll(provider.pages(read.client, { today: TODAY, customFields: [] })).catch(
      caught,
    )
    const probed = await start(many(3), trouble)
    const probing = await provider.probe(probed.client).catch(caught)
    return { reading, probing, requests: read.server.requests.length }
  }

  test('reads the documented example as the employee it is', async () => {
    expect(await read(one)).toEqual([vendor.employee])
  })

  test('reads everybody once, and proves it by their number', async () => {
    const { client, server } = await start(many(1_203))
    const { ids, end } = await readAll(provider.pages(client, { today: TODAY, customFields: [] }), provider)
    expect(new Set(ids).size).toBe(1_203)
    expect(ids).toHaveLength(1_203)
    expect(end).toEqual({ complete: true, expected: 1_203 })
    for (const { headers, body } of server.requests) {
      expect(headers['accept']).toBe('application/json')
      if (body !== undefined) expect(headers['content-type']).toBe('application/json')
    }
  })

  test('asks for nothing that no limit counts, and a probe for no more than may come at once', async () => {
    const { client, server } = await start(many(30))
    const { limits = [] } = provider
    await provider.probe(client)
    for (const limit of limits) {
      if ('atOnce' in limit) continue
      const { aheadMs, spacingMs } = paceOf(limit)
      const counted = server.requests.filter(({ path }) => path.startsWith(limit.under))
      expect(counted.length, limit.scope).toBeLessThanOrEqual(Math.round(aheadMs / spacingMs) + 1)
    }
    await provider.catalogue?.(client)
    await readAll(provider.pages(client, { today: TODAY, customFields: [] }))
    const paths = server.requests.map(({ path }) => path)
    expect(paths.filter((path) => !limits.some(({ under }) => path.startsWith(under)))).toEqual([])
  })

  test('finds nobody in an empty company, and says so', async () => {
    const { client } = await start(many(0))
    const { ids, end } = await readAll(provider.pages(client, { today: TODAY, customFields: [] }), provider)
    expect({ ids, end }).toEqual({ ids: [], end: { complete: true, expected: 0 } })
    expect(await provider.probe(client)).toEqual({ people: 0, unread: [] })
  })

  test('what the vendor lacks is unread of everybody, and nothing else is', () => {
    expect(vendor.employee.unread).toEqual(provider.lacks ?? [])
  })

  test('calls a field that was not delivered unread, and leaves all others as they are', async () => {
    const { row, unread } = vendor.withoutOne
    const [employee, ...others] = await read(having(row))
    const missing = [...vendor.employee.unread, unread]
    expect({ ...employee, unread: employee?.unread.toSorted() }).toEqual({
      ...vendor.employee,
      [unread]: null,
      unread: missing.toSorted(),
    })
    expect(others).toEqual([])
    const { client } = await start(having(row))
    expect(await provider.probe(client)).toEqual({ people: 1, unread: [unread] })
  })

  test('keeps the word of a status nobody has heard of, and makes nobody active by it', async () => {
    for (const word of [
      'secondment pilot',
      'not active',
      'activated',
      'aktiv',
      'enabled',
      '?',
      'null',
      'true',
    ]) {
      const [employee] = await read(having(vendor.withStatus(word)))
      expect(employee).toEqual({ ...vendor.employee, status: 'unknown', statusText: word })
    }
  })

  test('does not mind fields that it has never heard of', async () => {
    const extra = { brandNew: { deep: ['x'] }, another: 1 }
    const row = Object.fromEntries(
      Object.entries({ ...vendor.row(0), ...extra }).map(([key, value]) =>
        isPlain(value) ? [key, { ...value, ...extra }] : [key, value],
      ),
    )
    expect(await read(having(row))).toEqual([vendor.employee])
  })

  test('reads somebody of whom there is nothing but an id', async () => {
    const [employee] = await read(having(vendor.allNull))
    const { recordId, status, statusText, managerRecordId } = employee!
    expect({ recordId, status, statusText, managerRecordId }).toEqual({
      recordId: vendor.employee.recordId,
      status: 'unknown',
      statusText: null,
      managerRecordId: null,
    })
    for (const field of STANDARD_FIELD_KEYS) if (field !== 'status') expect(employee?.[field]).toBeNull()
  })

  describe.skipIf(provider.people === undefined)('asked for a few people by id', () => {
    const everybody = many(1_203)

    test('gives the very same employees as the pages do, and asks for nobody else', async () => {
      const all = await read(everybody)
      const wanted = [0, 1, 700, 1_202].map((place) => all[place]!)
      const ids = wanted.map(({ recordId }) => recordId)
      const { client, server } = await start(everybody)
      const request = { today: TODAY, customFields: [], recordIds: ids }
      const employees = employeesOf(await readPeople(provider, client, request))
      expect(employees.toSorted(byId)).toEqual(wanted.toSorted(byId))
      expect(JSON.stringify(server.requests)).not.toContain(all[1_000]!.recordId)
    })

    test('gives fifty of them', async () => {
      const ids = (await read(many(50))).map(({ recordId }) => recordId)
      expect((await readSome(everybody, ids)).people).toHaveLength(50)
    })

    test('never takes somebody unknown for an answer, alone or among others', async () => {
      const [first, second] = (await read(many(2))).map(({ recordId }) => recordId)
      const unknown = { code: 'provider_bad_answer' }
      expect(await readSome(one, [second!]).catch(caught)).toMatchObject(unknown)
      expect(await readSome(one, [first!, second!]).catch(caught)).toMatchObject(unknown)
      expect(employeesOf(await readSome(one, [first!]))).toEqual([vendor.employee])
    })

    test('refuses a stranger, somebody who comes twice, and somebody who cannot be read', async () => {
      const [first, second] = (await read(many(2))).map(({ recordId }) => recordId)
      const odd = { code: 'provider_bad_answer' }
      const shifted: People = { count: 2, row: (index) => vendor.row(index + 1) }
      expect(await readSome(shifted, [first!]).catch(caught)).toMatchObject(odd)
      const twice: People = { count: 2, row: () => vendor.row(0) }
      expect(await readSome(twice, [first!, second!]).catch(caught)).toMatchObject(odd)
      for (const besides of [vendor.row(5), vendor.row(0)]) {
        const more: Provider = {
          ...provider,
          async people(client, request) {
            const some = await provider.people!(client, request)
            return { ...some, rows: [...some.rows, besides] }
          },
        }
        const { client } = await start(one)
        const request = { today: TODAY, customFields: [], recordIds: [first!] }
        expect(await readPeople(more, client, request).catch(caught)).toMatchObject(odd)
      }
      const unreadable: People = { count: 1, row: () => ({}) }
      expect(await readSome(unreadable, [first!]).catch(caught)).toMatchObject(odd)
    })

    test('calls a field that was not delivered unread', async () => {
      const { row, unread } = vendor.withoutOne
      const employees = employeesOf(await readSome(having(row), [vendor.employee.recordId]))
      expect(employees[0]?.unread).toContain(unread)
    })

    test.each([
      [401, 'provider_key_refused'],
      [403, 'provider_forbidden'],
      [429, 'provider_rate_limited'],
      [503, 'provider_unavailable'],
    ])('says of a %s that it is %s', async (status, code) => {
      const refuse: Trouble = (request, response) => {
        if (!vendor.isForPeople(request)) return undefined
        response.writeHead(status).end()
        return true
      }
      const failure = await readSome(one, [vendor.employee.recordId], refuse).catch(caught)
      expect(failure).toMatchObject({ code })
    })
  })

  test.each([
    [401, 'provider_key_refused'],
    [403, 'provider_forbidden'],
    [404, 'provider_bad_answer'],
    [429, 'provider_rate_limited'],
    [500, 'provider_unavailable'],
    [503, 'provider_unavailable'],
  ])('a %s ends the read with %s, at the first request and at the first for people', async (status, code) => {
    const refuse: Trouble = (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<p>no</p>')
      return true
    }
    const atOnce = await failures(refuse)
    const later = await failures((request, response) =>
      vendor.isForPeople(request) ? refuse(request, response) : undefined,
    )
    for (const { reading, probing } of [atOnce, later]) {
      expect(reading).toMatchObject({ code })
      expect(probing).toMatchObject({ code })
    }
    // Some vendors lock out those who go on asking.
    if (status < 429) expect(atOnce.requests).toBe(1)
    else expect(atOnce.requests).toBeGreaterThan(1)
  })

  test('an answer that breaks off, or is none, is no read', async () => {
    const cut: Trouble = (request, response) => {
      if (!vendor.isForPeople(request)) return undefined
      const whole = JSON.stringify(vendor.answer(request, many(3)))
      response.writeHead(200, { 'content-type': 'application/json' }).end(whole.slice(0, whole.length / 2))
      return true
    }
    const page: Trouble = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Log in</title>')
      return true
    }
    const odd = [null, [], {}, 'ok', 7].map((body): Trouble => {
      return (request, response) => {
        if (!vendor.isForPeople(request)) return undefined
        sendJson(response, body)
        return true
      }
    })
    for (const trouble of [cut, page, ...odd]) {
      const { reading, probing } = await failures(trouble)
      expect(reading).toMatchObject({ code: 'provider_bad_answer' })
      expect(probing).toMatchObject({ code: 'provider_bad_answer' })
    }
  })

  test('a redirect to another host is not followed, and the credentials do not go there', async () => {
    const thief = await startVendor(vendor, one)
    running.push(thief)
    const { reading, probing } = await failures((request, response) => {
      response.writeHead(307, { location: `${thief.url}${vendor.basePath}${request.path}` }).end()
      return true
    })
    expect(reading).toMatchObject({ code: 'provider_redirected' })
    expect(probing).toMatchObject({ code: 'provider_redirected' })
    expect(thief.requests).toEqual([])
  })

  test.skipIf(vendor.endless === null)('pages that never end are refused', async () => {
    const { reading, requests } = await failures((request, response) => {
      const answer = vendor.isForPeople(request) && vendor.endless?.(request, many(500))
      if (!answer) return undefined
      sendJson(response, answer)
      return true
    })
    expect(reading).toMatchObject({ code: 'provider_bad_answer' })
    expect(requests).toBeLessThan(50)
  })

  test('10,000 people take no more memory than a page of them', async () => {
    const tenth = await bytesOf(() => Array.from({ length: 1_000 }, (_, index) => copied(vendor.row(index))))
    const { client } = await start(many(10_000))
    const before = await liveBytes()
    let most = 0
    let rows = 0
    let largest = 0
    let measuredAt = 0
    for await (const page of provider.pages(client, { today: TODAY, customFields: [] })) {
      rows += page.rows.length
      largest = Math.max(largest, page.rows.length)
      // Collecting garbage after each of a hundred pages takes longer than all else here.
      if (rows >= measuredAt + 2_000) {
        measuredAt = rows
        most = Math.max(most, (await liveBytes()) - before)
      }
    }
    expect(rows).toBe(10_000)
    expect(measuredAt).toBeGreaterThan(7_000)
    expect(largest).toBeLessThanOrEqual(1_000)
    // A third of everybody: all ids may be kept, and garbage is not collected to the last byte.
    expect(most).toBeLessThan((tenth * 10) / 3)
  })

  describe.skipIf(provider.catalogue === undefined)('the catalogue', () => {
    test('has fields of its own, with labels, and each of them can be read', async () => {
      const { client } = await start(one)
      const fields = (await provider.catalogue?.(client)) ?? []
      const ids = fields.map(({ id }) => id)
      expect(ids.length).toBeGreaterThan(0)
      expect(new Set(ids).size).toBe(ids.length)
      for (const { label } of fields) expect(label.trim()).toBe(label)
      const [employee] = await read(one, [...ids, 'a field of another company'])
      const { custom, ...standard } = employee!
      expect({ ...standard, custom: {} }).toEqual(vendor.employee)
      expect(Object.keys(custom).length).toBeGreaterThan(0)
      expect(ids).toEqual(expect.arrayContaining(Object.keys(custom)))
    })

    test('offers what can be chosen in the words that people come with', async () => {
      const { client } = await start(one)
      const fields = (await provider.catalogue?.(client)) ?? []
      const [employee] = await read(
        one,
        fields.map(({ id }) => id),
      )
      const chosen = fields.filter(({ choices }) => choices !== null && choices.length > 0)
      expect(chosen.length).toBeGreaterThan(0)
      for (const { id, choices, type } of chosen) {
        expect(['choice', 'list']).toContain(type)
        expect(new Set(choices).size).toBe(choices?.length)
        expect(choices).toEqual(expect.arrayContaining([employee?.custom[id] ?? []].flat()))
      }
    })

    test.skipIf(vendor.isForChoices === null)(
      'without what can be chosen all fields are listed and everybody is read',
      async () => {
        const { client: whole } = await start(one)
        const fields = (await provider.catalogue?.(whole)) ?? []
        const ids = fields.map(({ id }) => id)
        const expected = await read(one, ids)
        const refused = [403, 404, 500].map((status): Trouble => {
          return (_request, response) => {
            response.writeHead(status).end()
            return true
          }
        })
        const odd = [null, {}, [{}], 'ok', [[]]].map((body): Trouble => {
          return (_request, response) => {
            sendJson(response, body)
            return true
          }
        })
        for (const trouble of [...refused, ...odd]) {
          const only: Trouble = (request, response) =>
            vendor.isForChoices?.(request) ? trouble(request, response) : undefined
          const { client } = await start(one, only)
          const listed = (await provider.catalogue?.(client)) ?? []
          expect(listed.map(({ choices: _, ...field }) => field)).toEqual(
            fields.map(({ choices: _, ...field }) => field),
          )
          expect(listed.flatMap(({ choices }) => choices ?? [])).toEqual([])
          const pages = provider.pages(client, { today: TODAY, customFields: ids })
          const rows = await pages.next()
          if (rows.done) throw new Error('nobody came')
          const [raw] = rows.value.rows
          const person = normaliseEmployee(provider.toEmployee(provider.row.parse(raw), rows.value.context))
          expect(person).toEqual({ ok: true, employee: expected[0] })
        }
      },
    )
  })

  describe.skipIf(provider.webhook === undefined)('a delivery', () => {
    const now = new Date('2026-11-23T12:00:00Z')
    const secret = 'a-secret-of-the-webhook'
    const body = JSON.stringify(vendor.delivery?.body)
    const verify = (text: string, headers: Record<string, string>, key = secret) =>
      provider.webhook?.verify({ headers: new Headers(headers), rawBody: Buffer.from(text) }, key, now)

    test('is genuine by its signature, and by nothing less', () => {
      const headers = vendor.sign?.(body, secret, now) ?? {}
      expect(verify(body, headers)).toBe('genuine')
      const tampered = vendor.signsBody === false ? 'genuine' : 'forged'
      expect(verify(`${body} `, headers)).toBe(tampered)
      expect(verify(body.replace('e', 'E'), headers)).toBe(tampered)
      expect(verify(body, headers, `${secret}x`)).toBe('forged')
      expect(verify(body, {})).toBe('unsigned')
      expect(verify(body, vendor.sign?.(body, '', now) ?? {}, '')).toBe('forged')
      for (const [name, value] of Object.entries(headers)) {
        for (const wrong of [
          '',
          'x',
          value.slice(1),
          `${value}=`,
          `${value}, ${value}`,
          value.replace(/./g, 'é'),
        ]) {
          if (wrong !== '' && /[^\x20-\x7e]/.test(wrong)) continue
          expect(verify(body, { ...headers, [name]: wrong })).not.toBe('genuine')
        }
      }
    })

    test('names whom it is about; what it does not understand is about nobody in particular', () => {
      expect(provider.webhook?.recordIds(vendor.delivery?.body)).toEqual(vendor.delivery?.recordIds)
      for (const strange of [null, undefined, '', [], {}, { data: null }, { data: { employeeId: {} } }, 7]) {
        expect(provider.webhook?.recordIds(strange)).toEqual([])
      }
    })
  })
})

async function readAll(pages: AsyncGenerator<Page, CompleteRead, void>, provider?: Provider) {
  const ids: (string | null)[] = []
  for (;;) {
    const step = await pages.next()
    if (step.done) return { ids, end: step.value }
    for (const raw of step.value.rows) ids.push(provider?.recordIdOf(raw) ?? null)
  }
}

const employeesOf = ({ people }: PeopleRead) => people.map(({ employee }) => employee)
const byId = (a: Employee, b: Employee) => (a.recordId < b.recordId ? -1 : 1)

function caught(thrown: unknown): unknown {
  said.push(everyWord(thrown))
  return thrown
}

function everyWord(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return [thrown.stack, JSON.stringify(thrown), thrown.cause && everyWord(thrown.cause)].join('\n')
}

/** As they are typed, and as Basic authentication writes them. */
function secretsOf(all: Vendor['credentials']): string[] {
  const values = Object.values(all).filter((value) => value.length >= 8)
  return values.flatMap((value) => [
    value,
    Buffer.from(value)
      .toString('base64')
      .replace(/.{0,3}=*$/, ''),
  ])
}

function isPlain(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Once nothing more falls off: sockets and timers of the tests before go only after some turns of the event loop. */
async function liveBytes(): Promise<number> {
  for (let least = Number.POSITIVE_INFINITY; ; ) {
    await setImmediate()
    collectGarbage()
    const now = process.memoryUsage().heapUsed
    if (now > least - SETTLED_BYTES) return Math.min(now, least)
    least = now
  }
}

const SETTLED_BYTES = 10_000

/** What something takes while it is held. */
async function bytesOf(make: () => unknown): Promise<number> {
  const before = await liveBytes()
  const held = make()
  const bytes = (await liveBytes()) - before
  return held === null ? 0 : bytes
}

/** As it comes from the wire. */
function copied(row: Row): unknown {
  return JSON.parse(JSON.stringify(row))
}
