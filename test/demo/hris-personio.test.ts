import { describe, expect, test, vi } from 'vitest'
import { difficultId } from '../../demo/hris/difficult-person.ts'
import { ATTRIBUTES } from '../../demo/hris/personio-attributes.ts'
import { personioDate } from '../../demo/hris/personio-values.ts'
import { DEMO_PERSONIO, type Hris } from '../../demo/hris/server.ts'
import { shortIdOf } from '../../demo/hris/short-ids.ts'
import { receiversForTests } from './hris-receiver.ts'
import { type Employee, hrisForTests } from './hris-support.ts'
import { askPersonio, personioEmployees, personioToken } from './hris-vendors.ts'

const start = hrisForTests()
const listen = receiversForTests()
const EMPLOYEES = '/v1/company/employees'
const personioId = (key: Parameters<typeof difficultId>[0]) => shortIdOf(difficultId(key))
const json = async (response: Promise<Response>) => (await (await response).json()) as Employee
const oneOf = async (hris: Hris, key: Parameters<typeof difficultId>[0]): Promise<Employee> =>
  (await json(askPersonio(hris, `${EMPLOYEES}/${personioId(key)}`)))['data'].attributes

describe('tokens', () => {
  const login = { client_id: DEMO_PERSONIO.clientId, client_secret: DEMO_PERSONIO.clientSecret }
  const post = (hris: Hris, path: string, body: string, type: string) =>
    fetch(`${hris.personioUrl}${path}`, { method: 'POST', body, headers: { 'content-type': type } })

  test('are the same for 24 hours, come back in each answer, and then end', async () => {
    const hris = await start()
    const answer = await json(post(hris, '/v1/auth', JSON.stringify(login), 'application/json'))
    expect(answer).toMatchObject({
      success: true,
      data: { token: expect.stringMatching(/^papi-/), expires_in: 86_400 },
    })
    const { token } = answer['data']
    expect(await personioToken(hris)).toBe(token)
    const read = () =>
      fetch(`${hris.personioUrl}${EMPLOYEES}`, { headers: { authorization: `Bearer ${token}` } })
    expect((await read()).headers.get('authorization')).toBe(`Bearer ${token}`)
    vi.useFakeTimers({ now: Date.now() + 86_400_001, toFake: ['Date'] })
    try {
      const late = await read()
      expect([late.status, await late.json()]).toEqual([
        401,
        { success: false, error: { code: 401, message: expect.any(String) } },
      ])
      expect(await personioToken(hris)).not.toBe(token)
    } finally {
      vi.useRealTimers()
    }
  })

  test('are refused to wrong credentials, each version in its own words', async () => {
    const hris = await start()
    const wrong = { ...login, client_secret: 'wrong' }
    const v1 = await post(hris, '/v1/auth', JSON.stringify(wrong), 'application/json')
    expect([v1.status, await v1.json()]).toEqual([
      401,
      { success: false, error: { code: 401, message: 'Wrong credentials' } },
    ])
    const form = new URLSearchParams({ ...wrong, grant_type: 'client_credentials' })
    const v2 = await fetch(`${hris.personioUrl}/v2/auth/token`, { method: 'POST', body: form })
    expect([v2.status, await v2.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_client' })])
    const bodies = JSON.stringify({ ...login, grant_type: 'client_credentials' })
    expect((await post(hris, '/v2/auth/token', bodies, 'application/json')).status).toBe(400)
  })

  test('of one version do not open the other, and nothing opens without', async () => {
    const hris = await start()
    const [v1, v2] = [await personioToken(hris, 'v1'), await personioToken(hris, 'v2')]
    for (const [path, token] of [
      [EMPLOYEES, v2],
      [EMPLOYEES, 'papi-wrong'],
      [`${EMPLOYEES}/attributes`, ''],
      ['/v2/webhooks', v1],
    ] as const) {
      const headers = { authorization: `Bearer ${token}` }
      expect((await fetch(`${hris.personioUrl}${path}`, { headers })).status, path).toBe(401)
    }
  })
})

describe('the list of employees', () => {
  test('has everybody once over its pages, of which none is larger than 100', async () => {
    const hris = await start({ people: 230 })
    const first = await json(askPersonio(hris, `${EMPLOYEES}?limit=500`))
    expect(first).toMatchObject({
      success: true,
      metadata: { total_elements: 230, current_page: 0, total_pages: 3 },
      offset: 0,
      limit: 100,
    })
    expect(first['data']).toHaveLength(100)
    expect((await json(askPersonio(hris, EMPLOYEES)))['data']).toHaveLength(50)
    const last = await json(askPersonio(hris, `${EMPLOYEES}?limit=100&offset=200`))
    expect([last['metadata'].current_page, last['data'].length]).toEqual([2, 30])
    const ids = (await personioEmployees(hris)).map(({ id }) => id.value)
    expect(new Set(ids).size).toBe(230)
    expect(ids.every(Number.isSafeInteger)).toBe(true)
    expect(ids).toContain(personioId('rehireOldRecord'))
    expect((await askPersonio(hris, `${EMPLOYEES}?limit=0`)).status).toBe(400)
  })

  test('wraps every value, and names an object where there is one', async () => {
    const carla = await oneOf(await start(), 'twoEntities')
    expect(Object.keys(carla)).toEqual(ATTRIBUTES.map(({ key }) => key))
    for (const wrapper of Object.values<Employee>(carla))
      expect(Object.keys(wrapper)).toEqual(['label', 'value', 'type', 'universal_id'])
    expect(carla['first_name']).toEqual({
      label: 'First name',
      value: 'Carla',
      type: 'standard',
      universal_id: 'first_name',
    })
    expect(carla['office'].value).toEqual({
      type: 'Office',
      attributes: { id: expect.any(Number), name: 'Berlin' },
    })
    expect(carla['subcompany'].value.attributes.name).toBe('Acme Ltd')
    expect(carla['termination_date'].value).toBeNull()
  })

  test('names the manager as an employee in little', async () => {
    const people = await personioEmployees(await start())
    const report = people.find(({ supervisor }) => supervisor.value)!
    const inLittle = report['supervisor'].value.attributes
    const manager = people.find(({ id }) => id.value === inLittle.id.value)!
    expect(inLittle.email.value).toBe(manager['email'].value)
  })

  test('labels in the tenant’s language, while keys and universal ids stay', async () => {
    const [english, german] = [await start(), await start({ personioLanguage: 'de' })]
    const [en, de] = [await oneOf(english, 'accents'), await oneOf(german, 'accents')]
    expect(Object.keys(de)).toEqual(Object.keys(en))
    expect([en['hire_date'].label, de['hire_date'].label]).toEqual(['Hire date', 'Einstellungsdatum'])
    expect(de['dynamic_7101']).toMatchObject({ label: 'Personalnummer', universal_id: 'personnel_number' })
    expect(de['hire_date'].value).toBe(en['hire_date'].value)
  })

  test('writes a date as midnight in Berlin, in winter and in summer time', () => {
    const dates = ['2022-01-01', '2025-12-31', '2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26']
    expect(dates.map((date) => personioDate(date)?.slice(10))).toEqual([
      'T00:00:00+0100',
      'T00:00:00+0100',
      'T00:00:00+0100',
      'T00:00:00+0200',
      'T00:00:00+0200',
      'T00:00:00+0100',
    ])
    expect(personioDate('2022-01-01')).toBe('2022-01-01T00:00:00+0100')
  })

  test('says what status somebody has in Personio’s words', async () => {
    const hris = await start({ people: 250 })
    const statuses = new Map<string, number>()
    for (const { status } of await personioEmployees(hris))
      statuses.set(status.value, (statuses.get(status.value) ?? 0) + 1)
    expect([...statuses.keys()].sort()).toEqual([
      'active',
      'inactive',
      'leave',
      'onboarding',
      'secondment pilot',
    ])
    expect((await oneOf(hris, 'futureJoiner'))['status'].value).toBe('onboarding')
  })

  test('answers only the attributes asked for, and of those only the whitelisted ones', async () => {
    const hris = await start()
    const query = `${EMPLOYEES}?attributes[]=email&attributes[]=status&attributes[]=dynamic_7104`
    const keys = async () => Object.keys((await json(askPersonio(hris, query)))['data'][0].attributes)
    expect((await keys()).sort()).toEqual(['dynamic_7104', 'email', 'id', 'status'])
    hris.control.forbid('home')
    hris.control.forbid('status')
    expect((await keys()).sort()).toEqual(['email', 'id'])
    const allowed = await json(askPersonio(hris, `${EMPLOYEES}/attributes`))
    const names = allowed['data'].map(({ key }: Employee) => key)
    expect(names).not.toContain('status')
    expect(names).not.toContain('dynamic_7104')
    expect(names).toContain('dynamic_7201')
    expect(allowed['data'].find(({ key }: Employee) => key === 'dynamic_7201')).toMatchObject({
      type: 'list',
      universal_id: null,
      options: expect.arrayContaining(['XL']),
    })
    expect(await json(askPersonio(hris, `${EMPLOYEES}/custom-attributes`))).toEqual(allowed)
  })

  test('answers 401 where the scope is missing, and 403 for the attributes', async () => {
    const hris = await start()
    hris.control.forbid('all')
    const statuses = [EMPLOYEES, `${EMPLOYEES}/attributes`].map(
      async (path) => (await askPersonio(hris, path)).status,
    )
    expect(await Promise.all(statuses)).toEqual([401, 403])
  })

  test('updated_since finds who changed, as far as the attributes asked for are concerned', async () => {
    const hris = await start()
    const since = '&updated_since=2026-01-01T00:00:00'
    expect(await personioEmployees(hris, since)).toEqual([])
    hris.control.patch('accents', { title: 'Falconer' })
    const ids = async (query: string) => (await personioEmployees(hris, query)).map(({ id }) => id.value)
    expect(await ids(since)).toEqual([personioId('accents')])
    expect(await ids(`${since}&attributes[]=position`)).toEqual([personioId('accents')])
    expect(await ids(`${since}&attributes[]=email`)).toEqual([])
    hris.control.forbid('position')
    expect(await ids(`${since}&attributes[]=position`)).toEqual([])
  })

  test('finds by email', async () => {
    const found = await personioEmployees(await start(), '&email=info@acme.example')
    expect(found.map(({ first_name: name }) => name.value)).toEqual(['Ana', 'Ben'])
  })
})

describe('faults strike the list of employees as they strike a search', () => {
  test('401 midway, 429 with and without Retry-After, 503 in Personio’s own form', async () => {
    const hris = await start()
    hris.control.addFault({ kind: 'unauthorized', after: 1, times: 1 })
    hris.control.addFault({ kind: 'rate_limited', after: 2, times: 1, retryAfterSeconds: 3 })
    hris.control.addFault({ kind: 'rate_limited', after: 3, times: 1 })
    hris.control.addFault({ kind: 'unavailable', after: 4, times: 1 })
    const answers: unknown[] = []
    for (let turn = 0; turn < 5; turn++) {
      const response = await askPersonio(hris, EMPLOYEES)
      answers.push([
        response.status,
        response.headers.get('retry-after'),
        (await json(Promise.resolve(response)))['success'],
      ])
    }
    expect(answers).toEqual([
      [200, null, true],
      [401, null, false],
      [429, '3', false],
      [429, null, false],
      [503, null, false],
    ])
    expect((await askPersonio(hris, `${EMPLOYEES}/attributes`)).status).toBe(200)
  })

  test('truncated, empty, shrunk, of the wrong type and without the work email', async () => {
    const hris = await start()
    hris.control.addFault({ kind: 'truncated', times: 1 })
    const text = await (await askPersonio(hris, EMPLOYEES)).text()
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    hris.control.addFault({ kind: 'empty', times: 1 })
    expect(await json(askPersonio(hris, EMPLOYEES))).toMatchObject({
      success: true,
      data: [],
      metadata: { total_elements: 0 },
    })
    hris.control.addFault({ kind: 'shrink', times: 1 })
    expect((await personioEmployees(hris)).length).toBeLessThan(50)
    hris.control.addFault({ kind: 'wrong_type', times: 1 })
    expect((await askPersonio(hris, EMPLOYEES)).headers.get('content-type')).toContain('text/html')
    hris.control.addFault({ kind: 'missing_field', times: 1 })
    expect((await personioEmployees(hris))[0]).not.toHaveProperty('email')
    expect((await personioEmployees(hris))[0]).toHaveProperty('email')
  })
})

describe('webhooks', () => {
  const HOOK = {
    description: 'Rollcall',
    status: 'ENABLED',
    auth_type: 'TOKEN',
    token: 'Bearer only-we-know',
    enabled_events: [
      'person.created',
      'person.updated',
      'employment.created',
      'employment.updated',
      'employment.started',
      'employment.terminated',
    ],
  }
  const names = (received: { body: string }[]) => received.map(({ body }) => JSON.parse(body).event_name)

  test('are disabled unless told otherwise, and do not tell their token again', async () => {
    const hris = await start()
    const receiver = await listen()
    const { status: _, ...undecided } = HOOK
    const made = await askPersonio(hris, '/v2/webhooks', { ...undecided, url: receiver.url })
    const hook = (await made.json()) as Employee
    expect([made.status, hook['status']]).toEqual([201, 'DISABLED'])
    expect(JSON.stringify(hook)).not.toContain('only-we-know')
    hris.control.patch('accents', { title: 'Falconer' })
    await hris.webhooks.settled()
    expect(receiver.received).toEqual([])

    const path = `/v2/webhooks/${hook['id']}`
    const patched = await askPersonio(hris, path, { status: 'ENABLED' }, 'PATCH')
    expect(await patched.json()).toEqual({ ...hook, status: 'ENABLED' })
    hris.control.patch('accents', { title: 'Rower' })
    await hris.webhooks.settled()
    expect(names(receiver.received)).toEqual(['employment.updated'])
    expect((await askPersonio(hris, path, {}, 'DELETE')).status).toBe(204)
    expect((await askPersonio(hris, path)).status).toBe(404)
    hris.control.patch('accents', { title: 'Runner' })
    await hris.webhooks.settled()
    expect(receiver.received).toHaveLength(1)
  })

  test('send the token as it was given, and nothing of the person but ids', async () => {
    const hris = await start()
    const receiver = await listen()
    await askPersonio(hris, '/v2/webhooks', { ...HOOK, url: receiver.url })
    hris.control.patch('accents', { workEmail: 'zoe@acme.example' })
    await hris.webhooks.settled()
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]]
    expect(headers['authorization']).toBe('Bearer only-we-know')
    expect(JSON.parse(body)).toEqual({
      company_id: '636192',
      event_name: 'person.updated',
      occurred_at: expect.any(String),
      payload: { id: String(personioId('accents')) },
    })
    expect(body).not.toContain('zoe')
  })

  test('send headers of one’s own in place of a token, or nothing', async () => {
    const hris = await start()
    const [custom, none] = [await listen(), await listen()]
    const { token: _, ...rest } = HOOK
    const own = { auth_type: 'CUSTOM', custom_headers: { 'X-Own': 'abc' } }
    await askPersonio(hris, '/v2/webhooks', { ...rest, ...own, url: custom.url })
    await askPersonio(hris, '/v2/webhooks', { ...rest, auth_type: 'NONE', url: none.url })
    hris.control.patch('accents', { title: 'Falconer' })
    await hris.webhooks.settled()
    expect(custom.received.map(({ headers }) => [headers['x-own'], headers['authorization']])).toEqual([
      ['abc', undefined],
    ])
    expect(none.received.map(({ headers }) => headers['authorization'])).toEqual([undefined])
  })

  test('follow the days: who joins, and whose last day was yesterday', async () => {
    const hris = await start()
    const receiver = await listen()
    await askPersonio(hris, '/v2/webhooks', { ...HOOK, url: receiver.url })
    hris.control.advance(4)
    await hris.webhooks.settled()
    const counts = names(receiver.received)
    expect(counts.filter((name) => name === 'person.created')).toHaveLength(4)
    expect(counts.filter((name) => name === 'employment.created')).toHaveLength(4)
    const terminated = receiver.received
      .map(({ body }) => JSON.parse(body))
      .filter(({ event_name: name }) => name === 'employment.terminated')
      .map(({ payload }) => payload.person.id)
    expect(terminated).toContain(String(personioId('rescindedLeaver')))
    expect(terminated).toContain(String(personioId('backDatedLeaver')))
  })

  test.each([
    ['an address without https', { url: 'http://example.com/' }, 400],
    ['an event that there is not', { enabled_events: ['person.promoted'] }, 400],
    ['a token that is missing', { token: null }, 422],
    ['headers beside a token', { custom_headers: { 'X-Own': 'abc' } }, 422],
  ])('are refused with %s', async (_, wrong, status) => {
    const hris = await start()
    const body = { ...HOOK, url: 'https://rollcall.example/hook', ...wrong }
    const response = await askPersonio(hris, '/v2/webhooks', body)
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ personio_trace_id: expect.any(String), errors: [expect.any(Object)] }),
    ])
    expect(await json(askPersonio(hris, '/v2/webhooks'))).toMatchObject({ _data: [] })
  })
})
