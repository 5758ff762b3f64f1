import { Kysely, PostgresDialect, type PostgresPoolClient, sql, Transaction } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { Database } from './schema.ts'

/** A transaction whose connection can also speak COPY, which Kysely does not. */
export async function inTransaction<T>(
  pool: Pool,
  work: (trx: Transaction<Database>, client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  return await kyselyOn(client)
    .transaction()
    .execute((trx) => work(trx, client))
}

/** Kysely on this connection and no other. It calls `release` after each query or transaction. */
export function kyselyOn(client: PostgresPoolClient): Kysely<Database> {
  const oneConnection = { connect: async () => client, end: async () => undefined, options: {} }
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: oneConnection }) })
}

/**
 * Before a statement that goes through a whole company. Statistics lag a minute behind a first retrieval: until then the
 * planner expects one row and would loop over everybody for each of them, which takes hours.
 */
export async function expectManyRows(trx: Transaction<Database>): Promise<void> {
  await sql`select set_config('work_mem', '64MB', true), set_config('enable_nestloop', 'off', true)`.execute(
    trx,
  )
}

/** Reads through a whole company, in a transaction of its own or in the one that `db` is. */
export async function readMany<T>(
  db: Kysely<Database>,
  read: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  const reading = async (trx: Transaction<Database>) => {
    await expectManyRows(trx)
    return await read(trx)
  }
  return db instanceof Transaction ? await reading(db) : await db.transaction().execute(reading)
}
