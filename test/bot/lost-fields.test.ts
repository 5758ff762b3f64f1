import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { getConnection } from '../../src/db/connections.ts'
import { person } from '../support/engine.ts'
import { readRegister, seedCache } from '../support/seed.ts'
import { labels } from './support/fixtures.ts'
import { startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 30 })
})
afterAll(() => product.close())

const dana = () => product.desk.as('U_DANA')
const sam = () => product.desk.as('U_SAM')
const home = (words: string) =>
  until(`Home that says "${words}"`, () => allText(dana().home()?.blocks).includes(words))
const connection = () =>
  getConnection(product.database.db, product.place.companyId, product.place.connectionId)
const retrieved = async () =>
  (
    await product.database.db
      .selectFrom('retrieval')
      .select('status')
      .where('status', 'in', ['complete', 'failed'])
      .execute()
  ).length
/** The message about the retrieval that ended last. */
const news = (words: string) =>
  dana()
    .messages()
    .findLast(({ text }) => text.includes(words))

async function holdPhone(): Promise<void> {
  await product.database.db
    .updateTable('connection')
    .set({ held_fields: ['phone'], coverage: JSON.stringify({ phone: 1 }) })
    .execute()
}

beforeEach(async () => {
  for (const user of [dana(), sam()]) while (user.modal()) await user.close()
})

test('a held field is said on Home, in Sync Now and in the card, and let through in the window', async () => {
  await holdPhone()
  await dana().openHome()
  await home('*Phone* lost most of its values in HiBob')
  expect(allText(dana().home()?.blocks)).toContain('In Bob, open Settings')
  await dana().command('/datasync sync', 'C_EQUITY')
  const card = () =>
    dana()
      .messages('C_EQUITY')
      .findLast(({ visibleTo }) => visibleTo === null)
  await until('the card', () => labels(card()?.blocks ?? []).includes('Let it through'))

  await dana().click({ where: 'home', actionId: 'sync.open' })
  expect(await windowWith(product.desk, 'U_DANA', 'lost most of its values')).toContain('created')
  const before = dana().modal()?.private_metadata
  await dana().click({ actionId: 'lost.let_through.turn' })
  await until('the next plan', () => dana().modal()?.private_metadata !== before)
  expect(allText(dana().modal()?.blocks)).not.toContain('lost most of its values')
  expect((await connection()).held_fields).toEqual([])
  await until('the card of the old plan to close', () => labels(card()?.blocks ?? []).length === 0)
  expect(await readRegister(product.database.db, product.place)).toEqual({})
})

test('let through on Home, it goes from every Home; a second click is told so and changes nothing', async () => {
  await holdPhone()
  await dana().openHome()
  await sam().openHome()
  const offers = (user: ReturnType<typeof dana>) =>
    labels(user.home()?.blocks ?? []).includes('Let it through')
  await until('both Homes', () => offers(dana()) && offers(sam()))
  const both = [dana(), sam()].map((user) => user.click({ where: 'home', actionId: 'lost.let_through' }))
  await Promise.all(both)
  await until('both Homes to say so', () => !offers(dana()) && !offers(sam()))
  expect((await connection()).held_fields).toEqual([])
  const told = () => [dana(), sam()].map((user) => allText(user.modal()?.blocks)).join('')
  await until('the second to be told', () => told().includes('Phone is not held any more.'))
})

test('a retrieval that fails for a field offers to go on without it, to admins only, and reads at once', async () => {
  await seedCache(product.database.db, product.place, [person(1)])
  product.hris.control.forbid('internal')
  await dana().command('/datasync retrieve')
  const message = () => news('no longer shows us Employment status and End date')
  await until('the failure', () => message() !== undefined)
  expect(labels(message()?.blocks ?? [])).toEqual([
    'Retrieve Now',
    'Go on without Employment status and End date',
  ])
  await dana().openHome()
  await home('Go on without Employment status and End date')

  await dana().command('/datasync retrieve')
  const failures = () =>
    dana()
      .messages()
      .filter(({ text }) => text.includes('no longer shows us'))
  await until('the second failure', () => labels(failures()[1]?.blocks ?? []).length === 2)
  await until('the first to lose its buttons', () => labels(failures()[0]?.blocks ?? []).length === 0)

  await home('Go on without Employment status and End date')
  const ended = await retrieved()
  await dana().click({ where: 'home', actionId: 'lost.go_on' })
  await until('the retrieval', async () => (await retrieved()) === ended + 1)
  await until('the news', () => news('HiBob answers again') !== undefined)
  expect((await connection()).waived_fields).toEqual([])
  await until('the old message to lose its buttons', () => labels(message()?.blocks ?? []).length === 0)
  expect(labels(dana().home()?.blocks ?? [])).not.toContain('Go on without Employment status and End date')
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})
