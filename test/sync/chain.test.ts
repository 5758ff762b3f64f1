import { expect, test } from 'vitest'
import { verifyChains } from '../../src/sync/chain.ts'
import { undoSync } from '../../src/sync/undo.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { type Place, seedCache } from '../support/seed.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const brokenOf = async () =>
  (await verifyChains(database.db)).find(({ companyId }) => companyId === place.companyId)?.firstBroken

test.each([
  ['who it was', `actor = '{"kind": "slack", "userId": "U_OTHER"}'`],
  ['what it undid', 'undoes = null'],
  ['what was let through knowingly', `knowingly = '{"typed": 31, "holds": []}'`],
  ['whether it was an undo', `kind = 'all'`],
  ['when it was', `applied_at = applied_at + interval '1 second'`],
])('rewriting %s in the line of a sync breaks the chain there and nowhere before', async (_what, set) => {
  const engine = engineAt(database, place)
  await seedCache(database.db, place, [person(1), person(2)])
  const { syncId } = await engine.sync()
  await undoSync(engine.ctx(), { companyId: place.companyId, syncId })
  await engine.sync()
  expect(await brokenOf()).toBeNull()
  await database.pool.query(`update sync set ${set} where company_id = $1 and position = 2`, [
    place.companyId,
  ])
  expect(await brokenOf()).toMatchObject({ position: 2, why: 'its rows are not the ones that were written' })
})
