import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { listChoices, listConnectionFields } from '../../src/db/connection-fields.ts'
import type { Employee } from '../../src/model.ts'
import type { Context } from '../../src/sync/context.ts'
import { requestField } from '../../src/sync/fields.ts'
import { listOfferedChoices } from '../../src/sync/offered-choices.ts'
import { readOfferedFields } from '../../src/sync/offered-fields.ts'
import type {
  CatalogueField,
  CompleteRead,
  Page,
  PageRequest,
  Provider,
  ProviderClient,
} from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { providersWith, retrieve, seedLinkedConnection } from '../support/retrieval.ts'
import { makeContext, type Place } from '../support/seed.ts'

let database: TestDatabase
let place: Place
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  place = await seedLinkedConnection(database)
})

const SIZE: CatalogueField = {
  id: 'size',
  label: 'T-shirt size',
  type: 'choice',
  category: 'Work',
  choices: ['S', 'M', 'L'],
  deprecated: false,
}
const SHOE: CatalogueField = {
  id: 'shoe',
  label: 'Shoe',
  type: 'number',
  category: null,
  choices: [],
  deprecated: false,
}

type Answer = readonly CatalogueField[] | 'fails' | 'none'
let asked: readonly string[] = []

/** An HR system of the test's own: what it lists, and what its people come with. */
function hr(lists: Answer, custom: (request: PageRequest) => Employee['custom'] = delivered): Context {
  async function* pages(_client: unknown, request: PageRequest): AsyncGenerator<Page, CompleteRead, void> {
    asked = request.customFields
    const rows = [person(1, { custom: custom(request) }), person(2, { custom: custom(request) })]
    yield { rows, context: { today: request.today, layout: undefined }, expected: 2 }
    return { complete: true, expected: 2 }
  }
  const { catalogue: _, ...rest } = hibob
  const provider: Provider<Employee> = {
    ...rest,
    pages,
    row: z.custom<Employee>(),
    recordIdOf: (raw) => (raw as Employee).recordId,
    toEmployee: (row) => row,
    ...(lists !== 'none' && {
      catalogue: async () => {
        if (lists === 'fails') throw new Error('no list today')
        return lists
      },
    }),
  }
  return makeContext(database, { providers: providersWith(provider) })
}
const delivered = ({ customFields }: PageRequest): Employee['custom'] =>
  Object.fromEntries(customFields.map((id) => [id, id === 'shoe' ? 42 : 'M']))

const read = async (ctx: Context) => expect(await retrieve(ctx, place)).toMatchObject({ status: 'complete' })
const fields = async () =>
  Object.fromEntries((await listConnectionFields(database.db, place)).map((row) => [row.field_id, row]))
const connect = (fieldId: string) =>
  requestField(makeContext(database), place, { fieldId, hasSupport: false, team: 'T1' })

test('new fields are added, renamed ones follow, and those that nobody asked for go with the field', async () => {
  await read(hr([SIZE, SHOE]))
  await connect('size')
  await read(hr([{ ...SIZE, label: 'Size of T-shirt', category: 'Gifts' }]))
  expect(await fields()).toEqual({
    size: expect.objectContaining({ label: 'Size of T-shirt', category: 'Gifts', state: 'connected' }),
  })
})

test('while somebody waits, a list that does not come in time is given up, and nothing of before is lost', async () => {
  await read(hr([SIZE]))
  const { promise, resolve } = Promise.withResolvers<readonly CatalogueField[]>()
  const slow: Provider = { ...hibob, catalogue: () => promise }
  const client: ProviderClient = { json: () => Promise.reject(new Error('nobody is asked')) }
  expect(await readOfferedFields(makeContext(database), place, slow, client, 20)).toBe(false)
  resolve([SHOE])
  expect(Object.keys(await fields())).toEqual(['size'])
  expect(await readOfferedFields(makeContext(database), place, slow, client)).toBe(true)
  expect(Object.keys(await fields())).toEqual(['shoe'])
})

test.each<[string, Answer]>([
  ['fails', 'fails'],
  ['is empty', []],
])('a list that %s fails no retrieval and forgets no field', async (_what, lists) => {
  await read(hr([SIZE, SHOE]))
  await connect('size')
  await read(hr([SIZE, SHOE]))
  const before = await fields()
  await read(hr(lists))
  expect(await fields()).toEqual(before)
  expect(asked).toEqual(['size'])
})

test('a list that is odd costs nothing: an id twice, an id that no database stores, no words', async () => {
  const odd = [SIZE, SIZE, { ...SHOE, id: 'a\0b' }, { ...SHOE, label: ' ' }, { ...SHOE, id: ' x' }]
  await read(hr(odd))
  expect(Object.values(await fields()).map(({ field_id, label }) => [field_id, label])).toEqual([
    ['shoe', 'shoe'],
    ['size', 'T-shirt size'],
  ])
})

test('a connected field that HR deleted is not asked for again, is said to be gone, and comes back by itself', async () => {
  await read(hr([SIZE, SHOE]))
  await connect('size')
  await read(hr([SIZE, SHOE]))
  const { version } = await getSettings(database.db, place)
  const items = [{ field: 'custom:size', operator: 'is' as const, value: 'M' }]
  const conditions = { version: 1 as const, match: 'all' as const, items }
  await saveSettings(makeContext(database), place, { conditions, version })

  await read(hr([SHOE]))
  expect(asked).toEqual([])
  expect((await fields())['size']).toMatchObject({ state: 'connected', gone_at: expect.any(Date) })
  const { catalogue, problems } = await getSettings(database.db, place)
  expect(catalogue.has('custom:size')).toBe(false)
  expect(problems).toHaveLength(1)

  await read(hr([SIZE, SHOE]))
  expect(asked).toEqual(['size'])
  expect((await fields())['size']).toMatchObject({ gone_at: null, delivered: true })
  expect((await getSettings(database.db, place)).problems).toEqual([])
})

test('without a list of the vendor what people came with is the list, by the types it has', async () => {
  const custom = () => ({ fte: 0.8, skills: ['SQL'], remote: true, note: null, mixed: 'a' })
  await read(hr('none', custom))
  const listed = Object.values(await fields()).map(({ field_id, state, type }) => [field_id, type, state])
  expect(listed.toSorted()).toEqual([
    ['fte', 'number', 'listed'],
    ['mixed', 'text', 'listed'],
    ['note', 'text', 'listed'],
    ['remote', 'boolean', 'listed'],
    ['skills', 'list', 'listed'],
  ])
  // It came unasked, but nobody wanted it yet.
  expect((await getSettings(database.db, place)).catalogue.has('custom:fte')).toBe(false)
  await connect('fte')
  await read(hr('none', () => ({})))
  expect(asked).toEqual(['fte'])
  expect((await fields())['fte']).toMatchObject({ state: 'connected', gone_at: null, delivered: false })
})

test('blank for everybody is delivered; a retrieval that fails changes nothing about the fields', async () => {
  await read(hr([SIZE]))
  await connect('size')
  await read(hr([SIZE], () => ({ size: null })))
  const before = await fields()
  expect(before['size']).toMatchObject({ delivered: true })
  const failing = hr([SHOE], () => {
    throw new Error('broken')
  })
  await expect(retrieve(failing, place)).rejects.toThrow('broken')
  expect(await fields()).toEqual(before)
})

describe('what can be chosen', () => {
  const stored = () => listChoices(database.db, place, 'size')
  const offered = async (search = '', limit = 99) =>
    (await listOfferedChoices(database.db, { ...place, field: 'custom:size', search, limit })).map(
      ({ value, people }) => [value, people],
    )

  test('follows the HR system, and stays as it was while that does not say', async () => {
    await read(hr([SIZE]))
    expect(await stored()).toEqual(['S', 'M', 'L'])
    await read(hr([{ ...SIZE, choices: null }]))
    expect(await stored()).toEqual(['S', 'M', 'L'])
    await read(hr([{ ...SIZE, choices: null, label: 'Size' }]))
    expect(await stored()).toEqual(['S', 'M', 'L'])
    await read(hr([{ ...SIZE, choices: ['M', 'XL'] }]))
    expect(await stored()).toEqual(['M', 'XL'])
    await read(hr([{ ...SIZE, choices: [] }]))
    expect(await stored()).toEqual([])
  })

  test('may be odd or endless: blank, twice, not to be stored, a thousand and one', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => `size ${n}`)
    await read(hr([{ ...SIZE, choices: [' M ', 'M', ' ', '', 'a\0b', ...many] }]))
    const choices = await stored()
    expect(choices.slice(0, 3)).toEqual(['M', 'ab', 'size 0'])
    expect(choices).toHaveLength(1_000)
  })

  test('is offered behind what people have, however that is written, in the order of the HR system', async () => {
    await read(hr([{ ...SIZE, choices: ['XS', 'm', 'S', 'XL'] }]))
    await connect('size')
    await read(hr([{ ...SIZE, choices: ['XS', 'm', 'S', 'XL'] }]))
    expect(await offered()).toEqual([
      ['M', 2],
      ['XS', 0],
      ['S', 0],
      ['XL', 0],
    ])
    expect(await offered('x')).toEqual([
      ['XS', 0],
      ['XL', 0],
    ])
    expect(await offered('', 2)).toEqual([
      ['M', 2],
      ['XS', 0],
    ])
    expect(await offered('', 1)).toEqual([['M', 2]])
  })
})

test('what the vendor advises against is offered to nobody, and read where it is connected', async () => {
  await read(hr([SIZE, SHOE]))
  await connect('size')
  const old = [SIZE, SHOE].map((field) => ({ ...field, deprecated: true }))
  await read(hr([...old, { ...SHOE, id: 'older', deprecated: true }]))
  expect(asked).toEqual(['size'])
  expect(await fields()).toEqual({
    size: expect.objectContaining({ state: 'connected', gone_at: null, delivered: true }),
  })
})
