import { escapeLiteral, type PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { CacheKey } from './cache.ts'

/** What the cache holds of one record, in brief: `high` and `low` are the first 64 bits of its hash. */
export type KnownRecord = { high: number; low: number; isPresent: boolean; isReadable: boolean }

/** The record's id is the UTF-8 from `start` to `end`: to make a text of each takes longer than to hash its bytes. */
export type VisitKnown = (bytes: Uint8Array, start: number, end: number, known: KnownRecord) => void

/**
 * Tells `visit` of every record of a connection, the vanished ones too. One sequential COPY: to look a page's ids up
 * in the index costs Postgres and Node several times as much, page after page.
 */
export async function visitKnownRecords(
  session: PoolClient,
  { companyId, connectionId }: CacheKey,
  visit: VisitKnown,
): Promise<void> {
  // COPY takes no parameters.
  const copy = session.query(
    copyTo(`copy (
      select hash, vanished_at, problem, record_id from cached_employee
      where company_id = ${escapeLiteral(companyId)} and connection_id = ${escapeLiteral(connectionId)}
    ) to stdout (format binary)`),
  )
  let rest: Buffer = Buffer.alloc(0)
  let at = HEADER_BYTES
  for await (const chunk of copy as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    /** Where the value ends whose length, negative for NULL, stands at `place`; never, where that has not come yet. */
    const endOf = (place: number) =>
      place + 4 > bytes.length ? Number.POSITIVE_INFINITY : place + 4 + Math.max(0, bytes.readInt32BE(place))
    for (;;) {
      const vanished = at + VANISHED_AT
      const problem = endOf(vanished)
      const id = endOf(problem)
      const end = endOf(id)
      if (end > bytes.length) break
      visit(bytes, id + 4, end, {
        high: bytes.readUInt32BE(at + HASH_AT),
        low: bytes.readUInt32BE(at + HASH_AT + 4),
        isPresent: problem === vanished + 4,
        isReadable: id === problem + 4,
      })
      at = end
    }
    rest = bytes.subarray(Math.min(at, bytes.length))
    at = Math.max(0, at - bytes.length)
  }
}

/** Signature, flags and the length of an extension that there is not. */
const HEADER_BYTES = 19
/** In a row: behind the column count (2) and the length of the hash (4). */
const HASH_AT = 2 + 4
const VANISHED_AT = HASH_AT + 32
