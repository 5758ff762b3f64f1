import { expect, test } from 'vitest'
import { digestJournal } from '../../src/db/syncs.ts'
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

test('the digest of rows is what it has been since the first sync, whatever stands in them', async () => {
  const engine = engineAt(database, place)
  const odd = {
    firstName: 'Zoë "Q"\n\\u0041\t',
    lastName: '🌞 </b> ,]',
    custom: { size: 1e21, tags: ['', '"'] },
  }
  await seedCache(database.db, place, [person(1, odd), person(2)])
  const { syncId: first } = await engine.sync()
  await seedCache(database.db, place, [person(1, { ...odd, jobTitle: '\u2028' }), person(2, { phone: '' })])
  const { syncId: second } = await engine.sync()
  for (const syncId of [first, second]) {
    const { rows } = await database.pool.query(
      `select sha256($1::bytea || sha256(string_agg(convert_to((jsonb_build_array(ordinal, outcome, reason, record_id,
           stakeholder_id, name, before, after, version_before, version_after, made_link)
           || case when link_before is null then '[]' else jsonb_build_array(link_before) end)::text, 'UTF8'),
         '\n'::bytea order by ordinal))) as digest, count(*) as rows, count(link_before) as links
       from journal where company_id = $2 and sync_id = $3`,
      [Buffer.from('header'), place.companyId, syncId],
    )
    const digest = await digestJournal(database.db, place.companyId, syncId, Buffer.from('header'))
    expect(rows).toEqual([{ digest, rows: syncId === first ? 2 : 1, links: syncId === first ? 0 : 1 }])
  }
})
