/** A new or changed record on its way into the cache; `hash` in hexadecimal, `employee` as JSON text. */
export type StagedRow = {
  seq: number
  recordId: string
  isNew: boolean
  hash: string
  employee: string | null
  problem: string | null
}

/**
 * PostgreSQL's binary COPY format: a 16-bit column count per row, then for each column a 32-bit length, -1 for
 * NULL, and its bytes. https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
 */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
export const COPY_TRAILER = Buffer.from([0xff, 0xff])

const COLUMNS = 8
const HASH_BYTES = 32
/** Everything but the three texts: count, eight lengths, two uuids, seq, is_new, hash, version of jsonb. */
const FIXED_BYTES = 2 + COLUMNS * 4 + 2 * 16 + 4 + 1 + HASH_BYTES + 1
/** No UTF-16 unit needs more in UTF-8. */
const BYTES_PER_UNIT = 3
const JSONB_VERSION = 1
const NULL_LENGTH = -1

export function encodeStagedRows(companyId: string, retrievalId: string, rows: readonly StagedRow[]): Buffer {
  const company = uuidBytes(companyId)
  const retrieval = uuidBytes(retrievalId)
  const buffer = Buffer.allocUnsafe(rows.reduce((sum, row) => sum + largestSize(row), 0))
  let at = 0
  for (const row of rows) {
    at = buffer.writeInt16BE(COLUMNS, at)
    at = putBytes(buffer, at, company)
    at = putBytes(buffer, at, retrieval)
    at = buffer.writeInt32BE(4, at)
    at = buffer.writeInt32BE(row.seq, at)
    at = putText(buffer, at, row.recordId)
    at = buffer.writeInt32BE(1, at)
    at = buffer.writeUInt8(row.isNew ? 1 : 0, at)
    at = buffer.writeInt32BE(HASH_BYTES, at)
    at += buffer.write(row.hash, at, HASH_BYTES, 'hex')
    at = putJson(buffer, at, row.employee)
    at = putText(buffer, at, row.problem)
  }
  return buffer.subarray(0, at)
}

function largestSize({ recordId, employee, problem }: StagedRow): number {
  const units = recordId.length + (employee?.length ?? 0) + (problem?.length ?? 0)
  return FIXED_BYTES + units * BYTES_PER_UNIT
}

function putBytes(buffer: Buffer, at: number, bytes: Buffer): number {
  const start = buffer.writeInt32BE(bytes.length, at)
  return start + bytes.copy(buffer, start)
}

function putText(buffer: Buffer, at: number, text: string | null): number {
  if (text === null) return buffer.writeInt32BE(NULL_LENGTH, at)
  const length = buffer.write(text, at + 4)
  return buffer.writeInt32BE(length, at) + length
}

function putJson(buffer: Buffer, at: number, json: string | null): number {
  if (json === null) return buffer.writeInt32BE(NULL_LENGTH, at)
  const length = buffer.write(json, at + 5) + 1
  buffer.writeUInt8(JSONB_VERSION, at + 4)
  return buffer.writeInt32BE(length, at) + length
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}
