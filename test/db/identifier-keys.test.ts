import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identifierKey, keyIn } from '../../src/db/identifier-keys.ts'
import { IDENTIFIERS } from '../../src/model.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { seedConnection, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Every character that JavaScript trims. */
const SPACES = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
  (char) => char.trim() === '',
)
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...SPACES), fc.constantFrom('a', 'B', '0', '@', '\u200b')), {
    maxLength: 8,
  })
  .map((chars) => chars.join(''))

test('what is compared is trimmed as HR is read, whatever space surrounds it', async () => {
  const place = await seedConnection(database.db)
  await fc.assert(
    fc.asyncProperty(
      fc.record({ workEmail: anyText, employeeNumber: anyText, personalEmail: anyText }),
      async (fields) => {
        const id = await seedStakeholder(database.db, place, fields)
        const keys = IDENTIFIERS.flatMap((it) => [identifierKey(it, 's'), keyIn(it, 's.fields')])
        const { rows } = await sql<{ keys: (string | null)[] }>`
        select array[${sql.join(keys)}] as keys from stakeholder s where s.stakeholder_id = ${id}`.execute(
          database.db,
        )
        const expected = IDENTIFIERS.flatMap((it) => {
          const trimmed = fields[it].trim()
          const key = (it === 'employeeNumber' ? trimmed : trimmed.toLowerCase()) || null
          return [key, key]
        })
        expect(rows[0]?.keys).toEqual(expected)
      },
    ),
    {
      numRuns: 150,
      examples: SPACES.map((space) => [
        { workEmail: `${space}A@x${space}`, employeeNumber: `${space}007`, personalEmail: space },
      ]),
    },
  )
})
