import { sql, type Transaction } from 'kysely'
import type { Employee } from '../model.ts'
import type { Db } from './client.ts'
import type { CachedEmployeePayload, Database } from './schema.ts'

/** One connection's part of the cache. */
export type CacheKey = { companyId: string; connectionId: string }

export type CachedPerson = {
  recordId: string
  /** `null` for a record that could not be read: then `problem` says why. */
  employee: Employee | null
  problem: string | null
  hash: Buffer
  vanishedAt: Date | null
}

/**
 * What is stored of an employee: known values only, in one fixed order, so that equal people have equal text
 * and an equal hash. Inside `custom` a `null` stays: there it says "blank", and a missing key "not delivered".
 */
export function packEmployee(employee: Employee): CachedEmployeePayload {
  const packed: Record<string, unknown> = {}
  for (const key of PACKED_KEYS) {
    const value = employee[key]
    if (value !== null) packed[key] = value
  }
  if (Object.keys(employee.custom).length > 0) packed['custom'] = employee.custom
  if (employee.unread.length > 0) packed['unread'] = employee.unread
  return packed
}

export function unpackEmployee(recordId: string, packed: CachedEmployeePayload): Employee {
  return { ...BLANK, ...packed, recordId }
}

const BLANK: Omit<Employee, 'recordId'> = {
  firstName: null,
  lastName: null,
  preferredName: null,
  workEmail: null,
  personalEmail: null,
  employeeNumber: null,
  phone: null,
  jobTitle: null,
  department: null,
  officeLocation: null,
  country: null,
  legalEntity: null,
  employmentType: null,
  status: 'unknown',
  statusText: null,
  startDate: null,
  endDate: null,
  managerRecordId: null,
  custom: {},
  unread: [],
}
const PACKED_KEYS = (Object.keys(BLANK) as (keyof typeof BLANK)[]).filter(
  (key) => key !== 'custom' && key !== 'unread',
)

/** People of the last complete retrieval. */
export async function countCached(db: Db, key: CacheKey): Promise<number> {
  const { count } = await scoped(db, key)
    .where('vanished_at', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** Also somebody who has vanished. */
export async function findCached(db: Db, key: CacheKey, recordId: string): Promise<CachedPerson | undefined> {
  const row = await scoped(db, key).selectAll().where('record_id', '=', recordId).executeTakeFirst()
  return row && toPerson(row)
}

/** By record id; `null` for a record that could not be read. */
export async function findCachedPeople(
  db: Db,
  key: CacheKey,
  recordIds: readonly string[],
): Promise<Map<string, Employee | null>> {
  if (recordIds.length === 0) return new Map()
  const rows = await scoped(db, key)
    .select(['record_id', 'employee'])
    .where('record_id', 'in', [...new Set(recordIds)])
    .execute()
  return new Map(
    rows.map((row) => [row.record_id, row.employee && unpackEmployee(row.record_id, row.employee)]),
  )
}

/** By record id, from after `after` on; the vanished only if asked for. */
export async function listCached(
  db: Db,
  key: CacheKey,
  { after = '', limit, vanished = false }: { after?: string; limit: number; vanished?: boolean },
): Promise<CachedPerson[]> {
  const rows = await scoped(db, key)
    .selectAll()
    .where('record_id', '>', after)
    .$if(!vanished, (query) => query.where('vanished_at', 'is', null))
    .orderBy('record_id')
    .limit(limit)
    .execute()
  return rows.map(toPerson)
}

export type KnownRecord = { hash: string; vanished: boolean }

/** What the cache holds of these records, with hashes in hexadecimal; payloads stay where they are. */
export async function findKnownRecords(
  db: Db,
  { companyId, connectionId }: CacheKey,
  recordIds: readonly string[],
): Promise<Map<string, KnownRecord>> {
  const { rows } = await sql<{ record_id: string } & KnownRecord>`
    select record_id, encode(hash, 'hex') as hash, vanished_at is not null as vanished from cached_employee
    where company_id = ${companyId} and connection_id = ${connectionId} and record_id = any(${recordIds}::text[])
  `.execute(db)
  return new Map(rows.map(({ record_id, hash, vanished }) => [record_id, { hash, vanished }]))
}

/** Ids of the people of the last complete retrieval, a chunk at a time. */
export async function* listPresentIds(
  db: Db,
  key: CacheKey,
  chunk = 10_000,
): AsyncGenerator<string[], void, void> {
  for (let after = ''; ; ) {
    const rows = await scoped(db, key)
      .select('record_id')
      .where('vanished_at', 'is', null)
      .where('record_id', '>', after)
      .orderBy('record_id')
      .limit(chunk)
      .execute()
    const ids = rows.map((row) => row.record_id)
    if (ids.length > 0) yield ids
    if (ids.length < chunk) return
    after = ids.at(-1) ?? ''
  }
}

export async function updateVanished(
  trx: Transaction<Database>,
  { companyId, connectionId }: CacheKey,
  recordIds: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    update cached_employee set vanished_at = ${now}
    where company_id = ${companyId} and connection_id = ${connectionId} and record_id = any(${recordIds}::text[])
  `.execute(trx)
}

function scoped(db: Db, { companyId, connectionId }: CacheKey) {
  return db
    .selectFrom('cached_employee')
    .where('company_id', '=', companyId)
    .where('connection_id', '=', connectionId)
}

type Row = {
  record_id: string
  employee: CachedEmployeePayload | null
  problem: string | null
  hash: Buffer
  vanished_at: Date | null
}

function toPerson({ record_id, employee, problem, hash, vanished_at }: Row): CachedPerson {
  return {
    recordId: record_id,
    employee: employee && unpackEmployee(record_id, employee),
    problem,
    hash,
    vanishedAt: vanished_at,
  }
}
