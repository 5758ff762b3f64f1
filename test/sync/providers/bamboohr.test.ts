import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { employeeSchema } from '../../../src/model.ts'
import type { ProviderClient, ProviderRequest } from '../../../src/sync/provider.ts'
import { bamboohr } from '../../../src/sync/providers/bamboohr.ts'
import type { DatasetField } from '../../../src/sync/providers/bamboohr-fields.ts'
import { requestedNames, resolveLayout } from '../../../src/sync/providers/bamboohr-layout.ts'
import { readMeta } from '../../../src/sync/providers/bamboohr-meta.ts'
import { statusOf } from '../../../src/sync/providers/bamboohr-status.ts'
import type { BambooRow } from '../../../src/sync/providers/bamboohr-values.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/bamboohr/${name}.json`, import.meta.url), 'utf8'))
const FIELDS: DatasetField[] = fixture('fields').fields
const amy = (fields: Record<string, unknown> = {}): BambooRow => {
  const row = fixture('employee')
  return { ...row, fields: { ...row.fields, ...fields } }
}

const TODAY = '2026-11-23'
const read = (row: BambooRow, fields = FIELDS) =>
  bamboohr.toEmployee(row, { today: TODAY, layout: resolveLayout(fields, []) })
const without = (...names: string[]) => FIELDS.filter(({ name }) => !names.includes(name))
const field = (name: string, label: string, entityName = 'personal'): DatasetField => ({
  name,
  label,
  type: null,
  parentName: null,
  entityName,
})

describe('the fields of an account', () => {
  test('are found by their label where the name is another, and by nothing else', () => {
    const renamed = [...without('email'), field('contactEmailWork', 'Work Email ')]
    const row = amy({ contactEmailWork: 'amy@acme.example' })
    expect(read(row, renamed)).toEqual({ ...read(amy()), workEmail: 'amy@acme.example' })
    expect(read(row, without('email'))).toMatchObject({ workEmail: null, unread: ['workEmail'] })
  })

  test('are not guessed where two have the label, or where only a field of the company has it', () => {
    const twins = [...without('country'), field('a', 'Country'), field('b', 'Country', 'dependents')]
    expect(read(amy({ a: 'Wales', b: 'Peru' }), twins)).toMatchObject({ country: null, unread: ['country'] })
    const own = [...without('homeEmail'), field('customField9', 'Home Email', 'customFields')]
    expect(read(amy({ customField9: 'x@home.example' }), own)).toMatchObject({ personalEmail: null })
  })

  test("hold the legal entity in a field of the company's own before the division", () => {
    const own = [...FIELDS, field('customField7', 'Legal entity', 'customFields')]
    expect(read(amy({ customField7: 'Acme GmbH' }), own).legalEntity).toBe('Acme GmbH')
    expect(read(amy({ customField7: null }), own).legalEntity).toBeNull()
    expect(read(amy()).legalEntity).toBe('Acme Ltd')
  })

  test('without one for the id are refused; an employee number is no id', () => {
    expect(() => resolveLayout(without('eeid'), [])).toThrow("BambooHR's fields have none for the record ID.")
    expect(bamboohr.recordIdOf({ fields: { employeeNumber: '42' } })).toBeNull()
  })

  test('are asked for by names that the account has listed, each once', () => {
    const names = requestedNames(resolveLayout(without('homePhone'), ['customField4340', 'customField1']))
    expect(names.filter((name) => !FIELDS.some((each) => each.name === name))).toEqual([])
    expect(names).toContain('customField4340')
    expect(names).not.toContain('homePhone')
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('an employee', () => {
  test.each(['terminationDate', 'hireDate'])('has no %s where it is 0000-00-00, null or blank', (name) => {
    const blanks = ['0000-00-00', null, ''].map((blank) => read(amy({ [name]: blank })))
    expect(new Set(blanks.map((employee) => JSON.stringify(employee))).size).toBe(1)
    expect(blanks[0]?.[name === 'hireDate' ? 'startDate' : 'endDate']).toBeNull()
    expect(blanks[0]?.unread).toEqual([])
  })

  test('has a manager by id, and none by name', () => {
    expect(read(amy({ supervisorEid: 1000 })).managerRecordId).toBe('1000')
    for (const text of ['Clark, Zoe', '', '0', null, '12a']) {
      expect(read(amy({ supervisorEid: text })).managerRecordId).toBeNull()
    }
    expect(read(amy(), without('supervisorEid')).managerRecordId).toBeNull()
  })

  test('has an id that is text, whatever it came as', () => {
    expect(read(amy({ eeid: 1001 }))).toEqual(read(amy()))
    for (const id of [null, '', ' ', 0, -1, 1.5, 2 ** 53, {}, []]) {
      expect(bamboohr.recordIdOf(amy({ eeid: id }))).toBeNull()
      expect(bamboohr.row.safeParse(amy({ eeid: id })).success).toBe(false)
    }
  })

  test('is called what people see: the display name, or the preferred first name with the last name', () => {
    const displayed = [...FIELDS, field('displayName', 'Display Name')]
    expect(read(amy({ displayName: 'Amy M.' }), displayed).preferredName).toBe('Amy M.')
    expect(read(amy({ displayName: 'Miles, Amelia Jane' }), displayed).preferredName).toBe('Amy Miles')
    expect(read(amy({ preferredName: null })).preferredName).toBeNull()
    expect(read(amy({ preferredName: null }), displayed)).toMatchObject({ preferredName: null, unread: [] })
    expect(read(amy(), without('preferredName')).unread).toEqual(['preferredName'])
  })

  test('keeps no kind of contract that only says that it ended, or that they are on leave', () => {
    for (const [status, word] of [
      ['Inactive', 'Terminated'],
      ['Active', 'Leave of Absence'],
    ]) {
      expect(read(amy({ status, employmentStatus: word }))).toMatchObject({
        employmentType: null,
        statusText: `${status}, ${word}`,
        unread: ['employmentType'],
      })
    }
    expect(read(amy({ employmentStatus: 'Level 3' }))).toMatchObject({
      employmentType: 'Level 3',
      status: 'active',
    })
  })

  test('names the field whose form is strange', () => {
    expect(() => read(amy({ jobInformationDepartment: { id: 7 } }))).toThrow(
      'Department has a form that we cannot read.',
    )
  })
})

describe('what the key may not see', () => {
  test('is unread and not blank, wherever the list of it stands', () => {
    const row = amy({ email: null })
    const beside = { ...row, _restrictedFields: ['email'] }
    const among = { fields: { ...row.fields, _restrictedFields: ['email'] } }
    for (const restricted of [beside, among]) {
      expect(read(restricted)).toEqual({ ...read(amy()), workEmail: null, unread: ['workEmail'] })
    }
    expect(read(row)).toEqual({ ...read(amy()), workEmail: null })
  })

  test('hides what would come after it: a mobile counts only when the work phone is known to be blank', () => {
    expect(read({ ...amy(), _restrictedFields: ['workPhone'] })).toMatchObject({
      phone: null,
      unread: ['phone'],
    })
  })

  test('leaves the status unknown and unread, unless the employment status tells it', () => {
    const hidden = (employmentStatus: string) => ({
      ...amy({ status: null, employmentStatus }),
      _restrictedFields: ['status'],
    })
    expect(read(hidden('Full-Time'))).toMatchObject({
      status: 'unknown',
      statusText: null,
      unread: ['status'],
    })
    expect(read(hidden('Terminated'))).toMatchObject({ status: 'left', unread: ['employmentType'] })
  })
})

describe('the status', () => {
  test.each([
    ['Active', 'Full-Time', '2015-03-20', 'active'],
    [' active ', 'Full-Time', '2015-03-20', 'active'],
    ['Active', null, null, 'active'],
    ['Active', 'A word of this company', '2015-03-20', 'active'],
    ['Active', 'Full-Time', TODAY, 'active'],
    ['Active', 'Full-Time', '2026-11-24', 'onboarding'],
    ['Active', 'Maternity Leave', '2015-03-20', 'leave'],
    ['Active', 'Furloughed', '2015-03-20', 'leave'],
    ['Active', 'Terminated', '2015-03-20', 'unknown'],
    ['Inactive', 'Terminated', '2015-03-20', 'left'],
    ['Inactive', 'Full-Time', '2015-03-20', 'left'],
    ['Inactive', null, null, 'left'],
    ['Inactive', 'Full-Time', '2026-12-01', 'onboarding'],
    ['Inactive', 'Terminated', '2026-12-01', 'left'],
    ['Inactive', 'Leave of Absence', '2015-03-20', 'unknown'],
    ['Paused', 'Full-Time', '2015-03-20', 'unknown'],
    ['Paused', 'Terminated', '2015-03-20', 'unknown'],
    [null, 'Full-Time', '2015-03-20', 'unknown'],
    [null, 'Terminated', '2015-03-20', 'left'],
    ['', 'Leave of Absence', '2015-03-20', 'leave'],
    [null, null, null, 'unknown'],
  ] as const)('%s with %s, since %s is %s', (active, employment, startDate, status) => {
    expect(statusOf(active, employment, startDate, TODAY)).toBe(status)
  })
})

describe('custom fields', () => {
  const ids = ['customField4340', 'customField4342', 'customField4343', 'customField4345']

  test('come in the types that the classic list of fields knows', async () => {
    expect(await custom(amy(), ids)).toEqual({
      customField4340: 'M',
      customField4342: 20017,
      customField4343: true,
      customField4345: ['English', 'Welsh'],
    })
  })

  test.each(['yesno', 'checkbox'])('are yes or no where the list calls them %s', async (type) => {
    const field = {
      name: 'customField4343',
      label: 'Works from home',
      type: null,
      parentName: null,
      entityName: null,
    }
    const client = {
      json: async () => ({ body: [{ id: 4343, name: 'Works', type }], headers: new Headers() }),
    }
    const meta = { type: 'boolean', deprecated: false }
    expect(await readMeta(client, [field])).toEqual(new Map([['customField4343', meta]]))
  })

  test('stay text where they do not look like their type, and blank where they are', async () => {
    const row = amy({ customField4340: null, customField4342: '00017', customField4343: 'sometimes' })
    expect(await custom(row, ids.slice(0, 3))).toEqual({
      customField4340: null,
      customField4342: '00017',
      customField4343: 'sometimes',
    })
  })

  test('are missing where the key may not see them or the account has none of that name', async () => {
    const row = { ...amy(), _restrictedFields: ['customField4340', 'customField4345'] }
    expect(await custom(row, [...ids, 'customField1'])).toEqual({
      customField4342: 20017,
      customField4343: true,
    })
  })

  test('are offered with labels, types and the page they stand on, without those that are read anyway', async () => {
    const fields = await bamboohr.catalogue(account([amy()]).client)
    expect(fields).toContainEqual({
      id: 'customField4343',
      label: 'Works from home',
      type: 'boolean',
      category: 'Custom',
      choices: [],
      deprecated: false,
    })
    expect(fields).toContainEqual({
      id: 'dateOfBirth',
      label: 'Birth Date',
      type: 'date',
      category: 'Personal',
      choices: [],
      deprecated: false,
    })
    expect(fields.map(({ id }) => id)).not.toContain('email')
    expect(fields.map(({ id }) => id)).not.toContain('eeid')
  })
})

describe('what can be chosen', () => {
  const listed = async () =>
    new Map((await bamboohr.catalogue(account([amy()]).client)).map((f) => [f.id, f]))

  test('comes from the list of the field, found by its id, without what is archived', async () => {
    const fields = await listed()
    expect(fields.get('customField4340')).toMatchObject({ type: 'choice', choices: ['S', 'M'] })
    expect(fields.get('customField4345')).toMatchObject({ choices: ['English', 'Welsh', 'Breton'] })
    expect(fields.get('customField4342')).toMatchObject({ choices: [] })
  })

  test('is in a field that BambooHR advises against only where another of that label is not in use', async () => {
    expect((await listed()).get('customField4341')).toMatchObject({ deprecated: true })
    const twins = [
      { id: 9001, name: 'Shirt', type: 'text' },
      { id: 9000, name: 'Shirt', type: 'text', deprecated: true },
    ]
    const client = { json: async () => ({ body: twins, headers: new Headers() }) }
    const meta = await readMeta(client, [field('shirt', 'Shirt'), field('customField9000', 'Shirt')])
    expect(meta.get('shirt')?.deprecated).toBe(false)
    expect(meta.get('customField9000')?.deprecated).toBe(true)
  })
})

describe('reading the company', () => {
  test('asks for everybody by id, with no filter that could hide leavers', async () => {
    const { client, requests } = account(people(1_001))
    expect(await readAll(client)).toEqual({ rows: 1_001, end: { complete: true, expected: 1_001 } })
    expect(requests.slice(1).map(({ body }) => body)).toEqual(
      [1, 2, 3].map((page) => ({
        fields: requestedNames(resolveLayout(FIELDS, [])),
        orderBy: 'eeid asc',
        page,
        pageSize: 500,
      })),
    )
  })

  test('lets somebody join meanwhile, and gives up when somebody is removed', async () => {
    const joined = account(people(1_000), (meta) => (meta.page === 1 ? { ...meta, totalItems: 999 } : meta))
    expect((await readAll(joined.client)).end).toEqual({ complete: true, expected: 1_000 })
    const removed = account(people(1_000), (meta) =>
      meta.page === 1 ? { ...meta, totalItems: 1_001 } : meta,
    )
    await expect(readAll(removed.client)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })

  test('refuses a page that is not the one asked for, and a middle page with nobody', async () => {
    const stuck = account(people(1_000), (meta) => ({ ...meta, page: 1 }))
    await expect(readAll(stuck.client)).rejects.toThrow(
      'BambooHR sent another page than the one we asked for.',
    )
    const hollow = account(people(300), (meta) => ({ ...meta, totalPages: 3, totalItems: 1_500 }))
    await expect(readAll(hollow.client)).rejects.toThrow('BambooHR sent an empty page in the middle.')
  })

  test('refuses an answer without totals: without them nothing proves that everybody came', async () => {
    const bare = account(people(3), () => ({ page: 1 }) as Meta)
    await expect(readAll(bare.client)).rejects.toThrow('BambooHR answered without a list of people.')
  })
})

describe('the probe', () => {
  test('counts everybody by looking at a few, while somebody waits', async () => {
    const { client, requests } = account(people(1_001))
    expect(await bamboohr.probe(client)).toEqual({ people: 1_001, unread: [] })
    expect(requests).toHaveLength(2)
    expect(requests.every(({ someoneWaits }) => someoneWaits)).toBe(true)
  })

  test('names what comes for nobody: withheld, or blank where nobody can be without', async () => {
    const rows = people(3).map((row) => ({
      fields: { ...row.fields, hireDate: null, homeEmail: null, email: null },
      _restrictedFields: ['email'],
    }))
    expect(await bamboohr.probe(account(rows).client)).toEqual({
      people: 3,
      unread: ['workEmail', 'startDate'],
    })
    const [first, ...others] = rows
    const mixed = [{ ...first!, _restrictedFields: [] }, ...others, amy({ eeid: '9' })]
    expect(await bamboohr.probe(account(mixed).client)).toEqual({ people: 4, unread: [] })
  })
})

test('the key goes into one Basic header, the company into the path', () => {
  const credentials = { companyDomain: 'acme-2', apiKey: 'f'.repeat(40) }
  expect(bamboohr.authorize(credentials)).toEqual({
    authorization: `Basic ${Buffer.from(`${'f'.repeat(40)}:x`).toString('base64')}`,
  })
  expect(bamboohr.tenantPath(credentials)).toBe('/acme-2')
})

type Meta = { page: number; totalPages: number; totalItems: number }

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => amy({ eeid: String(1001 + index) }))

/** An account with these people, whose totals `bend` may change. */
function account(rows: readonly BambooRow[], bend: (meta: Meta) => Meta = (meta) => meta) {
  const requests: ProviderRequest[] = []
  const client: ProviderClient = {
    async json(request) {
      requests.push(request)
      return { body: answer(request), headers: new Headers() }
    },
  }
  function answer({ path, body }: ProviderRequest): unknown {
    if (path === '/v1_2/datasets/employee/fields') return { fields: FIELDS }
    if (path === '/v1/meta/fields') return fixture('meta-fields')
    if (path === '/v1/meta/lists') return fixture('meta-lists')
    const { page, pageSize } = body as { page: number; pageSize: number }
    const meta = bend({ page, totalPages: Math.ceil(rows.length / pageSize), totalItems: rows.length })
    return { data: rows.slice((page - 1) * pageSize, page * pageSize), links: {}, meta }
  }
  return { client, requests }
}

async function custom(row: BambooRow, customFields: string[]) {
  for await (const { rows, context } of bamboohr.pages(account([row]).client, {
    today: TODAY,
    customFields,
  })) {
    return employeeSchema.parse(bamboohr.toEmployee(rows[0] as BambooRow, context)).custom
  }
  return undefined
}

async function readAll(client: ProviderClient) {
  const pages = bamboohr.pages(client, { today: TODAY, customFields: [] })
  let rows = 0
  for (;;) {
    const step = await pages.next()
    if (step.done) return { rows, end: step.value }
    rows += step.value.rows.length
  }
}
