import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Pool } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

/** Rows in PostgreSQL's binary format, ready to go back in. */
export type ReadyRows = { columns: string; bytes: Buffer[] }

const CACHE_COLUMNS = 'company_id, connection_id, record_id, hash, employee, problem'

/** Rows of the cache as they lie. */
export async function readyRows(pool: Pool, limit: number): Promise<ReadyRows> {
  const rows = `select ${CACHE_COLUMNS} from cached_employee limit ${limit}`
  const client = await pool.connect()
  try {
    const out = client.query(copyTo(`copy (${rows}) to stdout (format binary)`))
    return { columns: CACHE_COLUMNS, bytes: await out.toArray() }
  } finally {
    client.release()
  }
}

export async function copyIn(pool: Pool, table: string, { columns, bytes }: ReadyRows): Promise<void> {
  const client = await pool.connect()
  try {
    const into = client.query(copyFrom(`copy ${table} (${columns}) from stdin (format binary)`))
    await pipeline(Readable.from(bytes), into)
  } finally {
    client.release()
  }
}
