import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { sql, type Transaction } from 'kysely'
import type { PoolClient } from 'pg'
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams'
import type { CacheKey } from './cache.ts'
import { COPY_HEADER, COPY_TRAILER, copyStatement, createRowEncoder } from './copy.ts'
import type { Database } from './schema.ts'
import { expectManyRows } from './session.ts'

/** A new or changed record on its way into the cache; `hash` in hexadecimal, `employee` as JSON text. */
export type StagedRow = {
  seq: number
  recordId: string
  isNew: boolean
  hash: string
  employee: string | null
  problem: string | null
}

export type Staging = {
  /** Resolves when more may come: slower than the database never fills the memory. */
  write(rows: readonly StagedRow[]): Promise<void>
  /** From here on the rows can be seen, in this session. */
  finish(): Promise<void>
  /** As if nothing had been written; harmless after `finish`. */
  abort(): Promise<void>
}

/**
 * Into a temporary table: nobody else sees it, and what becomes of a session that dies is for PostgreSQL to clear away.
 * One COPY for a whole retrieval, opened at the first row: a read that changes nothing opens none. Until it ends
 * `session` can do nothing else.
 */
export function createStaging(session: PoolClient): Staging {
  const encoder = createRowEncoder(STAGED_COLUMNS)
  let copy: CopyStreamQuery | undefined
  let failure: Error | undefined

  async function begin(): Promise<CopyStreamQuery> {
    await session.query(CREATE_STAGED)
    const begun = session.query(copyFrom(copyStatement('staged_employee', STAGED_COLUMNS)))
    // Also between two writes the connection may break; the next write or `finish` then says so.
    begun.on('error', (error) => {
      failure = error
    })
    begun.write(COPY_HEADER)
    return begun
  }

  return {
    async write(rows) {
      if (rows.length === 0) return
      if (failure) throw failure
      copy ??= await begin()
      for (const { seq, recordId, isNew, hash, employee, problem } of rows)
        encoder.put([seq, recordId, isNew, hash, employee, problem])
      if (!copy.write(encoder.take())) await once(copy, 'drain')
    },
    async finish() {
      if (copy === undefined) return
      if (failure) throw failure
      copy.end(COPY_TRAILER)
      await finished(copy)
      copy = undefined
    },
    async abort() {
      if (copy === undefined || failure) return
      const closed = finished(copy).catch(() => undefined)
      copy.destroy()
      await closed
    },
  }
}

const STAGED_COLUMNS = {
  seq: 'int4',
  record_id: 'text',
  is_new: 'bool',
  hash: 'bytea',
  employee: 'jsonb',
  problem: 'text',
} as const

const CREATE_STAGED = `create temporary table staged_employee (
  ${Object.entries(STAGED_COLUMNS)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')}
)`

type Trx = Transaction<Database>

/** Of a record that came more than once the last one counts. */
export async function deleteSuperseded(trx: Trx): Promise<void> {
  await sql`
    delete from staged_employee earlier using staged_employee later
    where earlier.record_id = later.record_id and earlier.seq < later.seq`.execute(trx)
}

export async function insertStagedNew(trx: Trx, { companyId, connectionId }: CacheKey): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into cached_employee (company_id, connection_id, record_id, hash, employee, problem)
    select ${companyId}, ${connectionId}, record_id, hash, employee, problem
    from staged_employee where is_new`.execute(trx)
  return Number(numAffectedRows ?? 0)
}

/** Changed or come back; a repeated record that is as it was is left alone. */
export async function updateStagedChanged(trx: Trx, key: CacheKey): Promise<number> {
  const { numAffectedRows } = await sql`
    update cached_employee cached
    set hash = staged.hash, employee = staged.employee, problem = staged.problem, vanished_at = null
    from staged_employee staged
    where not staged.is_new
      and cached.company_id = ${key.companyId} and cached.connection_id = ${key.connectionId}
      and cached.record_id = staged.record_id
      and (cached.hash <> staged.hash or cached.vanished_at is not null)`.execute(trx)
  return Number(numAffectedRows ?? 0)
}

/** Staged as changed, though the cache has nothing to change: somebody would be lost. */
export async function hasStagedStranger(trx: Trx, key: CacheKey): Promise<boolean> {
  await expectManyRows(trx)
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from staged_employee staged
      where not staged.is_new and not exists (
        select from cached_employee cached
        where cached.company_id = ${key.companyId} and cached.connection_id = ${key.connectionId}
          and cached.record_id = staged.record_id
      )
    ) as found`.execute(trx)
  return rows[0]?.found ?? true
}
