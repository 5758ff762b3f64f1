import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Employee } from '../../src/model.ts'
import { engineAt, person } from '../support/engine.ts'
import { readRegister, seedCache } from '../support/seed.ts'
import { labels } from './support/fixtures.ts'
import { startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

/** Six people are in the register; what HR says of them next is each test's own. */
let product: Awaited<ReturnType<typeof startConnected>>
const six = Array.from({ length: 6 }, (_, n) => person(n + 1))
beforeAll(async () => {
  product = await startConnected({ people: 30 })
  await says({})
  await engineAt(product.database, product.place).sync()
})
afterAll(() => product.close())
let before: Awaited<ReturnType<typeof register>>
beforeEach(async () => {
  before = await register()
})
afterEach(async () => {
  while (dana().modal()) await dana().close()
  expect(await register()).toEqual(before)
})

const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
const register = () => readRegister(product.database.db, product.place)
/** HR as it is now, by the number of each person whom it says something new of. */
const says = (news: Readonly<Record<number, Partial<Employee>>>) =>
  seedCache(
    product.database.db,
    product.place,
    six.map((one) => ({ ...one, ...news[Number(one.recordId)] })),
  )

test('whoever left is in the list and in the number of those to update, on Home and in both windows', async () => {
  await says({ 1: { jobTitle: 'Lead' }, 2: { status: 'left', endDate: '2026-11-30' } })
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('*2* will be updated'))
  expect(allText(dana().home()?.blocks)).toContain('*1* of these has left')
  await dana().click({
    where: 'home',
    actionId: 'preview.open',
    buttonValue: `${product.place.connectionId}:update`,
  })
  const listed = await shows('*2* · To update')
  expect(listed).toContain('1-2 of 2')
  expect(listed).toMatch(/Person1 Raman.+Person2 Raman/)
  await dana().fill({ actionId: 'preview.kind', value: 'left' })
  expect(await shows('*1* · To update because they left')).not.toContain('Person1 Raman')
  await dana().click({ actionId: 'choose.open' })
  expect(await shows('Choose people from HiBob')).toMatch(/Person1 Raman.+Person2 Raman/)
})

test('what took the place of a plan with the same numbers says in the window whom it concerns', async () => {
  await says({ 1: { jobTitle: 'Lead' }, 3: { phone: '+49 30 3' } })
  await dana().command('/datasync preview')
  await shows('*2* · To update')
  await dana().click({ actionId: 'sync.open' })
  await shows('nobody is deleted')
  await says({ 1: { jobTitle: 'CTO' }, 2: { jobTitle: 'Lead' } })
  await dana().click({ actionId: 'sync.confirm' })
  expect(await shows('Here is the new plan.')).toContain(
    'the same numbers, but other people or values. It concerns Person1 Raman, Person2 Raman and Person3 Raman.',
  )
})

test('Save in Configure says what holds the new plan and which fields are not written', async () => {
  await says(Object.fromEntries(six.map((_, n) => [n + 1, { workEmail: `p${n + 1}@new.example` }])))
  const { db } = product.database
  await db
    .updateTable('connection')
    .set({ held_fields: ['phone'] })
    .execute()
  await dana().command('/datasync configure')
  await shows('Stakeholder identifier')
  await dana().fill({ actionId: 'configure.identifier', value: 'employeeNumber' })
  await dana().submit()
  const words = await shows('*Saved.*')
  expect(words).toContain('*Held:* This would change the email of 6 of 6 people.')
  expect(words).toContain('*Phone* is not written: most values were lost in HR. Home says what to check.')
  expect(labels(dana().modal()?.blocks ?? [])).toEqual(['Review', 'See the 6', 'Preview'])
  await dana().click({ actionId: 'sync.open' })
  await shows('To go on, type 6')
  await db.updateTable('connection').set({ held_fields: [] }).execute()
})

test('each tick of Sync Selected is counted at once; the page stays, and what was typed meanwhile too', async () => {
  await says({ 1: { jobTitle: 'Lead' }, 2: { jobTitle: 'Lead' }, 3: { jobTitle: 'Lead' } })
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('*3* will be updated'))
  await dana().click({ where: 'home', actionId: 'choose.open' })
  await shows('*0* people chosen')
  const options = JSON.stringify(dana().modal()?.blocks).match(/"value":"u\d+"/g) ?? []
  const [one = '', two = ''] = options.map((it) => it.slice(9, -1))
  dana().setQuietly({ actionId: 'choose.search', value: 'person3' })
  await dana().fill({ actionId: 'choose.people', value: [one] })
  expect(await shows('*1* person chosen')).toContain('1-3 of 3')
  expect(JSON.stringify(dana().modal()?.state)).toContain('person3')
  await dana().fill({ actionId: 'choose.search', value: 'person3' })
  expect(await shows('1-1 of 1')).toContain('*1* person chosen')
  await dana().fill({ actionId: 'choose.search', value: '' })
  await shows('1-3 of 3')
  await dana().fill({ actionId: 'choose.people', value: [one, two] })
  await shows('*2* people chosen')
  await dana().fill({ actionId: 'choose.people', value: [] })
  await shows('*0* people chosen')
  await dana().fill({ actionId: 'choose.people', value: [two] })
  await shows('*1* person chosen')
  await dana().submit()
  expect(await shows('Sync 1 chosen person from HiBob')).toContain('Person2 Raman')
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})

test("one person's page shows what the register keeps as HR has no value, and not what is held", async () => {
  await says({ 1: { jobTitle: 'Lead', officeLocation: null, department: null } })
  const { db } = product.database
  await db
    .updateTable('connection')
    .set({ held_fields: ['department'] })
    .execute()
  await dana().command('/datasync preview')
  await shows('*1* · To update')
  await dana().click({ actionId: 'preview.person' })
  const words = await shows('linked since')
  expect(words).toContain('HR has no value, and the register keeps: Office location London ')
  expect(words).not.toContain('Department')
  await db.updateTable('connection').set({ held_fields: [] }).execute()
})
