import { expect, test } from 'vitest'
import { type Session, withSessionLock } from '../../src/db/session-lock.ts'
import { createStaging, hasStagedStranger, type StagedRow } from '../../src/db/staging.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { person } from '../support/engine.ts'
import { countStagings } from '../support/retrieval.ts'
import { type Place, seedCache, seedConnection } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const inSession = <T>(work: (session: Session) => Promise<T>) =>
  withSessionLock(database.pool, 'retrieve', work)

async function stage(
  { client }: Session,
  rows: readonly Pick<StagedRow, 'recordId' | 'isNew'>[],
): Promise<void> {
  const staging = createStaging(client)
  const hash = '00'.repeat(32)
  await staging.write(rows.map((row, seq) => ({ ...row, seq, hash, employee: '{}', problem: null })))
  await staging.finish()
}

const recordIds = async ({ client }: Session) => {
  const { rows } = await client.query<{ record_id: string }>('select record_id from staged_employee')
  return rows.map(({ record_id }) => record_id)
}

test('two sessions stage beside each other and see only their own', async () => {
  await inSession(async (mine) => {
    await stage(mine, [{ recordId: 'a', isNew: true }])
    await withSessionLock(database.pool, 'another', async (another) => {
      await stage(another, [{ recordId: 'b', isNew: true }])
      expect(await recordIds(another)).toEqual(['b'])
    })
    expect(await recordIds(mine)).toEqual(['a'])
  })
})

test('what was staged goes when the session is given back, and the same session stages anew', async () => {
  const pids: unknown[] = []
  for (const recordId of ['a', 'b']) {
    await inSession(async (session) => {
      await stage(session, [{ recordId, isNew: true }])
      expect(await recordIds(session)).toEqual([recordId])
      pids.push((await session.client.query('select pg_backend_pid()')).rows[0]?.pg_backend_pid)
    })
    expect(await countStagings(database)).toBe(0)
  }
  expect(pids[1]).toBe(pids[0])
})

test('who was staged as known without being in the cache is noticed, also beside the cache of another', async () => {
  const other = await seedConnection(database.db)
  await seedCache(database.db, place, [person(1, { recordId: '1ö' })])
  const hasStranger = (where: Place) =>
    inSession(async (session) => {
      await stage(session, [
        { recordId: '1ö', isNew: false },
        { recordId: 'new', isNew: true },
      ])
      return session.db.transaction().execute((trx) => hasStagedStranger(trx, where))
    })

  expect(await hasStranger(place)).toBe(false)
  expect(await hasStranger(other)).toBe(true)
})
