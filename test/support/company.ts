import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { engineAt } from './engine.ts'
import { type Place, seedConnection } from './seed.ts'
import { undoAt } from './undo.ts'

export type Engine = ReturnType<typeof engineAt>
export type Register = ReturnType<typeof undoAt>

export type NewCompany = { database: TestDatabase; place: Place; engine: Engine; register: Register }

/** For the whole file one database, and for each test a company of its own in it, with one connection. */
export function inNewCompany(take: (its: NewCompany) => void): void {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    const place = await seedConnection(database.db)
    take({ database, place, engine: engineAt(database, place), register: undoAt(database, place) })
  })
}
