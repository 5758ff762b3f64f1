import { describe, expect, test } from 'vitest'
import type { Employee } from '../../../src/model.ts'
import type { ProviderClient } from '../../../src/sync/provider.ts'
import { hibob } from '../../../src/sync/providers/hibob.ts'
import { mergeRows } from '../../../src/sync/providers/hibob-merge.ts'

const TODAY = '2026-11-23'
const STANDARD = ['root.firstName', 'root.surname', 'root.email', 'work.title', 'work.startDate']
const CUSTOM = Array.from({ length: 1_000 }, (_, n) => `work.extra.f${n}`)
const PEOPLE = Array.from({ length: 120 }, (_, n) => String(3332883884017713152n + BigInt(n)))

const entry = (id: string) => ({ id, name: id, type: id.endsWith('7') ? 'list' : 'text', jsonPath: id })
type Search = { fields: string[]; filters?: { values: string[] }[] }

/** A Bob that refuses what the real one refuses, and answers with exactly what it was asked for. */
function bob(absent: (id: string, search: Search) => boolean = () => false) {
  const searches: Search[] = []
  const client: ProviderClient = {
    async json({ path, body }) {
      if (path === '/company/people/fields') return answer([...STANDARD, ...CUSTOM].map(entry))
      if (path === '/company/named-lists') return answer([])
      const search = body as Search
      if (search.fields.length > 400) throw new Error('At most 400 fields can be requested')
      searches.push(search)
      const ids = search.filters?.[0]?.values ?? PEOPLE
      const employees = ids.filter((id) => !absent(id, search)).map((id) => row(id, search.fields))
      return answer({ employees })
    },
  }
  return { client, searches }
}
const answer = (body: unknown) => ({ body, headers: new Headers() })

function row(id: string, fields: readonly string[]): Record<string, unknown> {
  const person: Record<string, unknown> = { id, humanReadable: {} }
  for (const field of fields) {
    const value = field === 'root.id' ? id : `${field} of ${id}`
    person[`/${field.replaceAll('.', '/')}`] = { value }
    put(person, field.replace(/^root\./, '').split('.'), value)
    put(person['humanReadable'] as object, field.replace(/^root\./, '').split('.'), `label: ${value}`)
  }
  return person
}

function put(into: object, [key = '', ...rest]: readonly string[], value: unknown): void {
  const place = into as Record<string, unknown>
  if (rest.length === 0) {
    place[key] = value
    return
  }
  place[key] ??= {}
  put(place[key] as object, rest, value)
}

async function readAll(client: ProviderClient, customFields: readonly string[]) {
  const pages = hibob.pages(client, { today: TODAY, customFields })
  const people: Employee[] = []
  for (;;) {
    const step = await pages.next()
    if (step.done) return { people, end: step.value }
    const { context, rows } = step.value
    people.push(...rows.map((raw) => hibob.toEmployee(hibob.row.parse(raw), context)))
  }
}

describe('more fields than Bob takes at once', () => {
  test('are asked for in parts, and every person has all of them, labels too', async () => {
    const { client, searches } = bob()
    const { people, end } = await readAll(client, CUSTOM)
    expect(end).toEqual({ complete: true, expected: PEOPLE.length })
    expect(people.map(({ recordId }) => recordId)).toEqual(PEOPLE)
    for (const person of people) {
      expect(Object.keys(person.custom)).toHaveLength(CUSTOM.length)
      expect(person).toMatchObject({ workEmail: `root.email of ${person.recordId}` })
      expect(person.custom).toMatchObject({
        'work.extra.f0': `work.extra.f0 of ${person.recordId}`,
        'work.extra.f7': `label: work.extra.f7 of ${person.recordId}`,
        'work.extra.f997': `label: work.extra.f997 of ${person.recordId}`,
        'work.extra.f999': `work.extra.f999 of ${person.recordId}`,
      })
    }
    const byIds = searches.filter(({ filters }) => filters !== undefined)
    expect(byIds).toHaveLength(2 * 3)
    for (const { fields } of byIds) expect(fields).toContain('root.id')
    const asked = byIds.slice(0, 3).flatMap(({ fields }) => fields.filter((field) => field !== 'root.id'))
    expect(asked).toHaveLength(new Set(asked).size)
  })

  test.each([1, 2, 393, 394, 395, 396, 793, 794])(
    'none is lost or asked twice with %i of them',
    async (many) => {
      const { client } = bob()
      const { people } = await readAll(client, CUSTOM.slice(0, many))
      expect(Object.keys(people[0]?.custom ?? {})).toEqual(CUSTOM.slice(0, many))
      expect(people[0]).toMatchObject({ jobTitle: `work.title of ${PEOPLE[0]}` })
    },
  )

  test('with few of them there is one request, as before', async () => {
    const { client, searches } = bob()
    await readAll(client, CUSTOM.slice(0, 20))
    expect(searches.filter(({ filters }) => filters !== undefined)).toHaveLength(2)
  })

  test('somebody who is missing from one part only is never read in half', async () => {
    const gone = PEOPLE[5] ?? ''
    const isLast = ({ fields }: Search) => fields.includes('work.extra.f999')
    const { client } = bob((id, search) => id === gone && isLast(search))
    await expect(readAll(client, CUSTOM)).rejects.toMatchObject({ code: 'provider_bad_answer' })
  })
})

test('putting parts together: nested objects join, later lists and scalars stand, nothing given is changed', () => {
  const one = { id: '1', work: { a: 1, list: ['x'] }, '/work/a': { value: 1 } }
  const two = { id: '1', work: { b: null, list: ['x', 'y'] }, '/work/b': { value: null } }
  const before = structuredClone([one, two])
  expect(mergeRows([[one, { nobody: true }], [two]])).toEqual([
    {
      id: '1',
      work: { a: 1, b: null, list: ['x', 'y'] },
      '/work/a': { value: 1 },
      '/work/b': { value: null },
    },
    { nobody: true },
  ])
  expect([one, two]).toEqual(before)
  expect(mergeRows([[one], []])).toEqual([])
  expect(mergeRows([])).toEqual([])
})
