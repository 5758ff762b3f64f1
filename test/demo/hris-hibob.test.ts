import { describe, expect, test } from 'vitest'
import { difficultId } from '../../demo/hris/difficult-person.ts'
import { BOB_FIELDS } from '../../demo/hris/hibob-fields.ts'
import { ask, DAY_0, type Employee, hrisForTests, search } from './hris-support.ts'

const start = hrisForTests()
const ALL_FIELDS = BOB_FIELDS.map(({ id }) => id)
const byId = (ids: string[]) => [{ fieldPath: 'root.id', operator: 'equals', values: ids }]

describe('authentication', () => {
  test('refuses a missing, wrong or foreign key with 401 and no data', async () => {
    const hris = await start()
    const tries = [
      undefined,
      'Bearer rehearsal-token-1',
      `Basic ${btoa('SERVICE-rehearsal:wrong')}`,
      `Basic ${btoa('someone:rehearsal-token-1')}`,
    ]
    for (const header of tries) {
      const headers = { 'content-type': 'application/json', ...(header && { authorization: header }) }
      for (const path of ['/people/search', '/company/people/fields']) {
        const method = path === '/people/search' ? 'POST' : 'GET'
        const response = await ask(hris, path, undefined, { method, headers })
        expect(response.status).toBe(401)
        expect(await response.text()).toBe('')
      }
    }
  })

  test('answers 403 in the vendor’s form when the service user may see nothing', async () => {
    const hris = await start()
    hris.control.forbid('all')
    const response = await ask(hris, '/people/search', {})
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ key: expect.any(String), error: expect.any(String) })
    expect((await ask(hris, '/company/people/fields')).status).toBe(200)
  })
})

describe('the fields of an answer', () => {
  test('are those asked for and no others, twice each', async () => {
    const [first] = await search(await start(), {
      fields: ['root.email', 'work.department', 'no.such.field'],
    })
    expect(Object.keys(first!).sort()).toEqual(['/root/email', '/work/department', 'email', 'work'])
    expect(first!['/root/email']).toEqual({ value: first!['email'] })
    expect(first!['/work/department']).toEqual({ value: first!['work'].department })
    expect(Object.keys(first!['work'])).toEqual(['department'])
  })

  test('are the basics, without custom fields, when none is asked for', async () => {
    const [first] = await search(await start())
    expect(first).toMatchObject({
      id: expect.any(String),
      firstName: 'Ana',
      work: { startDate: expect.any(String) },
    })
    expect(first!['work']).not.toHaveProperty('custom')
    expect(first).not.toHaveProperty('home')
    expect(first).not.toHaveProperty('internal')
  })

  test('of a forbidden category are left out without a word', async () => {
    const hris = await start()
    const fields = ['root.id', 'home.privateEmail', 'work.custom.field_1711886937298', 'work.title']
    hris.control.forbid('home')
    hris.control.forbid('custom.category_1711886930001')
    const [first] = await search(hris, { fields })
    expect(Object.keys(first!).sort()).toEqual(['/root/id', '/work/title', 'id', 'work'])
    expect(Object.keys(first!['work'])).toEqual(['title'])
    hris.control.forbid('home', false)
    expect((await search(hris, { fields }))[0]).toHaveProperty('home')
  })

  test('that are blank come nested as null and have no slash key', async () => {
    const filters = byId([difficultId('blankWorkEmail')])
    const [gus] = await search(await start(), { fields: ['root.email', 'root.firstName'], filters })
    expect(gus).toEqual({ '/root/firstName': { value: 'Gus' }, email: null, firstName: 'Gus' })
  })

  test('carry ids that a JavaScript number cannot hold apart', async () => {
    const ids = (await search(await start(), { fields: ['root.id'] })).map(({ id }: Employee) => id as string)
    expect(ids.every((id) => /^\d{19}$/.test(id))).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(ids.map(Number)).size).toBe(1)
  })

  test('carry the employee number as a number, or as text where a number would lose something', async () => {
    const filters = byId([
      difficultId('sharedWorkEmailA'),
      difficultId('leadingZeros'),
      difficultId('contractorTurnedEmployee'),
    ])
    const found = await search(await start(), { fields: ['work.employeeIdInCompany'], filters })
    expect(found.map(({ work }) => work.employeeIdInCompany)).toEqual([1000, '00042', 'C-077'])
  })

  test('name the manager as a person', async () => {
    const fields = ['root.id', 'root.displayName', 'root.email', 'work.reportsTo']
    const people = await search(await start(), { fields, showInactive: true })
    const report = people.find(({ work }) => work.reportsTo)!
    const manager = people.find(({ id }) => id === report['work'].reportsTo.id)!
    expect(report['work'].reportsTo).toMatchObject({
      displayName: manager['displayName'],
      email: manager['email'],
    })
  })
})

describe('humanReadable', () => {
  const fields = ['root.id', 'work.department', 'work.startDate', 'work.reportsTo', 'work.title']
  const filters = byId([difficultId('zonePlus13')])

  test('APPEND keeps the machine values and adds the display values beside them', async () => {
    const hris = await start()
    const [plain] = await search(hris, { fields, filters })
    const [appended] = await search(hris, { fields, filters, humanReadable: 'APPEND' })
    const { humanReadable, ...rest } = appended!
    expect(rest).toEqual(plain)
    expect(humanReadable.work.startDate).toBe('23/11/2026')
    expect(humanReadable.work.department).toMatch(/^[A-Z]/)
    expect(plain!['work'].department).toMatch(/^\d{9}$/)
    expect(plain!['work'].startDate).toBe(DAY_0)
  })

  test('REPLACE gives display values only', async () => {
    const [replaced] = await search(await start(), { fields, filters, humanReadable: 'REPLACE' })
    expect(replaced).toEqual({
      id: difficultId('zonePlus13'),
      work: { department: expect.any(String), startDate: '23/11/2026', title: expect.any(String) },
    })
  })

  test('is ignored when it is anything else', async () => {
    const hris = await start()
    const plain = await search(hris, { fields, filters })
    expect(await search(hris, { fields, filters, humanReadable: 'append' })).toEqual(plain)
  })
})

describe('who is in an answer', () => {
  const fields = ['root.id', 'internal.status', 'internal.lifecycleStatus']

  test('leaves out those who have left, unless asked and allowed', async () => {
    const hris = await start({ people: 200 })
    const active = await search(hris, { fields })
    const everybody = await search(hris, { fields, showInactive: true })
    expect(everybody).toHaveLength(200)
    expect(active.length).toBeLessThan(200)
    expect(active.every(({ internal }) => internal.status === 'Active')).toBe(true)
    const gone = everybody.filter(({ internal }) => internal.status === 'Inactive')
    expect(active.length + gone.length).toBe(200)
    hris.control.forbid('former people')
    expect(await search(hris, { fields, showInactive: true })).toEqual(active)
  })

  test('follows a filter by id or by email', async () => {
    const hris = await start()
    const ids = [difficultId('accents'), difficultId('yearEdgeDate'), '1', '9999999999999999999']
    const found = await search(hris, { fields: ['root.id'], filters: byId(ids) })
    expect(found.map(({ id }) => id)).toEqual(ids.slice(0, 1))
    const shared = [{ fieldPath: 'root.email', operator: 'equals', values: ['info@acme.example'] }]
    expect(await search(hris, { fields: ['root.id'], filters: shared })).toHaveLength(2)
  })

  test.each([
    ['two filters', { filters: [...byId(['1']), ...byId(['2'])] }],
    ['another field', { filters: [{ fieldPath: 'work.site', operator: 'equals', values: ['1'] }] }],
    ['another operator', { filters: [{ fieldPath: 'root.id', operator: 'in', values: ['1'] }] }],
    ['no values', { filters: byId([]) }],
    ['401 fields', { fields: Array.from({ length: 401 }, (_, index) => `work.f${index}`) }],
    ['a list in place of an object', []],
  ])('refuses %s with 400 and the vendor’s error body', async (_, body) => {
    const response = await ask(await start(), '/people/search', body)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ key: 'bad_request', error: expect.any(String) })
  })

  test('accepts 400 fields', async () => {
    const fields = [...ALL_FIELDS, ...Array.from({ length: 400 - ALL_FIELDS.length }, (_, i) => `x.${i}`)]
    expect(await search(await start(), { fields })).not.toHaveLength(0)
  })

  test('reads one person by id or email, those who left too', async () => {
    const hris = await start()
    const id = difficultId('rehireOldRecord')
    const one = (await (await ask(hris, `/people/${id}`, { fields: ['root.firstName'] })).json()) as Employee
    expect(one).toEqual({ '/root/firstName': { value: 'Dario' }, firstName: 'Dario' })
    expect((await ask(hris, '/people/priya.raman@acme.example', {})).status).toBe(200)
    expect((await ask(hris, '/people/1', {})).status).toBe(404)
  })
})

describe('metadata', () => {
  type Meta = { id: string; jsonPath: string; type: string; typeData: { listId?: string } }
  type Item = { id: string | number; value: string; archived: boolean; children: Item[] }
  type List = { name: string; items: Item[] }
  const flatten = (items: Item[]): Item[] => items.flatMap((item) => [item, ...flatten(item.children)])

  test('leads from every field to its value in a record', async () => {
    const hris = await start()
    const metadata = (await (await ask(hris, '/company/people/fields')).json()) as Meta[]
    expect(metadata.map(({ id }) => id)).toEqual(ALL_FIELDS)
    const [person] = await search(hris, { fields: ALL_FIELDS, filters: byId([difficultId('preferredName')]) })
    for (const { id, jsonPath } of metadata) {
      const nested = jsonPath.split('.').reduce<unknown>((value, key) => (value as Employee)[key], person)
      expect(nested, id).not.toBeUndefined()
      expect(person![`/${id.replaceAll('.', '/')}`]?.value ?? null, id).toEqual(nested)
    }
  })

  test('names every list value that occurs, nested ones too, but a status nobody has heard of', async () => {
    const hris = await start({ people: 250 })
    hris.control.patch('accents', { title: 'Falconer' })
    const metadata = (await (await ask(hris, '/company/people/fields')).json()) as Meta[]
    const lists = (await (await ask(hris, '/company/named-lists')).json()) as List[]
    const people = await search(hris, { fields: ALL_FIELDS, showInactive: true, humanReadable: 'APPEND' })
    const unnamed = new Set<string>()
    for (const { jsonPath, typeData } of metadata.filter(({ type }) => type === 'list')) {
      if (jsonPath === 'work.site') continue
      const items = flatten(lists.find(({ name }) => name === typeData.listId)!.items)
      const read = (from: Employee): string | null =>
        jsonPath.split('.').reduce<Employee | null>((value, key) => value?.[key], from) as string | null
      for (const person of people) {
        const value = read(person)
        if (value === null) continue
        const item = items.find(({ id }) => String(id) === value)
        if (item) expect(item.value).toBe(read(person['humanReadable']))
        else unnamed.add(value)
      }
    }
    expect([...unnamed]).toEqual(['secondment pilot'])
    expect(
      lists.find(({ name }) => name === 'department')!.items.some(({ children }) => children.length > 0),
    ).toBe(true)
  })

  test('has one list by name, with archived items only when asked, and 404 for no such list', async () => {
    const hris = await start()
    const titles = async (query: string) =>
      ((await (await ask(hris, `/company/named-lists/title${query}`)).json()) as List).items.map(
        ({ value }) => value,
      )
    expect(await titles('')).not.toContain('Webmaster')
    expect(await titles('?includeArchived=true')).toEqual([...(await titles('')), 'Webmaster'])
    expect((await ask(hris, '/company/named-lists/nothing')).status).toBe(404)
  })
})

describe('the rate limit', () => {
  test('counts per endpoint, tells how much is left, and then answers 429', async () => {
    const hris = await start({ rateLimit: 3 })
    const headers = ({ headers: h }: Response) =>
      ['limit', 'remaining', 'reset'].map((x) => Number(h.get(`x-ratelimit-${x}`)))
    const answers = [1, 2, 3, 4].map(() => () => ask(hris, '/people/search', { fields: ['root.id'] }))
    const statuses: number[] = []
    for (const answer of answers) {
      const response = await answer()
      statuses.push(response.status)
      const [limit, remaining, reset] = headers(response)
      expect([limit, remaining]).toEqual([3, Math.max(0, 3 - statuses.length)])
      expect(reset! * 1000 - Date.now()).toBeGreaterThan(-1000)
      expect(reset! * 1000 - Date.now()).toBeLessThanOrEqual(60_000)
    }
    expect(statuses).toEqual([200, 200, 200, 429])
    expect((await ask(hris, '/company/people/fields')).status).toBe(200)
  })
})
