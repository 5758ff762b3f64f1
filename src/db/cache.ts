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
 * What is stored of an employee, as JSON text: known values only. Inside `custom` a `null` stays: there it says "blank", and
 * a missing key "not delivered".
 */
export function packEmployee(employee: Employee): string {
  const { custom, unread } = employee
  // One form for everybody: an object built key by key takes twice as long to write.
  return JSON.stringify({
    firstName: employee.firstName ?? undefined,
    lastName: employee.lastName ?? undefined,
    preferredName: employee.preferredName ?? undefined,
    workEmail: employee.workEmail ?? undefined,
    personalEmail: employee.personalEmail ?? undefined,
    employeeNumber: employee.employeeNumber ?? undefined,
    phone: employee.phone ?? undefined,
    jobTitle: employee.jobTitle ?? undefined,
    department: employee.department ?? undefined,
    officeLocation: employee.officeLocation ?? undefined,
    country: employee.country ?? undefined,
    legalEntity: employee.legalEntity ?? undefined,
    employmentType: employee.employmentType ?? undefined,
    status: employee.status,
    statusText: employee.statusText ?? undefined,
    startDate: employee.startDate ?? undefined,
    endDate: employee.endDate ?? undefined,
    managerRecordId: employee.managerRecordId ?? undefined,
    custom: Object.keys(custom).length === 0 ? undefined : custom,
    unread: unread.length === 0 ? undefined : unread,
  })
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

/** People of the last complete retrieval. */
export async function countCached(db: Db, key: CacheKey): Promise<number> {
  const { people } = await scoped(db, key)
    .select((eb) => eb.fn.countAll<number>().as('people'))
    .where('vanished_at', 'is', null)
    .executeTakeFirstOrThrow()
  return people
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
