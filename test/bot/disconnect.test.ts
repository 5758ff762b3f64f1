import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedUsers } from '../../demo/slack/seed.ts'
import { ONLY_ADMINS } from '../../src/bot/admins.ts'
import { getConnection, listConnections } from '../../src/db/connections.ts'
import { readRegister } from '../support/seed.ts'
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
const shows = (words: string, userId = 'U_DANA') => windowWith(product.desk, userId, words)
const connection = () =>
  getConnection(product.database.db, product.place.companyId, product.place.connectionId)

async function open(person = dana()) {
  await person.openHome()
  await until('Home', () => allText(person.home()?.blocks).includes('people in HiBob'))
  const value = `disconnect:${product.place.connectionId}`
  await person.click({ where: 'home', actionId: 'connection.more', value })
  return await shows('Disconnect HiBob?', person.user.id)
}

test('while HiBob is read, the window says so and offers to look again', async () => {
  const { db } = product.database
  const { retrieval_id } = await db.selectFrom('retrieval').select('retrieval_id').executeTakeFirstOrThrow()
  await open()
  const is = (status: 'running' | 'complete') =>
    db.updateTable('retrieval').set({ status }).where('retrieval_id', '=', retrieval_id).execute()
  await is('running')
  await dana().click({ actionId: 'disconnect.now' })
  await shows('HiBob is being read at this moment, so it was not disconnected. Nothing was changed.')
  expect((await connection()).status).toBe('active')
  while (dana().modal()) await dana().close()
  await dana().click({
    where: 'home',
    actionId: 'connection.more',
    value: `disconnect:${product.place.connectionId}`,
  })
  await shows('*Not now.* HiBob is being read')
  await is('complete')
  await dana().click({ actionId: 'disconnect.again' })
  await until('the button', () => labels(dana().modal()?.blocks ?? []).includes('Disconnect HiBob'))
  await dana().close()
})

test('somebody who is no admin any more is refused at the button', async () => {
  await open(sam())
  const user = seedUsers.find(({ id }) => id === 'U_SAM')!
  user.isAdmin = false
  try {
    await sam().click({ actionId: 'disconnect.now' })
    await shows(ONLY_ADMINS, 'U_SAM')
  } finally {
    user.isAdmin = true
  }
  expect((await connection()).status).toBe('active')
  while (sam().modal()) await sam().close()
})

test('disconnected from Home: buttons go everywhere, the register stays, and it can be connected again', async () => {
  const { database, desk, place } = product
  const before = await readRegister(database.db, place)
  const news = () =>
    dana()
      .messages()
      .findLast(({ text }) => text.includes('read from HiBob'))
  await until('the news', () => labels(news()?.blocks ?? []).includes('Sync Now'))
  await dana().command('/datasync sync', 'C_EQUITY')
  const card = () =>
    dana()
      .messages('C_EQUITY')
      .findLast(({ visibleTo }) => visibleTo === null)
  await until('the card', () => labels(card()?.blocks ?? []).includes('Confirm'))

  await open()
  await open(sam())
  await dana().click({ actionId: 'disconnect.now' })
  expect(await shows('*HiBob is disconnected.*')).toContain('The register and its history are as they were.')
  await sam().click({ actionId: 'disconnect.now' })
  await shows('This connection is no longer there.', 'U_SAM')

  expect(await connection()).toMatchObject({ status: 'removed', sealed_credentials: null })
  expect(await readRegister(database.db, place)).toEqual(before)
  await until('both Homes to follow', () =>
    [dana(), sam()].every((it) => !allText(it.home()?.blocks).includes('HiBob')),
  )
  await until('the card to close', () => labels(card()?.blocks ?? []).length === 0)
  await until('the news to lose its buttons', () => labels(news()?.blocks ?? []).length === 0)

  await dana().click({ actionId: 'connect.open' })
  await shows('Who is matched to whom, and your settings, are taken up again.')
  await dana().submit()
  await shows('Go on in your browser')
  while (dana().modal()) await dana().close()
  await dana().command('/datasync connect')
  await shows('HiBob, as before')
  await dana().fill({ actionId: 'connect.provider', value: `again:${place.connectionId}` })
  await dana().submit()
  await shows('Go on in your browser')
  const sessions = await database.db
    .selectFrom('link_session')
    .select('connection_id')
    .where('finished_at', 'is', null)
    .execute()
  expect(sessions).toEqual([{ connection_id: place.connectionId }, { connection_id: place.connectionId }])
  expect(await listConnections(database.db, place.companyId)).toEqual([])
  expect(desk.log.filter(({ ok }) => !ok)).toEqual([])
})
