import { expect, test } from 'vitest'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { type Place, readRegister, seedCache } from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const PEOPLE = 5_000

/** As if one sync had created them all: by hand, as thousands of plan rows would take longer than the test. */
async function createMany(): Promise<string> {
  await seedCache(database.db, place, [person(1)])
  const { syncId } = await engine.sync()
  const { companyId, connectionId } = place
  const run = (statement: string, values: unknown[]) => database.pool.query(statement, values)
  await run(
    `insert into stakeholder (company_id, fields) select $1, '{"firstName": "Ana"}' from generate_series(2, $2)`,
    [companyId, PEOPLE],
  )
  await run(
    `insert into link (company_id, connection_id, record_id, stakeholder_id, base, sync_id)
    select $1, $2, stakeholder_id::text, stakeholder_id, fields, $3 from stakeholder
    where company_id = $1 and not fields ? 'workEmail'`,
    [companyId, connectionId, syncId],
  )
  await run(
    `insert into journal (company_id, sync_id, ordinal, outcome, record_id, stakeholder_id, name, before, after,
      version_after, made_link)
    select $1, $2, row_number() over (), 'created', stakeholder_id::text, stakeholder_id, 'Ana', '{}', fields, 1, true
    from stakeholder where company_id = $1 and not fields ? 'workEmail'`,
    [companyId, syncId],
  )
  await run(`update sync set counts = counts || $2 where sync_id = $1`, [
    syncId,
    JSON.stringify({ created: PEOPLE }),
  ])
  return syncId
}

test('thousands of people are undone and redone within seconds, though the statistics know nothing of them yet', {
  timeout: 25_000,
}, async () => {
  const syncId = await createMany()
  const before = await readRegister(database.db, place)
  const undone = await register.undo(syncId)
  expect(await readRegister(database.db, place)).toEqual({})
  const redone = await register.undo(undone.syncId)
  expect(await readRegister(database.db, place)).toEqual(before)
  expect(redone.counts).toMatchObject({ reversed: PEOPLE, kept: 0 })
})
