import { createHmac } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { bambooSignature } from '../../demo/hris/bamboohr-events.ts'
import { BAMBOO_FIELDS } from '../../demo/hris/bamboohr-fields.ts'
import { difficultId } from '../../demo/hris/difficult-person.ts'
import { DEMO_BAMBOOHR } from '../../demo/hris/server.ts'
import { shortIdOf } from '../../demo/hris/short-ids.ts'
import { receiversForTests } from './hris-receiver.ts'
import { DAY_0, type Employee, hrisForTests } from './hris-support.ts'
import { askBamboo, bambooRows } from './hris-vendors.ts'

const start = hrisForTests()
const listen = receiversForTests()
const ALL = BAMBOO_FIELDS.map(({ dataset }) => dataset)
const DATA = '/v2/datasets/employee/data'
const bambooId = (key: Parameters<typeof difficultId>[0]) => String(shortIdOf(difficultId(key)))
const json = async (response: Promise<Response>) => (await (await response).json()) as Employee

describe('authentication', () => {
  test('takes the key with any password, and refuses every other key with a reason in the header', async () => {
    const hris = await start()
    const tries = [`${DEMO_BAMBOOHR.apiKey}:`, 'f'.repeat(40).concat(':x'), `x:${DEMO_BAMBOOHR.apiKey}`]
    for (const login of tries) {
      const headers = { authorization: `Basic ${btoa(login)}`, accept: 'application/json' }
      const response = await askBamboo(hris, '/v1/meta/fields', undefined, { headers })
      expect([response.status, await response.text()]).toEqual([401, ''])
      expect(response.headers.get('x-bamboohr-error-message')).toBe('Invalid API key')
    }
    const headers = { authorization: `Basic ${btoa(`${DEMO_BAMBOOHR.apiKey}:anything`)}` }
    expect((await askBamboo(hris, '/v1/meta/fields', undefined, { headers })).status).toBe(200)
  })

  test('does not know another company', async () => {
    const hris = await start()
    const headers = { authorization: `Basic ${btoa(`${DEMO_BAMBOOHR.apiKey}:x`)}` }
    const response = await fetch(`${hris.bamboohrUrl}/other/v1/meta/fields`, { headers })
    expect(response.status).toBe(404)
    expect(response.headers.get('x-request-id')).not.toBeNull()
  })
})

describe('the fields', () => {
  test('of the dataset are listed in pages and lead to a value in every row', async () => {
    const hris = await start()
    const first = await json(askBamboo(hris, '/v1_2/datasets/employee/fields?page_size=10'))
    const names: string[] = []
    for (let next: string | null = first['pagination'].next_page, page = first; ; ) {
      names.push(...page['fields'].map(({ name }: Employee) => name))
      if (next === null) break
      page = await json(askBamboo(hris, `/v1_2/datasets/employee/fields${new URL(next).search}`))
      next = page['pagination'].next_page
    }
    expect(names).toEqual(ALL)
    const [row] = await bambooRows(hris, { fields: names })
    expect(Object.keys(row!)).toEqual(names)
    const other = await askBamboo(hris, '/v1_2/datasets/applicants/fields')
    expect([other.status, await other.json()]).toEqual([
      422,
      expect.objectContaining({ code: 'DATASET_NOT_FOUND', status: 422 }),
    ])
  })

  test('have other names in the classic metadata, with numbers as ids', async () => {
    const fields = (await json(askBamboo(await start(), '/v1/meta/fields'))) as unknown as Employee[]
    const email = fields.find(({ alias }) => alias === 'workEmail')
    expect(email).toEqual({ id: 6, name: 'Work Email', type: 'email', alias: 'workEmail' })
    expect(fields.find(({ alias }) => alias === 'supervisorEId')!['id']).toBe('91.1')
    expect(fields.find(({ name }) => name === 'Cost centre')).toEqual({
      id: 4341,
      name: 'Cost centre',
      type: 'text',
    })
    expect(ALL).not.toContain('workEmail')
    expect(fields.filter(({ deprecated }) => deprecated).map(({ name }) => name)).toEqual(['Uniform size'])
  })

  test('with a list say what can be chosen, archived options too, as XML unless JSON is asked for', async () => {
    const hris = await start()
    const lists = (await json(askBamboo(hris, '/v1/meta/lists'))) as unknown as Employee[]
    const sizes = lists.find(({ fieldId }) => fieldId === '4340')!
    expect(sizes).toMatchObject({ alias: 'customTShirtSize', manageable: 'yes', multiple: 'no' })
    const words = sizes['options'].map(({ name, archived }: Employee) => `${name} ${archived}`)
    expect(words.slice(-2)).toEqual(['3XL no', 'One size yes'])
    expect(lists.find(({ alias }) => alias === 'department')!['options']).toContainEqual(
      expect.objectContaining({ name: 'Legal' }),
    )
    const headers = { authorization: `Basic ${btoa(`${DEMO_BAMBOOHR.apiKey}:x`)}` }
    const text = await (await askBamboo(hris, '/v1/meta/lists', undefined, { headers })).text()
    expect(text).toContain('<option id="7" archived="no">3XL</option>')
    hris.control.forbid('all')
    expect((await askBamboo(hris, '/v1/meta/lists')).status).toBe(403)
  })
})

describe('the employee dataset', () => {
  test('has everybody once over its pages: leavers and future joiners too', async () => {
    const hris = await start({ people: 130 })
    const ids: string[] = []
    let pages = 1
    for (let page = 1; page <= pages; page++) {
      const answer = await json(askBamboo(hris, DATA, { fields: ['eeid', 'status'], page, pageSize: 50 }))
      expect(answer['meta']).toEqual({ page, pageSize: 50, totalPages: 3, totalItems: 130 })
      expect(answer['links'].next === null).toBe(page === 3)
      ids.push(...answer['data'].map(({ fields }: Employee) => fields.eeid))
      pages = answer['meta'].totalPages
    }
    expect(new Set(ids).size).toBe(130)
    expect(ids).toContain(bambooId('rehireOldRecord'))
    expect(ids).toContain(bambooId('futureJoiner'))
  })

  test('answers text, and null where there is nothing, for the fields asked for and no others', async () => {
    const [gus] = await bambooRows(await start(), {
      fields: ['eeid', 'email', 'terminationDate', 'customField4342'],
      filter: `eeid eq '${bambooId('blankWorkEmail')}'`,
    })
    expect(gus).toEqual({
      eeid: bambooId('blankWorkEmail'),
      email: null,
      terminationDate: null,
      customField4342: expect.toSatisfy((value) => value === null || /^\d+$/.test(value)),
    })
  })

  test('filters by status, and by who changed since', async () => {
    const hris = await start()
    const before = new Date().toISOString()
    const inactive = await bambooRows(hris, { fields: ['eeid', 'status'], filter: "status eq 'Inactive'" })
    const active = await bambooRows(hris, { fields: ['eeid'], filter: "status in ('Active')" })
    expect(inactive.length).toBeGreaterThan(1)
    expect(inactive.length + active.length).toBe(60)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    hris.control.patch('accents', { title: 'Falconer' })
    const changed = await bambooRows(hris, { fields: ['eeid'], filter: `lastChanged gt '${before}'` })
    expect(changed).toEqual([{ eeid: bambooId('accents') }])
  })

  test('sorts as told, and keeps the order over pages', async () => {
    const hris = await start()
    const ask = { fields: ['lastName', 'eeid'], orderBy: 'lastName desc, eeid asc', pageSize: 30 }
    const rows = [...(await bambooRows(hris, ask)), ...(await bambooRows(hris, { ...ask, page: 2 }))]
    const names = rows.map(({ lastName }) => lastName)
    expect(names).toEqual(names.toSorted().toReversed())
    expect(new Set(rows.map(({ eeid }) => eeid)).size).toBe(60)
  })

  test.each([
    ['no fields', { fields: [] }, 400, 'INVALID_REQUEST'],
    ['a page of 1001', { fields: ['eeid'], pageSize: 1001 }, 422, 'INVALID_PAGE'],
    ['a classic alias', { fields: ['workEmail'] }, 422, 'INVALID_FIELD'],
    ['a filter that is none', { fields: ['eeid'], filter: 'status is Active' }, 422, 'INVALID_FILTER'],
    [
      'and mixed with or',
      { fields: ['eeid'], filter: "status eq 'A' and status eq 'B' or status eq 'C'" },
      422,
      'INVALID_FILTER',
    ],
    ['an order by a field not asked for', { fields: ['eeid'], orderBy: 'lastName asc' }, 400, 'UE-1001'],
  ])('refuses %s with a problem document', async (_, body, status, code) => {
    const response = await askBamboo(await start(), DATA, body)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json',
    ])
    expect(await response.json()).toMatchObject({ status, code, detail: expect.any(String) })
  })

  test('names what it withholds: a limited access level is no error', async () => {
    const hris = await start()
    hris.control.forbid('home')
    const answer = await json(askBamboo(hris, DATA, { fields: ['eeid', 'homeEmail'] }))
    expect(answer['data'][0]).toEqual({
      fields: { eeid: expect.any(String), homeEmail: null },
      _restrictedFields: ['homeEmail'],
    })
    hris.control.forbid('home', false)
    const open = await json(askBamboo(hris, DATA, { fields: ['eeid', 'homeEmail'] }))
    expect(open['data'][0]).toEqual({
      fields: { eeid: expect.any(String), homeEmail: expect.any(String) },
      _restrictedFields: [],
    })
    hris.control.forbid('all')
    expect((await askBamboo(hris, DATA, { fields: ['eeid'] })).status).toBe(403)
  })
})

describe('one employee', () => {
  test('comes as XML unless JSON is asked for', async () => {
    const hris = await start()
    const path = `/v1/employees/${bambooId('markupInName')}`
    const headers = { authorization: `Basic ${btoa(`${DEMO_BAMBOOHR.apiKey}:x`)}` }
    const response = await askBamboo(hris, path, undefined, { headers })
    expect(response.headers.get('content-type')).toContain('text/xml')
    const text = await response.text()
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons')
    expect(text).not.toContain('<script>')
    expect(await json(askBamboo(hris, path))).toEqual({
      id: bambooId('markupInName'),
      firstName: '<!channel> *bold*',
      lastName: '<script>alert(1)</script> & Sons',
    })
  })

  test('has only what is asked for and may be seen, by alias or id, and writes a blank date as zeros', async () => {
    const hris = await start()
    hris.control.forbid('homeEmail')
    const path = `/v1/employees/${bambooId('accents')}?fields=6,terminationDate,homeEmail,nothing`
    expect(await json(askBamboo(hris, path))).toEqual({
      id: bambooId('accents'),
      '6': expect.stringContaining('@'),
      terminationDate: '0000-00-00',
    })
  })

  test('hides what lies ahead, unless asked for', async () => {
    const hris = await start()
    const path = `/v1/employees/${bambooId('futureJoiner')}?fields=hireDate,department`
    const hidden = await json(askBamboo(hris, path))
    expect(hidden).toMatchObject({ hireDate: '2026-12-02', department: null })
    const shown = await json(askBamboo(hris, `${path}&onlyCurrent=false`))
    expect(shown['department']).toEqual(expect.any(String))
  })

  test('is not found under a number of the model company or of nobody', async () => {
    const hris = await start()
    for (const id of [difficultId('accents'), '1', '999999999']) {
      const response = await askBamboo(hris, `/v1/employees/${id}`)
      expect(response.status).toBe(404)
      expect(response.headers.get('x-bamboohr-error-message')).toBe('Employee not found')
    }
    const many = Array.from({ length: 401 }, (_, index) => index).join(',')
    expect((await askBamboo(hris, `/v1/employees/0?fields=${many}`)).status).toBe(400)
  })

  test('is listed as changed after a change, and not before', async () => {
    const hris = await start()
    const since = '2026-01-01T00:00:00Z'
    const changed = (query = '') => json(askBamboo(hris, `/v1/employees/changed?since=${since}${query}`))
    expect((await changed())['employees']).toEqual({})
    hris.control.patch('accents', { title: 'Falconer' })
    const id = bambooId('accents')
    const answer = await changed()
    expect(answer['employees']).toEqual({ [id]: { id, action: 'Updated', lastChanged: expect.any(String) } })
    const again = await askBamboo(hris, `/v1/employees/changed?since=${encodeURIComponent(answer['latest'])}`)
    expect(await again.json()).toMatchObject({ employees: {} })
    hris.control.advance(1)
    const inserted = Object.values<Employee>((await changed('&type=inserted'))['employees'])
    expect(inserted.map(({ action }) => action)).toEqual(['Inserted'])
    expect((await askBamboo(hris, '/v1/employees/changed')).status).toBe(400)
  })
})

describe('faults strike the dataset as they strike a search', () => {
  const fields = ['eeid', 'email']

  test('401 midway, 429 with Retry-After, 503', async () => {
    const hris = await start()
    hris.control.addFault({ kind: 'unauthorized', after: 1, times: 1 })
    hris.control.addFault({ kind: 'rate_limited', after: 2, times: 1, retryAfterSeconds: 7 })
    hris.control.addFault({ kind: 'unavailable', after: 3, times: 1 })
    const answers: (number | string | null)[][] = []
    for (let turn = 0; turn < 5; turn++) {
      const { status, headers } = await askBamboo(hris, DATA, { fields })
      answers.push([status, headers.get('retry-after')])
    }
    expect(answers).toEqual([
      [200, null],
      [401, null],
      [429, '7'],
      [503, null],
      [200, null],
    ])
    expect((await askBamboo(hris, '/v1/meta/fields')).status).toBe(200)
  })

  test('truncated, empty, shrunk and without the work email', async () => {
    const hris = await start()
    hris.control.addFault({ kind: 'truncated', times: 1 })
    const text = await (await askBamboo(hris, DATA, { fields })).text()
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    hris.control.addFault({ kind: 'truncated', ending: 'dropped', times: 1 })
    await expect((await askBamboo(hris, DATA, { fields })).text()).rejects.toThrow()
    hris.control.addFault({ kind: 'empty', times: 1 })
    expect(await json(askBamboo(hris, DATA, { fields }))).toMatchObject({ data: [], meta: { totalItems: 0 } })
    hris.control.addFault({ kind: 'shrink', times: 1 })
    const shrunk = (await bambooRows(hris, { fields })).length
    expect(shrunk).toBeGreaterThan(5)
    expect(shrunk).toBeLessThan(50)
    hris.control.addFault({ kind: 'missing_field', times: 1 })
    expect(Object.keys((await bambooRows(hris, { fields }))[0]!)).toEqual(['eeid'])
    expect(Object.keys((await bambooRows(hris, { fields }))[0]!)).toEqual(fields)
  })

  test('the rate limit of its own says how long to wait', async () => {
    const hris = await start({ rateLimit: 1 })
    expect((await askBamboo(hris, '/v1/meta/fields')).status).toBe(200)
    const { status, headers } = await askBamboo(hris, '/v1/meta/fields')
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect((await askBamboo(hris, DATA, { fields })).status).toBe(200)
  })
})

describe('webhooks', () => {
  const HOOK = {
    name: 'Rollcall',
    format: 'json',
    events: ['employee.created', 'employee.updated'],
    monitorFields: ['jobTitle', '6', 'customTShirtSize', 'status'],
  }

  test('sign as the vendor’s published vector says', () => {
    const body =
      '{"employees":[{"changedFields":["First name"],"fields":{"Employee #":{"value":"300"},"First name":{"value":"Tefi"},"Last name":{"value":"Adams"}},"id":"5"}]}'
    expect(bambooSignature('123b929362d51613054f71e5e5d4bf2c', body, '1658248023')).toBe(
      '56491dd9c2b352bc5f4fc627159aae20ddff9c8cb19f239a6de6771dc5310bac',
    )
  })

  test('tell the key once, and are shown, replaced and deleted', async () => {
    const hris = await start()
    const { url } = await listen()
    const made = await json(askBamboo(hris, '/v1/webhooks', { ...HOOK, url }))
    expect(made).toMatchObject({ id: '1', url, privateKey: expect.stringMatching(/^[a-f0-9]{32}$/) })
    const path = `/v1/webhooks/${made['id']}`
    expect(await json(askBamboo(hris, path))).not.toHaveProperty('privateKey')
    const body = { ...HOOK, url, name: 'Other', events: ['employee.created'], monitorFields: [] }
    const replaced = await askBamboo(hris, path, body, { method: 'PUT', body: JSON.stringify(body) })
    expect(await replaced.json()).toMatchObject({ name: 'Other', monitorFields: null })
    expect((await askBamboo(hris, path, undefined, { method: 'DELETE' })).status).toBe(200)
    expect((await askBamboo(hris, path)).status).toBe(404)
    expect(await json(askBamboo(hris, '/v1/webhooks'))).toEqual({ webhooks: [] })
  })

  test.each([
    ['an address without https', { url: 'http://example.com/hook' }, 400],
    ['no fields to monitor', { monitorFields: [] }, 400],
    ['two families of events', { events: ['employee.created', 'employee_with_fields.created'] }, 400],
    ['no format', { format: undefined }, 400],
    ['a field that there is not', { monitorFields: ['shoeSize'] }, 403],
  ])('are refused with %s', async (_, wrong, status) => {
    const hris = await start()
    const url = 'https://rollcall.example/hook'
    const response = await askBamboo(hris, '/v1/webhooks', { ...HOOK, url, ...wrong })
    expect([response.status, await response.json()]).toEqual([status, { errors: [expect.any(Object)] }])
    expect(await json(askBamboo(hris, '/v1/webhooks'))).toEqual({ webhooks: [] })
  })

  test('deliver a signed event for a monitored field, one for custom fields, and none for others', async () => {
    const hris = await start()
    const receiver = await listen()
    const body = { ...HOOK, url: receiver.url, includeCompanyDomain: true }
    const { privateKey } = await json(askBamboo(hris, '/v1/webhooks', body))
    hris.control.patch('accents', { personalPhone: '+44 7700 900999' })
    hris.control.patch('accents', { title: 'Falconer', tShirtSize: 'XS', workEmail: 'zoe@acme.example' })
    await hris.webhooks.settled()
    const events = receiver.received.map((each) => JSON.parse(each.body))
    expect(events.map(({ data }) => data)).toEqual([
      { companyId: '636192', employeeId: bambooId('accents'), changedFields: ['workEmail', 'jobTitle'] },
      { companyId: '636192', employeeId: bambooId('accents'), changedFields: ['customTShirtSize'] },
    ])
    for (const { headers, body: raw } of receiver.received) {
      const timestamp = headers['x-bamboohr-timestamp']
      const expected = createHmac('sha256', privateKey).update(`${raw}${timestamp}`).digest('hex')
      expect(headers['x-bamboohr-signature']).toBe(expected)
      expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60)
      expect(headers['company-domain']).toBe('acme')
    }
    hris.control.forbid('jobTitle')
    hris.control.patch('accents', { title: 'Rower' })
    await hris.webhooks.settled()
    expect(receiver.received).toHaveLength(2)
  })

  test('follow the days: joiners, changes, and a last day that comes with nobody’s doing', async () => {
    const hris = await start()
    const receiver = await listen()
    await askBamboo(hris, '/v1/webhooks', { ...HOOK, url: receiver.url })
    hris.control.advance(3)
    await hris.webhooks.settled()
    receiver.received.length = 0
    hris.control.advance(1)
    await hris.webhooks.settled()
    const events = receiver.received.map((each) => JSON.parse(each.body))
    // Her last day was the third: today she is gone, though nobody touched her record.
    expect(events.map(({ type, data }) => [type, data])).toContainEqual([
      'employee.updated',
      expect.objectContaining({ employeeId: bambooId('rescindedLeaver'), changedFields: ['status'] }),
    ])
    expect(events.filter(({ type }) => type === 'employee.created')).toHaveLength(1)
  })

  test('carry the fields to post in the older form', async () => {
    const hris = await start()
    const receiver = await listen()
    const { events: _, ...older } = HOOK
    await askBamboo(hris, '/v1/webhooks', {
      ...older,
      url: receiver.url,
      postFields: { employeeNumber: 'Employee #' },
    })
    hris.control.patch('leadingZeros', { title: 'Falconer' })
    await hris.webhooks.settled()
    expect(JSON.parse(receiver.received[0]!.body)).toEqual({
      employees: [
        {
          id: bambooId('leadingZeros'),
          action: 'Updated',
          timestamp: expect.stringMatching(/\+0000$/),
          changedFields: ['Job Title'],
          fields: { 'Employee #': { value: '00042' } },
        },
      ],
    })
  })

  test('come again after a 5xx and not after a 4xx', async () => {
    const hris = await start()
    const receiver = await listen()
    await askBamboo(hris, '/v1/webhooks', { ...HOOK, url: receiver.url })
    receiver.answers.push(503, 200, 410)
    hris.control.patch('accents', { title: 'Falconer' })
    hris.control.patch('accents', { title: 'Rower' })
    await hris.webhooks.settled()
    expect(hris.webhooks.sent().map(({ status }) => status)).toEqual([503, 200, 410])
    expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body)
  })

  test('never leave the machine', async () => {
    const hris = await start()
    const url = 'https://rollcall.example/hook'
    expect((await askBamboo(hris, '/v1/webhooks', { ...HOOK, url })).status).toBe(201)
    const sending = vi.spyOn(globalThis, 'fetch')
    try {
      hris.control.patch('accents', { title: 'Falconer' })
      await hris.webhooks.settled()
      expect(sending).not.toHaveBeenCalled()
    } finally {
      sending.mockRestore()
    }
    expect(hris.webhooks.sent()).toEqual([{ hook: 'bamboohr 1', url, status: null }])
  })
})

test('100,000 people are read in pages without computing everybody for each', {
  timeout: 60_000,
}, async () => {
  const hris = await start({ people: 100_000, today: DAY_0 })
  const startedAt = performance.now()
  for (const page of [1, 50, 100]) {
    expect(await bambooRows(hris, { fields: ALL, page })).toHaveLength(1000)
  }
  expect(performance.now() - startedAt).toBeLessThan(10_000)
})
