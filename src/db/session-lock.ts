import type { Kysely } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { Database } from './schema.ts'
import { kyselyOn } from './session.ts'

/** One database session, for COPY and for queries; its temporary tables are seen in it alone. */
export type Session = { client: PoolClient; db: Kysely<Database> }

/**
 * One at a time under this key, across all processes: a second one waits its turn. The lock belongs to a database
 * session of its own, so it is free at once when the process dies, and held through no transaction. `work` may use
 * that session for what lasts long: no statement in it is timed out, and its temporary tables go when `work` is done.
 */
export async function withSessionLock<T>(
  pool: Pool,
  key: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  const db = kyselyOn({ query: client.query.bind(client), release: () => undefined })
  let isBroken = false
  try {
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [key])
    return await work({ client, db })
  } finally {
    await client
      .query('discard temporary')
      .then(() => client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]))
      .then(() => client.query('reset statement_timeout'))
      .catch(() => {
        isBroken = true
      })
    client.release(isBroken)
  }
}
