import { test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { changesOf, DIFFICULT_KEYS, rehearse, standing } from '../support/difficult.ts'
test('dump', async () => {
  const database = await createTestDatabase()
  const company = await rehearse(database)
  for (let n = 0; n <= 10; n++) {
    if (n > 0) company.hris.advance(1)
    const day = await company.day()
    console.log('DAY', n, JSON.stringify(day.plan.counts), 'again', day.again.toApply, JSON.stringify(day.sync?.counts), 'holds', day.plan.holds)
    for (const key of DIFFICULT_KEYS) {
      for (const c of changesOf(day.changes, key)) console.log(n, key, c.kind, c.reason, c.reasonText, n===0 && c.kind==='create' ? '' : JSON.stringify(c.fields), JSON.stringify(c.detail))
      if (n === 0 || n === 10) console.log('   ', key, JSON.stringify(standing(day, key)))
    }
  }
  await company.close(); await database.drop()
}, 120000)
