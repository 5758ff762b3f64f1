import { sql } from 'kysely'
import type { Hris } from '../../demo/hris/server.ts'
import type { RetrievalRow } from '../../src/db/retrievals.ts'
import { createProviderClient } from '../../src/sync/client.ts'
import { type Context, createProviders, type Providers } from '../../src/sync/context.ts'
import { sealCredentials } from '../../src/sync/credentials.ts'
import type { Credentials, Provider } from '../../src/sync/provider.ts'
import { PROVIDERS } from '../../src/sync/providers/index.ts'
import { requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import type { TestDatabase } from './database.ts'
import { makeContext, type Place, seedConnection } from './seed.ts'

/** The real HiBob provider over real HTTP, without the pauses between tries. */
export function providersOf(hris: Hris): Providers {
  const baseUrl = hris.hibobUrl
  return {
    ...createProviders(PROVIDERS, {}),
    client: (provider, credentials) =>
      createProviderClient(provider, credentials, {
        baseUrl,
        timeoutMs: 1_500,
        sleep: async () => undefined,
      }),
  }
}

/** One provider of the test's own, which needs no client. */
export function providersWith(provider: Provider): Providers {
  return {
    ...createProviders([{ ...provider, id: 'hibob' }], {}),
    client: () => ({ json: () => Promise.reject(new Error('this provider sends nothing')) }),
  }
}

/** A connection whose sealed credentials open the rehearsal HRIS. */
export async function seedLinkedConnection(
  database: TestDatabase,
  credentials: Credentials = { serviceUserId: 'SERVICE-rehearsal', token: 'rehearsal-token-1' },
): Promise<Place> {
  const place = await seedConnection(database.db)
  const sealed = sealCredentials(makeContext(database), place.companyId, place.connectionId, credentials)
  await database.db
    .updateTable('connection')
    .set({ sealed_credentials: sealed })
    .where('connection_id', '=', place.connectionId)
    .execute()
  return place
}

export async function retrieve(ctx: Context, place: Place): Promise<RetrievalRow> {
  const { retrievalId } = await requestRetrieval(ctx, place)
  return runRetrieval(ctx, { companyId: place.companyId, retrievalId }, () => undefined)
}

/** Every byte of the cache, and the transaction that last touched each row: equal means untouched. */
export async function cacheImage(database: TestDatabase, { connectionId }: Place): Promise<string> {
  const { rows } = await sql<{ image: string | null }>`
    select string_agg(xmin::text || ' ' || ctid::text || ' ' || cached_employee::text, E'\n' order by record_id) as image
    from cached_employee where connection_id = ${connectionId}`.execute(database.db)
  return rows[0]?.image ?? ''
}

/** How many sessions have somebody staged: none, once a retrieval has ended, however it did. */
export async function countStagings(database: TestDatabase): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from pg_class where relname = 'staged_employee'`.execute(database.db)
  return rows[0]?.count ?? -1
}

export async function jobsOf(
  database: TestDatabase,
  task: string,
): Promise<{ key: string | null; payload: unknown }[]> {
  const { rows } = await sql<{ key: string | null; payload: unknown }>`
    select j.key, j.payload from graphile_worker._private_jobs j
    join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier = ${task} order by j.id`.execute(database.db)
  return rows
}
