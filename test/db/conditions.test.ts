import fc from 'fast-check'
import { type SqlBool, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compileConditions, listFieldChoices } from '../../src/db/conditions.ts'
import type { CoveredField } from '../../src/model.ts'
import type { Condition, ConditionTree } from '../../src/sync/core/conditions.ts'
import { checkConditions } from '../../src/sync/core/conditions-check.ts'
import { explainConditions } from '../../src/sync/core/conditions-explain.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import * as any from '../sync/core/conditions-arbitraries.ts'
import { evaluate, type Payload } from '../sync/core/conditions-evaluator.ts'

const companyId = '00000000-0000-4000-8000-000000000001'
const connectionId = '00000000-0000-4000-8000-000000000002'
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ max: 2 })
})
afterAll(() => database.drop())
beforeEach(() => database.db.deleteFrom('cached_employee').execute())

async function cache(
  payloads: readonly (Payload | null)[],
  over: { companyId?: string; connectionId?: string; vanished?: boolean } = {},
) {
  const rows = payloads.map((payload, index) => ({
    company_id: over.companyId ?? companyId,
    connection_id: over.connectionId ?? connectionId,
    record_id: `${over.vanished ? 'gone ' : ''}${index}`,
    hash: Buffer.alloc(32),
    employee: payload && JSON.stringify(payload),
    problem: payload ? null : 'Start date is not a date.',
    vanished_at: over.vanished ? new Date() : null,
  }))
  await database.db.insertInto('cached_employee').values(rows).execute()
}

function compile(tree: ConditionTree, held: readonly CoveredField[] = []) {
  const check = checkConditions(tree, any.catalogue)
  if (!check.ok) throw new Error(JSON.stringify(check.problems))
  return {
    predicate: compileConditions(check.conditions, { today: any.TODAY, held }),
    checked: check.conditions,
  }
}

/** What the predicate says of everybody in the cache, by record id. */
async function ask(
  tree: ConditionTree,
  held: readonly CoveredField[] = [],
): Promise<Map<string, SqlBool | null>> {
  const rows = await database.db
    .selectFrom('cached_employee as c')
    .select(
      () => ['c.record_id', compile(tree, held).predicate.$castTo<SqlBool | null>().as('passes')] as const,
    )
    .execute()
  return new Map(rows.map((row) => [row.record_id, row.passes]))
}

const treeOf = (...items: ConditionTree['items'][number][]): ConditionTree => ({
  version: 1,
  match: 'all',
  items,
})

test('SQL, the explanation and a second evaluator agree on everybody', async () => {
  const cases = fc.tuple(
    fc.array(any.employee, { minLength: 20, maxLength: 30 }),
    fc.array(fc.tuple(any.tree, any.held), { minLength: 10, maxLength: 15 }),
  )
  await fc.assert(
    fc.asyncProperty(cases, async ([people, trees]) => {
      await database.db.deleteFrom('cached_employee').execute()
      await cache(people.map(any.packed))
      for (const [tree, held] of trees) {
        const answers = await ask(tree, held)
        const { checked } = compile(tree)
        for (const [index, person] of people.entries()) {
          const inSql = answers.get(String(index))
          expect(inSql).toBe(evaluate(tree, any.types, any.packed(person), any.TODAY, held))
          expect(inSql).toBe(explainConditions(checked, person, { today: any.TODAY, held }).passes)
        }
      }
    }),
    { numRuns: 40 },
  )
})

describe('what is asked', () => {
  test('nothing: everybody meets it', async () => {
    await cache([{}, { officeLocation: 'London' }, null])
    expect([...(await ask(treeOf())).values()]).toEqual([true, true, true])
    expect([...(await ask({ version: 1, match: 'any', items: [] })).values()]).toEqual([true, true, true])
  })

  test('something of a person whose row did not parse: cannot tell', async () => {
    await cache([null])
    for (const operator of ['is_empty', 'is_not_empty'] as const) {
      expect([
        ...(await ask(treeOf({ field: 'officeLocation', operator })).then((answers) => answers.values())),
      ]).toEqual([null])
    }
  })

  test('something that HR did not deliver: cannot tell', async () => {
    await cache([
      { status: 'unknown', unread: ['status'] },
      { status: 'unknown', custom: { "list 'field'": null } },
    ])
    const answers = async (item: Condition) => [...(await ask(treeOf(item))).values()]
    expect(await answers({ field: 'status', operator: 'is', value: 'unknown' })).toEqual([null, true])
    for (const operator of ['is_none_of', 'is_any_of'] as const)
      expect(await answers({ field: "custom:list 'field'", operator, values: ['Go'] })).toEqual([
        null,
        operator === 'is_none_of',
      ])
  })

  test('a held field, of its blanks and empty lists: cannot tell', async () => {
    await cache([['Go'], [], [' '], null].map((list) => ({ custom: { "list 'field'": list } })))
    const isNot = treeOf({ field: "custom:list 'field'", operator: 'is_none_of', values: ['Java'] })
    expect([...(await ask(isNot)).values()]).toEqual([true, true, true, true])
    expect([...(await ask(isNot, ["custom:list 'field'"])).values()]).toEqual([true, null, null, null])
  })

  test('values reach the database as parameters only', () => {
    const value = "'; drop table company; --"
    const tree = treeOf(
      { field: 'officeLocation', operator: 'contains', value },
      { field: "custom:list 'field'", operator: 'is_any_of', values: [value] },
    )
    const query = database.db.selectFrom('cached_employee as c').where(compile(tree).predicate).compile()
    expect(query.sql).not.toContain('drop table')
    expect(query.sql).not.toContain("list 'field'")
    expect(query.parameters.flat()).toEqual(expect.arrayContaining([value, `%${value}%`, "list 'field'"]))
  })
})

/** Every character there is, in chunks that one array parameter carries. */
const characters = Array.from({ length: 0x110000 }, (_, code) => code).filter(
  (code) => code > 0 && (code < 0xd800 || code > 0xdfff),
)

test('text folds in SQL as it does here, letter by letter, whatever letters the database knows', async () => {
  const { folded } = await import('../../src/db/conditions-text.ts')
  const { foldText } = await import('../../src/sync/core/conditions-text.ts')
  const { rows } = await sql<{ code: number; folded: string }>`
    select code, ${folded(sql`chr(code)`)} as folded from unnest(${characters}::int[]) as code`.execute(
    database.db,
  )
  expect(rows.length).toBe(characters.length)
  const different = rows.filter((row) => foldText(String.fromCodePoint(row.code)) !== row.folded)
  // Compatibility characters that are younger than the database's Unicode: documented at `foldText`.
  const young = (code: number) => code === 0xa7f1
  expect(different.map((row) => row.code).filter((code) => !young(code))).toEqual([])
})

test('text folds in SQL as it does here where capitals or accents come in parts', async () => {
  const { folded } = await import('../../src/db/conditions-text.ts')
  const { foldText } = await import('../../src/sync/core/conditions-text.ts')
  const letters = characters.map((code) => String.fromCodePoint(code))
  const inParts = letters.filter((letter) => [...letter.toUpperCase().normalize('NFC')].length > 1)
  const texts = [
    ...inParts.map((letter) => letter.toUpperCase()),
    'İ\u0301',
    'ı\u0301',
    'Καΐλας'.toUpperCase(),
  ]
  const { rows } = await sql<{ text: string; folded: string }>`
    select text, ${folded(sql`text`)} as folded from unnest(${texts}::text[]) as text`.execute(database.db)
  expect(rows.map(({ folded }) => folded)).toEqual(rows.map(({ text }) => foldText(text)))
  expect(rows.at(-1)?.folded).toBe('καΐλασ')
})

test('SQL trims every character that counts as space here', async () => {
  const { SPACES } = await import('../../src/db/conditions-text.ts')
  const spaces = characters.map((code) => String.fromCodePoint(code)).filter((letter) => letter.trim() === '')
  expect([...SPACES].toSorted()).toEqual(spaces.toSorted())
})

describe('the choices of a field', () => {
  const choices = (field: string, over: { search?: string; limit?: number } = {}) =>
    listFieldChoices(database.db, { companyId, connectionId, field, limit: 10, ...over })

  test('are the values in this connection’s cache, most people first, alike spellings as one', async () => {
    const inOffice = (officeLocation: string): Payload => ({ officeLocation })
    await cache([
      ...['London', 'London', 'london ', 'Cafe\u0301', 'Café', 'Berlin', ' '].map(inOffice),
      {},
      null,
    ])
    await cache([inOffice('Elsewhere')], { connectionId: '00000000-0000-4000-8000-000000000003' })
    await cache([inOffice('Elsewhere')], { companyId: '00000000-0000-4000-8000-000000000004' })
    await cache([inOffice('London'), inOffice('Gone')], { vanished: true })
    expect(await choices('officeLocation')).toEqual([
      { value: 'London', label: 'London', people: 3 },
      { value: 'Cafe\u0301', label: 'Cafe\u0301', people: 2 },
      { value: 'Berlin', label: 'Berlin', people: 1 },
    ])
    expect(await choices('officeLocation', { limit: 1 })).toHaveLength(1)
  })

  test('are found by a part of them, with every sign meaning itself', async () => {
    await cache(['100% remote', '1000 remote', 'BERLIN'].map((officeLocation) => ({ officeLocation })))
    expect((await choices('officeLocation', { search: '100%' })).map(({ value }) => value)).toEqual([
      '100% remote',
    ])
    expect((await choices('officeLocation', { search: ' berl ' })).map(({ value }) => value)).toEqual([
      'BERLIN',
    ])
    expect(await choices('officeLocation', { search: 'Paris' })).toEqual([])
  })

  test('are counted by people, however often somebody has one', async () => {
    const lists = [['Go', 'Go'], ['go', 'GO', 'Java'], ['Java']]
    await cache(lists.map((list) => ({ custom: { "list 'field'": list } })))
    const found = await choices("custom:list 'field'")
    expect(found.map(({ label, people }) => `${label.toLowerCase()} ${people}`)).toEqual(['go 2', 'java 2'])
    for (const { value, people } of found) {
      const answers = await ask(
        treeOf({ field: "custom:list 'field'", operator: 'is_any_of', values: [value] }),
      )
      expect([...answers.values()].filter(Boolean)).toHaveLength(people)
    }
  })

  test('of a list are its elements, of yes/no both words, of the status our labels', async () => {
    const person = (list: unknown, flag: boolean, status: string): Payload => ({
      status,
      custom: { "list 'field'": list, "boolean 'field'": flag },
    })
    await cache([
      person(['Java', 'Go'], true, 'leave'),
      person('Go', true, 'leave'),
      person([], false, 'left'),
    ])
    expect(await choices("custom:list 'field'")).toEqual([
      { value: 'Go', label: 'Go', people: 2 },
      { value: 'Java', label: 'Java', people: 1 },
    ])
    expect(await choices("custom:boolean 'field'")).toMatchObject([
      { value: 'true', people: 2 },
      { value: 'false', people: 1 },
    ])
    expect(await choices('status', { search: 'on le' })).toEqual([
      { value: 'leave', label: 'On leave', people: 2 },
    ])
  })
})
