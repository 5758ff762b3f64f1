import { escapeLiteral, type PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { CacheKey } from './cache.ts'

/** What the cache holds of one record, in brief: `high` and `low` are the first 64 bits of its hash. */
export type KnownRecord = { high: number; low: number; isPresent: boolean; isReadable: boolean }

/** The record's id is the UTF-8 from `start` to `end`: a text for each would take as long as the rest of it. */
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
      select substr(hash, 1, 8), vanished_at is null, problem is null, record_id from cached_employee
      where company_id = ${escapeLiteral(companyId)} and connection_id = ${escapeLiteral(connectionId)}
    ) to stdout (format binary)`),
  )
  let rest: Buffer = Buffer.alloc(0)
  let at = HEADER_BYTES
  for await (const chunk of copy as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (at + ID_AT <= bytes.length) {
      const end = at + ID_AT + bytes.readInt32BE(at + ID_AT - 4)
      if (end > bytes.length) break
      visit(bytes, at + ID_AT, end, {
        high: bytes.readUInt32BE(at + 6),
        low: bytes.readUInt32BE(at + 10),
        isPresent: bytes[at + 18] === 1,
        isReadable: bytes[at + 23] === 1,
      })
      at = end
    }
    rest = bytes.subarray(Math.min(at, bytes.length))
    at = Math.max(0, at - bytes.length)
  }
}

/** Signature, flags and the length of an extension that there is not. */
const HEADER_BYTES = 19
/** Column count (2), hash (4 + 8), two booleans (4 + 1 each), length of the id (4). */
const ID_AT = 2 + 12 + 5 + 5 + 4
