import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { seedUsers } from '../../demo/slack/seed.ts'
import { ONLY_ADMINS } from '../../src/bot/admins.ts'
import { engineAt, person } from '../support/engine.ts'
import { readRegister, seedCache } from '../support/seed.ts'
import { undoAt } from '../support/undo.ts'
import { labels } from './support/fixtures.ts'
import { rowCounts, startConnected, until, windowWith } from './support/product.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 30 })
  const { database, place } = product
  const engine = engineAt(database, place)
  const title = (jobTitle: string) => seedCache(database.db, place, [person(1, { jobTitle }), person(2)])
  await title('Engineer')
  await engine.sync()
  for (const jobTitle of ['Lead 1', 'Lead 2', 'Lead 3', 'Lead 4', 'Lead 5']) {
    await title(jobTitle)
    const { syncId } = await engine.sync()
    if (jobTitle === 'Lead 5') await undoAt(database, place).undo(syncId)
  }
})
afterAll(() => product.close())
afterEach(async () => {
  while (dana().modal()) await dana().close()
})

const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
const openPerson1 = async () => {
  await dana().command('/stakeholders p1@acme')
  await shows('Person1 Raman')
  await dana().click({ actionId: 'stakeholder.open' })
  return await shows('*History*')
}

test('a record tells where its values came from and what became of it, page by page, down to one field', async () => {
  const before = await readRegister(product.database.db, product.place)
  const words = await openPerson1()
  expect(words).toMatch(/\*Job title\*\\nfrom HiBob, <!date.+?> , Lead 4/)
  expect(words).toMatch(/Undone by .+?Values put back · Job title: Lead 5 → Lead 4 .+?Lead 4 → Lead 5/)
  expect(words).toContain('1-5 of 7')
  await dana().click({ actionId: 'stakeholder.history.earlier' })
  expect(await shows('6-7 of 7')).toContain('Created · p1@acme.example · Engineer')
  await dana().click({ actionId: 'history.person' })
  await shows('There is nothing to undo: edited since: Job title.')
  await dana().close()
  await dana().click({ actionId: 'stakeholder.history.newer' })
  await shows('1-5 of 7')
  expect(await readRegister(product.database.db, product.place)).toEqual(before)
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})

test('a right taken away while a record is open is gone at its buttons', async () => {
  const before = await rowCounts(product.database)
  const user = seedUsers.find(({ id }) => id === 'U_DANA')!
  for (const actionId of ['stakeholder.history.earlier', 'history.person', 'stakeholder.open']) {
    await openPerson1()
    if (actionId === 'stakeholder.open') await dana().close()
    user.isAdmin = false
    try {
      await dana().click({ actionId })
      expect(await shows(ONLY_ADMINS)).not.toContain('Lead')
    } finally {
      user.isAdmin = true
    }
    while (dana().modal()) await dana().close()
  }
  expect(await rowCounts(product.database)).toEqual(before)
})

test('somebody whom no sync wrote has no origins and no history', async () => {
  await product.database.db
    .insertInto('stakeholder')
    .values({
      company_id: product.place.companyId,
      fields: JSON.stringify({ firstName: 'Zoë', jobTitle: 'Founder' }),
    })
    .execute()
  await dana().command('/stakeholders Zoë')
  await shows('Zoë')
  await dana().click({ actionId: 'stakeholder.open' })
  const words = await shows('No sync has changed this stakeholder.')
  expect(words).not.toMatch(/from HiBob|edited in the register/)
  await until('the button', () => labels(dana().modal()?.blocks ?? []).join() === 'Why?')
})
