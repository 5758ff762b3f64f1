import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CopyValue, copyRows } from '../../src/db/copy.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ max: 1 })
  await sql`create table copied (ordinal int, id uuid, name text, value jsonb, hash bytea, is_new boolean)`.execute(
    database.db,
  )
})
afterAll(() => database.drop())

const COLUMNS = {
  ordinal: 'int4',
  id: 'uuid',
  name: 'text',
  value: 'jsonb',
  hash: 'bytea',
  is_new: 'bool',
} as const

async function copy(rows: Iterable<readonly CopyValue[]>): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query('truncate copied')
    await copyRows(client, 'copied', COLUMNS, rows)
  } finally {
    client.release()
  }
}

async function copied(): Promise<CopyValue[][]> {
  const { rows } = await sql<Record<keyof typeof COLUMNS, CopyValue>>`
    select ordinal, id::text, name, value, encode(hash, 'hex') as hash, is_new from copied order by ordinal
  `.execute(database.db)
  return rows.map(({ ordinal, id, name, value, hash, is_new }) => [ordinal, id, name, value, hash, is_new])
}

/** PostgreSQL stores no NUL. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 1 }),
      fc.constantFrom('\\', '\t', '\n', '\r', '"', "'", '%'),
    ),
  })
  .filter((it) => !it.includes('\0'))
const hash = fc.uint8Array({ minLength: 0, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const row = fc.tuple(
  fc.option(fc.uuid()),
  fc.option(text),
  fc.option(fc.array(fc.option(text))),
  fc.option(hash),
  fc.option(fc.boolean()),
)

test('what is copied in is there, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      const given = rows.map(
        ([id, name, value, ...rest], index) => [index, id, name, value, ...rest] as const,
      )
      await copy(
        given.map(([ordinal, id, name, value, ...rest]) => [
          ordinal - 2 ** 31,
          id,
          name,
          value && JSON.stringify(value),
          ...rest,
        ]),
      )
      expect(await copied()).toEqual(given.map(([ordinal, ...rest]) => [ordinal - 2 ** 31, ...rest]))
    }),
    { numRuns: 200 },
  )
})

test('rows larger than what is sent at once come whole', async () => {
  const rows = [1, 2, 3].map((n) => [n, randomUUID(), 'é'.repeat(n * 50_000), '{}', 'ff', true])
  await copy(rows)
  expect((await copied()).map(([, id, name]) => [id, name])).toEqual(rows.map(([, id, name]) => [id, name]))
})

test('a row that cannot be made leaves nothing behind, and the connection goes on', async () => {
  await copy([])
  function* rows() {
    for (let n = 0; n < 5_000; n++) yield [n, randomUUID(), 'x'.repeat(100), '{}', null, null]
    throw new Error('The next one was no good.')
  }
  await expect(copy(rows())).rejects.toThrow('The next one was no good.')
  expect(await copied()).toEqual([])
  await expect(copy([[1, 'none', null, null, null, null]])).rejects.toThrow('no uuid')
  await copy([[1, null, 'Ana', null, null, null]])
  expect(await copied()).toEqual([[1, null, 'Ana', null, null, null]])
})
