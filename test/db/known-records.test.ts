import { expect, test } from 'vitest'
import { type KnownRecord, visitKnownRecords } from '../../src/db/known-records.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { type Place, seedConnection } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

/** Ids of all lengths and scripts, so that rows end anywhere in what the socket hands over. */
async function fill({ companyId, connectionId }: Place, people: number): Promise<void> {
  await database.pool.query(
    `insert into cached_employee (company_id, connection_id, record_id, hash, employee, problem, vanished_at)
     select $1, $2, n || repeat('ö', n % 200), sha256(n::text::bytea), '{}',
       case when n % 7 = 0 then 'odd' end, case when n % 11 = 0 then now() end
     from generate_series(1, $3::int) n`,
    [companyId, connectionId, people],
  )
}

async function visit(where: Place): Promise<Map<string, KnownRecord>> {
  const session = await database.pool.connect()
  try {
    const known = new Map<string, KnownRecord>()
    await visitKnownRecords(session, where, (bytes, start, end, record) =>
      known.set(Buffer.from(bytes.subarray(start, end)).toString(), { ...record }),
    )
    return known
  } finally {
    session.release()
  }
}

test('everybody of this connection comes as the cache has them, and nobody of another', async () => {
  const other = await seedConnection(database.db)
  await fill(place, 20_000)
  await fill(other, 10)
  const { rows } = await database.pool.query(
    `select record_id, hash, vanished_at is null as present, problem is null as readable from cached_employee
     where connection_id = $1`,
    [place.connectionId],
  )

  const known = await visit(place)

  expect(known.size).toBe(20_000)
  for (const { record_id, hash, present, readable } of rows) {
    expect(known.get(record_id)).toEqual({
      high: hash.readUInt32BE(0),
      low: hash.readUInt32BE(4),
      isPresent: present,
      isReadable: readable,
    })
  }
  expect((await visit(other)).size).toBe(10)
})

test('an empty cache knows nobody, and the session goes on', async () => {
  expect(await visit(place)).toEqual(new Map())
})
