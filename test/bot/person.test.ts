import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { seedUsers } from '../../demo/slack/seed.ts'
import { ONLY_ADMINS } from '../../src/bot/admins.ts'
import { listDecisions, revoke } from '../../src/sync/decide.ts'
import { engineAt, person } from '../support/engine.ts'
import { readRegister, seedCache } from '../support/seed.ts'
import { labels } from './support/fixtures.ts'
import { rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 30 })
})
afterAll(() => product.close())
afterEach(async () => {
  for (const { decisionId } of await decisions())
    await revoke(product.ctx(), product.place.companyId, decisionId)
  while (dana().modal()) await dana().close()
})
beforeEach(async () => {
  await seedCache(product.database.db, product.place, [person(1), person(2)])
})

const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
const decisions = () => listDecisions(product.database.db, product.place.companyId)
const openFirst = async () => {
  await dana().command('/datasync preview')
  await shows('To create')
  await dana().click({ actionId: 'preview.person', buttonValue: '0:1' })
  return await shows('Person1 Raman · ')
}

test('left out on a page of the preview: the plan is another, the list behind follows, and both ways lead back', async () => {
  const before = await rowCounts(product.database)
  expect(await openFirst()).toContain('Person1 Raman · will be created')
  await dana().click({ actionId: 'person.leave-out' })
  const words = await shows('*Left out.*')
  const { code } = await engineAt(product.database, product.place).plan()
  expect(words).toContain(`Plan ${code} was drawn up without this person`)
  expect(words).toContain('Left out by <@U_DANA>')
  expect(await decisions()).toMatchObject([{ recordId: '1', verdict: 'ignore' }])
  expect(await rowCounts(product.database)).toEqual(before)
  await dana().close()
  expect(await shows('*1* · To create')).not.toContain('Person1')

  await dana().fill({ actionId: 'preview.kind', value: 'skip' })
  await shows('Person1 Raman')
  await dana().click({ actionId: 'preview.person' })
  await shows('Left out by <@U_DANA>')
  await dana().click({ actionId: 'person.take-back' })
  expect(await shows('*Taken back.*')).toContain('Person1 Raman · will be created')
  expect(await decisions()).toEqual([])

  await dana().click({ actionId: 'person.leave-out' })
  await shows('*Left out.*')
  await dana().click({ actionId: 'resolve.decisions' })
  await shows('Person1 Raman (E-1): left out')
  await dana().click({ actionId: 'decisions.revoke' })
  await shows('Revoked.')
  expect(await decisions()).toEqual([])
})

test('an old list knows who was left out since, and Home counts the decision', async () => {
  await dana().openHome()
  await openFirst()
  const sam = product.desk.as('U_SAM')
  await sam.command('/datasync preview')
  await windowWith(product.desk, 'U_SAM', 'Person1 Raman')
  await dana().click({ actionId: 'person.leave-out' })
  await shows('*Left out.*')
  await until('Home to follow', () => labels(dana().home()?.blocks ?? []).includes('Decisions (1)'))
  await sam.click({ actionId: 'preview.person', buttonValue: '0:1' })
  const words = await windowWith(product.desk, 'U_SAM', 'Left out by <@U_DANA>')
  expect(words).not.toContain('p1@acme.example')
  expect(labels(sam.modal()?.blocks ?? [])).toEqual(['Take back', 'Decisions', 'Why?'])
  await sam.click({ actionId: 'person.take-back' })
  await windowWith(product.desk, 'U_SAM', '*Taken back.*')
  while (sam.modal()) await sam.close()
})

test('a right taken away while the page is open is gone at its button', async () => {
  await openFirst()
  const user = seedUsers.find(({ id }) => id === 'U_DANA')!
  user.isAdmin = false
  try {
    await dana().click({ actionId: 'person.leave-out' })
    await shows(ONLY_ADMINS)
  } finally {
    user.isAdmin = true
  }
  expect(await decisions()).toEqual([])
})

test('left out from the confirm window: what was shown is not confirmed any more', async () => {
  await dana().openHome()
  await until('Home', () => labels(dana().home()?.blocks ?? []).includes('Sync Now'))
  await dana().click({ where: 'home', actionId: 'sync.open' })
  await shows('Plan ')
  await dana().click({ actionId: 'sync.plan' })
  await shows('Person1 Raman')
  await dana().click({ actionId: 'preview.person', buttonValue: '0:1' })
  await shows('Person1 Raman · will be created')
  await dana().click({ actionId: 'person.leave-out' })
  await shows('*Left out.*')
  await dana().close()
  await dana().close()
  await dana().click({ actionId: 'sync.confirm' })
  await until('the new plan', () => /1 fewer to create/.test(allText(dana().modal()?.blocks)))
  expect(await readRegister(product.database.db, product.place)).toEqual({})
})
