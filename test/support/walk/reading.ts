import { z } from 'zod'
import type { RetrievalRow } from '../../../src/db/retrievals.ts'
import type { Employee } from '../../../src/model.ts'
import type { Context } from '../../../src/sync/context.ts'
import { sealCredentials } from '../../../src/sync/credentials.ts'
import type { CompleteRead, Page, Provider } from '../../../src/sync/provider.ts'
import { hibob } from '../../../src/sync/providers/hibob.ts'
import type { TestDatabase } from '../database.ts'
import { providersWith, retrieve } from '../retrieval.ts'
import { makeContext, type Place, seedConnection, seedConnectionOf } from '../seed.ts'
import type { Hr } from './hr.ts'

/** A company with two accounts of one HR system, whose credentials open nothing. */
export async function seedTwoConnections(database: TestDatabase): Promise<[Place, Place]> {
  const first = await seedConnection(database.db)
  const places: [Place, Place] = [first, await seedConnectionOf(database.db, first.companyId, 'hibob')]
  for (const { companyId, connectionId } of places) {
    const sealed = sealCredentials(makeContext(database), companyId, connectionId, {})
    await database.db
      .updateTable('connection')
      .set({ sealed_credentials: sealed })
      .where('connection_id', '=', connectionId)
      .execute()
  }
  return places
}

/** A complete retrieval of these people by the product itself. */
export async function read(database: TestDatabase, place: Place, { people }: Hr): Promise<RetrievalRow> {
  return retrieve(makeContext(database, { providers: showing([...people.values()]) }), place)
}

function showing(people: readonly Employee[]): Context['providers'] {
  async function* pages(): AsyncGenerator<Page, CompleteRead, void> {
    yield { rows: people, context: { today: '2026-11-23', layout: undefined }, expected: people.length }
    return { complete: true, expected: people.length }
  }
  const provider: Provider<Employee> = {
    ...hibob,
    pages,
    row: z.custom<Employee>(),
    recordIdOf: (raw) => (raw as Employee).recordId,
    toEmployee: (row) => row,
  }
  return providersWith(provider)
}
