import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { employeeSchema, STATUSES } from '../../../src/model.ts'
import type { CompleteRead, Page, ProviderClient, ProviderRequest } from '../../../src/sync/provider.ts'
import { hibob, statusOf } from '../../../src/sync/providers/hibob.ts'
import { type BobCatalogue, requestedIds, resolveLayout } from '../../../src/sync/providers/hibob-layout.ts'
import { parseLists } from '../../../src/sync/providers/hibob-lists.ts'
import type { BobRow } from '../../../src/sync/providers/hibob-values.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/hibob/${name}.json`, import.meta.url), 'utf8'))
const catalogue: BobCatalogue = fixture('fields')
const amy = (): Record<string, unknown> => fixture('employee')

const TODAY = '2026-11-23'
const SIZE = 'work.custom.field_1711886937296'
const SLASHED = '/work/custom/field_1711886937296'
const LANGUAGES = 'work.custom.field_1711886937298'
const read = (row: BobRow, customFields: string[] = [], fields = catalogue) =>
  hibob.toEmployee(row, { today: TODAY, layout: resolveLayout(fields, customFields) })

describe('an employee', () => {
  test('has machine values for dates and numbers, and labels for list items', () => {
    const employee = read(amy())

    expect(employee).toEqual({
      recordId: '3332883911884669725',
      firstName: 'Amelia Jane',
      lastName: 'Miles',
      preferredName: 'Amy Miles',
      workEmail: 'amy.miles@acme.example',
      personalEmail: null,
      employeeNumber: '39',
      phone: '+44 7700 900123',
      jobTitle: 'Designer',
      department: 'Product',
      officeLocation: 'New York (Demo)',
      country: 'United States',
      legalEntity: 'Acme Inc.',
      employmentType: 'Permanent',
      status: 'active',
      statusText: 'employed',
      startDate: '2015-03-20',
      endDate: null,
      managerRecordId: '3332883909410030364',
      custom: {},
      unread: [],
    })
    employeeSchema.parse(employee)
  })

  test('reads the same from nested values alone', () => {
    const nested = Object.fromEntries(Object.entries(amy()).filter(([key]) => !key.startsWith('/')))
    expect(read(nested)).toEqual(read(amy()))
  })

  test('has custom fields in their own types; blank is null and undelivered is missing', () => {
    const ids = ['6', '7', '8', '9'].map((digit) => `work.custom.field_171188693729${digit}`)
    expect(read(amy(), [...ids, 'work.custom.field_of_another_tenant']).custom).toEqual({
      [ids[0]!]: 'M',
      [ids[1]!]: 20017,
      [ids[2]!]: ['English', 'Welsh'],
      [ids[3]!]: null,
    })
    const row = amy()
    delete row['/work/custom/field_1711886937296']
    delete (row['work'] as { custom: Record<string, unknown> }).custom['field_1711886937296']
    expect(read(row, ids.slice(0, 1)).custom).toEqual({})
  })

  test('keeps the zeros of an employee number that is text', () => {
    expect(read({ ...amy(), '/work/employeeIdInCompany': { value: '00042' } }).employeeNumber).toBe('00042')
  })

  test('takes the everyday name where the legal one is blank or closed to us', () => {
    expect(read({ ...amy(), '/personal/legalFirstName': { value: ' ' } }).firstName).toBe('Amy')
    const closed = amy()
    delete closed['/personal/legalFirstName']
    delete closed['personal']
    expect(read(closed)).toMatchObject({ firstName: 'Amy', unread: [] })
  })
})

describe('what was not delivered', () => {
  test('is unread and not blank', () => {
    const row = amy()
    delete row['/internal/status']
    delete row['/internal/lifecycleStatus']
    delete row['internal']
    expect(read(row)).toMatchObject({ status: 'unknown', statusText: null, endDate: null })
    expect([...read(row).unread].sort()).toEqual(['endDate', 'status'])
  })

  test('hides what would come after it: a phone at home counts only when the work phone is known to be blank', () => {
    const row = amy()
    delete (row['work'] as Record<string, unknown>)['workPhone']
    expect(read(row)).toMatchObject({ phone: null, unread: ['phone'] })
  })

  test('includes a list item without its label: a bare number names nothing', () => {
    const { humanReadable: _, ...row } = amy()
    expect(read(row)).toMatchObject({ department: null, jobTitle: null, officeLocation: 'New York (Demo)' })
    expect(read(row).unread).toContain('department')
  })

  test('is a label that only the list of the field knows; what no list knows stays unread', () => {
    const { humanReadable: _, ...row } = amy()
    const lists = parseLists(fixture('named-lists'))
    const bare = (raw: BobRow, known = lists) =>
      hibob.toEmployee(raw, { today: TODAY, layout: resolveLayout(catalogue, [SIZE, LANGUAGES], known) })
    expect(bare(row)).toEqual({ ...read(amy(), [SIZE, LANGUAGES]), unread: [] })
    // Below another item, and archived: both may be somebody's.
    expect(bare(row).department).toBe('Product')
    expect(bare({ ...row, [SLASHED]: { value: '261314349' } }).custom[SIZE]).toBe('One size')
    expect(bare({ ...row, '/work/title': { value: '7' } })).toMatchObject({
      jobTitle: null,
      unread: ['jobTitle'],
    })
    expect(SIZE in bare({ ...row, [SLASHED]: { value: '7' } }).custom).toBe(false)
    expect(bare(row, null).custom).toEqual({})
    // The row itself is believed first.
    expect(
      bare(amy(), new Map([['title', [{ id: '259221510', label: 'X', archived: false }]]])),
    ).toMatchObject({ jobTitle: 'Designer' })
  })

  test('is found in lists by their names, as an object too', () => {
    const array: { name: string; items: unknown[] }[] = fixture('named-lists')
    const lists = parseLists(array)
    expect(lists?.get('tShirtSize')).toEqual([
      { id: '261314347', label: 'S', archived: false },
      { id: '261314348', label: 'M', archived: false },
      { id: '261314349', label: 'One size', archived: true },
    ])
    expect(lists?.get('department')?.map(({ label }) => label)).toEqual(['Technology', 'Product'])
    expect(parseLists(Object.fromEntries(array.map((list) => [list.name, list])))).toEqual(lists)
    expect(parseLists(Object.fromEntries(array.map((list) => [list.name, list.items])))).toEqual(lists)
    expect(parseLists('no')).toBeNull()
  })

  test('includes fields that the tenant does not have', () => {
    const without = catalogue.filter(({ name }) => name !== 'Legal Entity')
    expect(read(amy(), [], without)).toMatchObject({ legalEntity: null, unread: ['legalEntity'] })
  })
})

describe('a row that cannot be read', () => {
  test('is one whose id is missing or a number that has lost its digits', () => {
    for (const raw of [null, 'x', [], {}, { id: '' }, { id: Number('3332883911884669725') }]) {
      expect(hibob.row.safeParse(raw).success).toBe(false)
      expect(hibob.recordIdOf(raw)).toBeNull()
    }
  })

  test('names the field whose form is strange', () => {
    const strange = { ...amy(), '/work/startDate': { value: { year: 2015 } } }
    expect(() => read(strange)).toThrow('Start date has a form that we cannot read.')
  })
})

describe('the status', () => {
  test.each([
    ['employed', 'Active', '2015-03-20', 'active'],
    [' Employed ', null, null, 'active'],
    ['employed', 'Active', '2026-12-01', 'onboarding'],
    ['employed', 'Active', TODAY, 'active'],
    ['employed', 'Inactive', '2015-03-20', 'unknown'],
    ['hired', 'Active', '2026-12-01', 'onboarding'],
    ['leave', 'Active', '2015-03-20', 'leave'],
    ['Garden leave', 'Active', '2015-03-20', 'leave'],
    ['terminated', 'Inactive', '2015-03-20', 'left'],
    ['terminated', 'Active', '2015-03-20', 'left'],
    ['secondment pilot', 'Active', '2015-03-20', 'unknown'],
    ['active', 'Active', '2015-03-20', 'unknown'],
    [null, 'Active', '2015-03-20', 'active'],
    [null, 'Active', '2026-12-01', 'onboarding'],
    [null, 'Inactive', '2015-03-20', 'left'],
    [null, 'Inactive', '2026-12-01', 'onboarding'],
    [null, 'Paused', '2015-03-20', 'unknown'],
    [null, null, null, 'unknown'],
    ['', '', null, 'unknown'],
  ] as const)('lifecycle %s, %s, since %s is %s', (lifecycle, active, startDate, status) => {
    expect(statusOf(lifecycle, active, startDate, TODAY)).toBe(status)
  })

  test("is read from Bob's own word, not from a label that a tenant renamed or translated", () => {
    const row = { ...amy(), humanReadable: { internal: { status: 'Aktiv', lifecycleStatus: 'Terminated' } } }
    expect(read(row)).toMatchObject({ status: 'active', statusText: 'employed' })
  })

  test('is read from the label where the word is a bare number', () => {
    const row = { ...amy(), '/internal/lifecycleStatus': { value: '42' } }
    expect(read(row)).toMatchObject({ status: 'active', statusText: 'Employed' })
  })

  test('keeps the raw word of a status nobody has heard of', () => {
    const row = { ...amy(), '/internal/lifecycleStatus': { value: 'secondment pilot' }, humanReadable: {} }
    expect(read(row)).toMatchObject({ status: 'unknown', statusText: 'secondment pilot' })
    expect(STATUSES).toContain('unknown')
  })
})

describe('reading the company', () => {
  test('asks for ids first, former people too, then for everybody once by id with labels beside machine values', async () => {
    const { client, searches } = company(people(1_250))

    const { rows, end } = await readAll(client)

    expect(rows).toBe(1_250)
    expect(end).toEqual({ complete: true, expected: 1_250 })
    expect(searches[0]).toEqual({ fields: ['root.id'], showInactive: true, humanReadable: 'APPEND' })
    expect(
      searches
        .slice(1)
        .map(idsOf)
        .map((ids) => ids.length),
    ).toEqual([100, 1000, 150])
    expect(new Set(searches.slice(1).flatMap(idsOf)).size).toBe(1_250)
    for (const search of searches.slice(1)) {
      expect(search).toMatchObject({
        showInactive: true,
        humanReadable: 'APPEND',
        fields: requestedIds(resolveLayout(catalogue, [])),
      })
    }
  })

  test('asks for no field that the tenant does not have', async () => {
    const ids = requestedIds(resolveLayout(catalogue, ['work.custom.field_1711886937296', 'no.such.field']))
    const known = catalogue.map(({ id }) => id)
    expect(ids.filter((id) => !known.includes(id))).toEqual([])
    expect(ids).toContain('work.custom.field_1711886937296')
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('lets somebody go who was deleted meanwhile, and says how many are left', async () => {
    const all = people(300)
    const { client } = company(all, (search, found) =>
      idsOf(search).length === 0 ? found : found.filter((id) => id !== all[7]),
    )

    expect(await readAll(client)).toEqual({ rows: 299, end: { complete: true, expected: 299 } })
  })

  test('fetches somebody again who was only missing the first time', async () => {
    const all = people(300)
    let missed = false
    const { client } = company(all, (search, found) => {
      if (missed || idsOf(search).length !== 100) return found
      missed = true
      return found.filter((id) => id !== all[7])
    })

    expect(await readAll(client)).toEqual({ rows: 300, end: { complete: true, expected: 300 } })
  })

  test.each([
    ['more are missing than anybody deletes', (found: string[]) => found.slice(0, 90)],
    ['everybody asked for is missing', () => []],
  ])('refuses a read in which %s', async (_name, drop) => {
    const { client } = company(people(300), (search, found) =>
      idsOf(search).length === 100 ? drop(found) : found,
    )
    await expect(readAll(client)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })

  test('believes in an absence only when somebody who must be there is seen beside it', async () => {
    const all = people(300)
    const { client } = company(all, (search, found) =>
      idsOf(search).length === 2 ? [] : found.filter((id) => id !== all[7] || idsOf(search).length === 0),
    )
    await expect(readAll(client)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })

  test('refuses people who were not asked for, answers without a list, and ids that are no text', async () => {
    const all = people(300)
    const everybody = company(all, () => all)
    await expect(readAll(everybody.client)).rejects.toMatchObject({ code: 'provider_bad_answer' })
    for (const body of [{}, [], { employees: null }, { employees: [{ id: 1 }] }, 'ok']) {
      const client = answering({ '/company/people/fields': catalogue, '/people/search': body })
      await expect(readAll(client)).rejects.toMatchObject({ code: 'provider_bad_answer' })
    }
    await expect(readAll(answering({ '/company/people/fields': { fields: [] } }))).rejects.toMatchObject({
      code: 'provider_bad_answer',
    })
  })
})

describe('the probe', () => {
  test('counts people and names what a few of them come without', async () => {
    const strip = ({ home: _, ...row }: Record<string, unknown>) => {
      delete row['/home/mobilePhone']
      return row
    }
    const { client, requests } = company(people(30), undefined, (id) =>
      strip({ ...amy(), id, '/root/id': { value: id } }),
    )

    expect(await hibob.probe(client)).toEqual({ people: 30, unread: ['personalEmail', 'phone'] })
    expect(requests.every(({ someoneWaits }) => someoneWaits)).toBe(true)
  })

  test('sees nobody without failing, and misses nothing that the tenant does not have', async () => {
    expect(await hibob.probe(company([]).client)).toEqual({ people: 0, unread: [] })
    const without = catalogue.filter(({ name }) => name !== 'Legal Entity')
    const client = answering({ '/company/people/fields': without, '/people/search': { employees: [amy()] } })
    expect(await hibob.probe(client)).toEqual({ people: 1, unread: [] })
  })
})

test('the credentials go into one Basic header', () => {
  expect(hibob.authorize({ serviceUserId: 'SERVICE-1', token: 'pässword' })).toEqual({
    authorization: `Basic ${Buffer.from('SERVICE-1:pässword').toString('base64')}`,
  })
})

type SearchBody = { fields: string[]; filters?: { fieldPath: string; operator: string; values: string[] }[] }

const idsOf = ({ filters }: SearchBody) => filters?.[0]?.values ?? []
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => String(3332883884017713152n + BigInt(index)))

/** A Bob that holds these people and answers as `bend` says. */
function company(
  all: readonly string[],
  bend: (search: SearchBody, found: string[]) => readonly string[] = (_, found) => found,
  rowOf: (id: string) => unknown = (id) => ({ id }),
) {
  const searches: SearchBody[] = []
  const requests: ProviderRequest[] = []
  const known = new Set(all)
  const client: ProviderClient = {
    async json(request) {
      requests.push(request)
      if (request.path === '/company/people/fields') return answer(catalogue)
      if (request.path === '/company/named-lists') return answer([])
      const search = request.body as SearchBody
      searches.push(search)
      const wanted = search.filters === undefined ? [...all] : idsOf(search).filter((id) => known.has(id))
      return answer({ employees: bend(search, wanted).map(rowOf) })
    },
  }
  return { client, searches, requests }
}

function answering(bodies: Record<string, unknown>): ProviderClient {
  return { json: async ({ path }) => answer(bodies[path]) }
}

const answer = (body: unknown) => ({ body, headers: new Headers() })

async function readAll(client: ProviderClient) {
  const pages: AsyncGenerator<Page, CompleteRead, void> = hibob.pages(client, {
    today: TODAY,
    customFields: [],
  })
  let rows = 0
  for (;;) {
    const step = await pages.next()
    if (step.done) return { rows, end: step.value }
    rows += step.value.rows.length
  }
}
