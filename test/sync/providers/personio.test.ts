import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RollcallError } from '../../../src/errors.ts'
import type { ProviderClient, ProviderRequest } from '../../../src/sync/provider.ts'
import { personio } from '../../../src/sync/providers/personio.ts'
import { statusOf } from '../../../src/sync/providers/personio-employee.ts'
import { sessions } from '../../../src/sync/providers/personio-sessions.ts'
import { dateOf, type PersonioRow } from '../../../src/sync/providers/personio-values.ts'
import { webhook } from '../../../src/sync/providers/personio-webhook.ts'

type Wrapper = { label: string; value: unknown; type: string; universal_id: string | null }
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/personio/${name}.json`, import.meta.url), 'utf8'))

/** Alex with other values; a key that is given nothing is not delivered. */
function alex(values: Record<string, unknown> = {}): PersonioRow {
  const row: { attributes: Record<string, Wrapper> } = fixture('employee')
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) delete row.attributes[key]
    else row.attributes[key] = { ...row.attributes[key]!, value }
  }
  return row
}

const TODAY = '2026-11-23'
const read = (row: PersonioRow, custom: readonly string[] = []) =>
  personio.toEmployee(row, { today: TODAY, layout: { custom } })

describe('a date', () => {
  test.each(['+0100', '+01:00', '-1000', '+1300', 'Z', '', '.000Z'])('at midnight%s is that day', (zone) => {
    expect(dateOf(`2012-02-01T00:00:00${zone}`)).toBe('2012-02-01')
    expect(read(alex({ hire_date: `2012-01-01T00:00:00${zone}` })).startDate).toBe('2012-01-01')
  })

  test('without a time is that day; at another hour it is no date, and stays what it is', () => {
    expect(dateOf('2012-02-01')).toBe('2012-02-01')
    for (const text of ['2012-01-31T23:00:00Z', '2012-02-01T00:00:01+0100', '01.02.2012', 'soon', '']) {
      expect(dateOf(text)).toBe(text)
    }
  })
})

describe('the status', () => {
  test.each([
    ['active', '2015-03-20', null, 'active'],
    [' Active ', '2015-03-20', null, 'active'],
    ['active', TODAY, null, 'active'],
    ['active', '2026-11-24', null, 'onboarding'],
    ['active', '2015-03-20', '2026-12-31', 'active'],
    ['onboarding', '2026-11-24', null, 'onboarding'],
    ['onboarding', '2015-03-20', null, 'onboarding'],
    ['leave', '2015-03-20', null, 'leave'],
    ['inactive', '2015-03-20', '2020-12-31', 'left'],
    ['inactive', '2015-03-20', null, 'left'],
    ['inactive', '2026-12-01', null, 'onboarding'],
    ['inactive', '2026-12-01', '2026-11-20', 'left'],
    ['aktiv', '2015-03-20', null, 'unknown'],
    ['aktiv', '2026-12-01', null, 'unknown'],
    ['', '2015-03-20', null, 'unknown'],
    [null, '2015-03-20', null, 'unknown'],
    [null, '2026-12-01', null, 'unknown'],
  ] as const)('%s since %s until %s is %s', (word, startDate, endDate, status) => {
    expect(statusOf(word, startDate, endDate, TODAY)).toBe(status)
  })
})

describe('an attribute', () => {
  test('is found by its key or its universal id, and never by its label', () => {
    const row = alex({ dynamic_24408: undefined })
    expect(read(row)).toEqual({
      ...read(alex()),
      employeeNumber: null,
      unread: ['employeeNumber', 'country'],
    })
    const labelled = { label: 'Personnel number', value: '7', type: 'standard', universal_id: null }
    expect(read({ attributes: { ...row.attributes, dynamic_1: labelled } }).employeeNumber).toBeNull()
    const known = { ...labelled, universal_id: 'personnel_number' }
    expect(read({ attributes: { ...row.attributes, dynamic_1: known } })).toEqual({
      ...read(alex()),
      employeeNumber: '7',
    })
  })

  test('without its wrapper, or with none at all, was not delivered', () => {
    for (const bare of ['CTO', null, {}]) {
      const { attributes } = alex()
      expect(read({ attributes: { ...attributes, position: bare } })).toEqual({
        ...read(alex()),
        jobTitle: null,
        unread: ['jobTitle', 'country'],
      })
    }
    expect(read(alex({ position: null }))).toEqual({ ...read(alex()), jobTitle: null })
  })

  test('that has names nested gives the name; one of a strange form is named', () => {
    expect(read(alex({ department: null }))).toEqual({ ...read(alex()), department: null })
    expect(read(alex({ department: [] })).department).toBeNull()
    expect(read(alex({ department: 'Product' })).department).toBe('Product')
    for (const strange of [{ id: 7 }, { type: 'Department', attributes: {} }, [{ id: 7 }]]) {
      expect(() => read(alex({ department: strange }))).toThrow('Department has a form that we cannot read.')
    }
  })

  test('of a phone is the first that is filled in', () => {
    expect(read(alex({ dynamic_24409: '+49 89 1' })).phone).toBe('+49 89 1')
    expect(read(alex({ dynamic_24410: '' }))).toMatchObject({ phone: '', unread: ['country'] })
    expect(read(alex({ dynamic_24409: undefined, dynamic_24410: undefined })).unread).toContain('phone')
  })
})

test('a supervisor is an id, and nobody where there is none', () => {
  expect(read(alex()).managerRecordId).toBe('1132001')
  const plain = { type: 'Employee', attributes: { id: 7 } }
  expect(read(alex({ supervisor: plain })).managerRecordId).toBe('7')
  for (const none of [null, undefined, {}, [], 'Zoe Clark', { attributes: { id: { value: null } } }]) {
    expect(read(alex({ supervisor: none }))).toEqual({ ...read(alex()), managerRecordId: null })
  }
})

test('an id is text, whatever it came as', () => {
  expect(read(alex({ id: '1132888' }))).toEqual(read(alex()))
  for (const id of [null, '', ' ', 0, -1, 1.5, 2 ** 53, {}, []]) {
    expect(personio.recordIdOf(alex({ id }))).toBeNull()
    expect(personio.row.safeParse(alex({ id })).success).toBe(false)
  }
})

describe('custom fields', () => {
  const ids = ['dynamic_24407', 'dynamic_33400', 'dynamic_33401', 'dynamic_33402', 'team', 'cost_centers']

  test('come in their types, and names in place of what is nested', () => {
    expect(read(alex(), ids).custom).toEqual({
      dynamic_24407: 'Dr',
      dynamic_33400: '2021-01-01',
      dynamic_33401: 217,
      dynamic_33402: ['English', 'German'],
      team: 'Platform',
      cost_centers: 'Cost center 1',
    })
    expect(read(alex({ dynamic_33402: 'English, German' }), ids)).toEqual(read(alex(), ids))
    const centres = ['North', 'South'].map((name) => ({ type: 'CostCenter', attributes: { name } }))
    expect(read(alex({ cost_centers: centres }), ids).custom['cost_centers']).toBe('North, South')
    const dated = alex({ dynamic_33400: '2021-01-01T00:00:00+0100', dynamic_33401: '0217' })
    expect(read(dated, ids).custom).toMatchObject({ dynamic_33400: '2021-01-01', dynamic_33401: '0217' })
  })

  test('are null where they are blank, and absent where they were not delivered', () => {
    const row = alex({ dynamic_24407: '', dynamic_33400: null, dynamic_33401: undefined, team: { odd: 1 } })
    expect(read(row, ids).custom).toEqual({
      dynamic_24407: null,
      dynamic_33400: null,
      dynamic_33402: ['English', 'German'],
      cost_centers: 'Cost center 1',
    })
    expect({ ...read(row, ids), custom: {} }).toEqual(read(alex()))
  })

  test('are listed from the people themselves where the list is forbidden, and only there', async () => {
    const answers = (code: 'provider_forbidden' | 'provider_unavailable' | null) =>
      clientOf(({ path }) => {
        if (!path.endsWith('/attributes')) {
          return { success: true, metadata: { total_elements: 1 }, data: [alex()] }
        }
        if (code !== null) throw new RollcallError(code, 'no')
        return fixture('attributes')
      })
    const listed = await personio.catalogue(answers(null))
    expect(listed).toContainEqual({
      id: 'dynamic_33402',
      label: 'Sprachen',
      type: 'list',
      category: null,
      choices: ['English', 'French', 'German'],
      deprecated: false,
    })
    const read = ['id', 'email', 'dynamic_24408', 'supervisor', 'created_at', 'last_modified_at']
    expect(listed.filter(({ id }) => read.includes(id))).toEqual([])
    // People do not bring along what else could be chosen.
    const unsaid = listed.map((field) => ({ ...field, choices: null }))
    expect(await personio.catalogue(answers('provider_forbidden'))).toEqual(unsaid)
    await expect(personio.catalogue(answers('provider_unavailable'))).rejects.toThrow('no')
    const odd = clientOf(() => ({ success: true }))
    await expect(personio.catalogue(odd)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })
})

describe('pages', () => {
  const people = (count: number, from = 1) =>
    Array.from({ length: count }, (_, index) => alex({ id: from + index }))
  const asked: Record<string, string>[] = []
  const company = (answer: (offset: number) => { total: number; rows: readonly unknown[] }) =>
    clientOf(({ query = {} }) => {
      asked.push(query)
      const { total, rows } = answer(Number(query['offset']))
      return { success: true, metadata: { total_elements: total }, data: rows }
    })
  async function readAll(client: ProviderClient) {
    asked.length = 0
    const pages = personio.pages(client, { today: TODAY, customFields: [] })
    for (let rows = 0; ; ) {
      const step = await pages.next()
      if (step.done) return { rows, ...step.value }
      rows += step.value.rows.length
    }
  }

  test('leave no gap where Personio sends fewer than were asked for', async () => {
    const everybody = people(120)
    const client = company((offset) => ({ total: 120, rows: everybody.slice(offset, offset + 50) }))
    expect(await readAll(client)).toEqual({ rows: 120, complete: true, expected: 120 })
    expect(asked.map(({ offset }) => offset)).toEqual(['0', '50', '100'])
  })

  test('go on to somebody who joined meanwhile, and are refused when somebody went', async () => {
    const joined = company((offset) => ({ total: offset === 0 ? 3 : 4, rows: people(2, offset + 1) }))
    expect(await readAll(joined)).toEqual({ rows: 4, complete: true, expected: 4 })
    const left = company((offset) => ({ total: offset === 0 ? 4 : 3, rows: people(2, offset + 1) }))
    await expect(readAll(left)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })

  test('that stop in the middle, or deny success, are no read', async () => {
    const short = company((offset) => ({ total: 10, rows: offset === 0 ? people(5) : [] }))
    await expect(readAll(short)).rejects.toMatchObject({
      message: 'Personio sent an empty page in the middle.',
    })
    const failed = clientOf(() => ({ success: false, metadata: { total_elements: 0 }, data: [] }))
    await expect(readAll(failed)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })
})

describe('a token', () => {
  const [v1, v2] = sessions
  const credentials = { clientId: 'papi-1', clientSecret: 'papi-2' }

  test('is exchanged by each version in its own way', async () => {
    const asked: ProviderRequest[] = []
    const client = clientOf((request) => {
      asked.push(request)
      return request.path.startsWith('/v1')
        ? { success: true, data: { token: 'one', expires_in: 60 } }
        : { access_token: 'two', token_type: 'Bearer', expires_in: 90, scope: '' }
    })
    expect(await v1!.open(client, credentials)).toEqual({
      headers: { authorization: 'Bearer one' },
      lifetimeMs: 60_000,
    })
    expect(await v2!.open(client, credentials)).toEqual({
      headers: { authorization: 'Bearer two' },
      lifetimeMs: 90_000,
    })
    const both = { client_id: 'papi-1', client_secret: 'papi-2' }
    expect(asked.map(({ body, form }) => body ?? form)).toEqual([
      both,
      { ...both, grant_type: 'client_credentials' },
    ])
  })

  test('that is none, or could not stand in a header, is refused without being quoted', async () => {
    for (const token of [undefined, '', 'se cret', 'secret\n', 7]) {
      const client = clientOf(() => ({
        data: { token, expires_in: 60 },
        access_token: token,
        expires_in: 60,
      }))
      for (const { open } of sessions) {
        const thrown = await open(client, credentials).catch((error: unknown) => error)
        expect(thrown).toMatchObject({
          code: 'provider_bad_answer',
          message: 'Personio answered without a token.',
        })
        expect((thrown as Error).cause).toBeUndefined()
      }
    }
  })

  test('is replaced by the one that an answer brings, and by nothing else', () => {
    const renewed = (authorization?: string) =>
      v1!.renewedBy?.(new Headers(authorization === undefined ? {} : { authorization }))
    expect(renewed('Bearer papi-next')).toEqual({ authorization: 'Bearer papi-next' })
    for (const other of [undefined, '', 'Bearer', 'Bearer ', 'papi-next', 'Basic YTpi', 'Bearer a b']) {
      expect(renewed(other)).toBeNull()
    }
  })
})

describe('a delivery', () => {
  const verify = (authorization: string | null, secret = 'the-token') =>
    webhook.verify(
      {
        headers: new Headers(authorization === null ? {} : { authorization }),
        rawBody: Buffer.from('{}'),
      },
      secret,
    )

  test('is believed by the whole token, and by nothing less', () => {
    expect(verify('Bearer the-token')).toBe('genuine')
    expect(verify(null)).toBe('unsigned')
    for (const other of [
      'the-token',
      'bearer the-token',
      'Bearer the-toke',
      'Bearer the-token2',
      'Bearer',
      '',
    ]) {
      expect(verify(other)).toBe('forged')
    }
    expect(verify('Bearer ', '')).toBe('forged')
  })

  test('names the person of an event, also of one about employment', () => {
    const about = (event_name: string, payload: unknown) => webhook.recordIds({ event_name, payload })
    expect(about('person.created', { id: '42' })).toEqual(['42'])
    expect(about('person.updated', { id: 42 })).toEqual(['42'])
    expect(about('employment.terminated', { id: 'e-1', person: { id: '42' } })).toEqual(['42'])
    expect(about('employment.updated', { id: 'e-1' })).toEqual([])
    expect(about('document.created', { id: 'd-1' })).toEqual([])
  })
})

function clientOf(answer: (request: ProviderRequest) => unknown): ProviderClient {
  return { json: async (request) => ({ body: answer(request), headers: new Headers() }) }
}
