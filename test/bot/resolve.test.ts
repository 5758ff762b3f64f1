import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedUsers } from '../../demo/slack/seed.ts'
import { person } from '../support/engine.ts'
import { readRegister, seedCache, seedStakeholder } from '../support/seed.ts'
import { labels } from './support/fixtures.ts'
import { confirmOnCard, rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 30 })
  await seedCache(product.database.db, product.place, [
    person(1, { firstName: 'Ana' }),
    person(2, { firstName: 'Ben', workEmail: 'P1@acme.example' }),
    person(3, { firstName: 'Nora', workEmail: null }),
    person(4, { firstName: 'Ola' }),
  ])
})
afterAll(() => product.close())

const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
const press = (actionId: string, value?: string) =>
  dana().click({ actionId, ...(value === undefined ? {} : { buttonValue: value }) })

test('from Home to each conflict, an answer, the new numbers, and taking the answer back', async () => {
  await dana().openHome()
  await until('Home', () => labels(dana().home()?.blocks ?? []).includes('Resolve'))
  const before = await rowCounts(product.database)
  await dana().click({ where: 'home', actionId: 'resolve.open' })
  expect(await shows('*3* from HiBob need a look')).toContain('Has the same work email as')

  await press('resolve.one', '1')
  expect(await shows('In HiBob: Ben Raman')).toContain('E-2')
  await dana().fill({ actionId: 'decision.choice', value: '0' })
  await dana().submit()
  await shows('Remembered. Now *2* will be created, *0* updated, *1* needs a look')
  expect(await rowCounts(product.database)).toEqual(before)
  const news = (words: string) => () =>
    dana()
      .messages()
      .some(({ text }) => text.includes('read from HiBob') && text.includes(words))
  await until('the message about the retrieval to follow', news('1 needs a look'))

  await press('resolve.decisions')
  expect(await shows('Ben Raman (E-2): left out')).toContain('Ana Raman (E-1): somebody of their own')
  await until('Home to follow', () => labels(dana().home()?.blocks ?? []).includes('Decisions (2)'))
  const revoke = dana()
    .modal()
    ?.blocks.find((block) => allText(block).includes('Ben Raman')) as unknown as {
    accessory: { value: string }
  }
  await press('decisions.revoke', revoke.accessory.value)
  expect(await shows('Revoked. What is open because of it is asked again')).not.toContain('Ben Raman')
  await press('resolve.open.turn')
  await shows('*2* from HiBob need a look')
  await dana().close()
})

test('somebody without an email is found in the register; nobody chosen is said at the field', async () => {
  const { database, place } = product
  const found = await seedStakeholder(database.db, place, { firstName: 'Nora', lastName: 'Lind', phone: '7' })
  await dana().click({ where: 'home', actionId: 'resolve.open' })
  await shows('need a look')
  await press('resolve.one', '3')
  await shows('Somebody in the register')
  await dana().fill({ actionId: 'decision.choice', value: '0:find' })
  expect((await dana().submit()).errors).toEqual({ found: 'Choose a stakeholder.' })
  expect((await dana().suggest('found', 'decision.find', 'nobody at all')).options).toEqual([])
  const { options } = await dana().suggest('found', 'decision.find', 'lind')
  expect(options.map(({ value }) => value)).toEqual([found])
  await dana().fill({ actionId: 'decision.find', value: found })
  await dana().submit()
  await shows('Remembered. Now')
  expect((await readRegister(database.db, place))[found]).toEqual({
    firstName: 'Nora',
    lastName: 'Lind',
    phone: '7',
  })
  await dana().close()
})

test('a right taken away while a conflict is open is gone when it is answered', async () => {
  await dana().click({ where: 'home', actionId: 'resolve.open' })
  await shows('needs a look')
  await press('resolve.one', '2')
  await shows('In HiBob')
  const user = seedUsers.find(({ id }) => id === 'U_DANA')!
  await dana().fill({ actionId: 'decision.choice', value: '0' })
  user.isAdmin = false
  const before = await product.database.db.selectFrom('match_decision').selectAll().execute()
  try {
    await dana().submit()
    await shows('Only workspace admins can do this')
  } finally {
    user.isAdmin = true
  }
  expect(await product.database.db.selectFrom('match_decision').selectAll().execute()).toEqual(before)
  await dana().close()
})

test('both sides changed: field by field, from the preview, with what is still open', async () => {
  const { database, place } = product
  await seedCache(database.db, place, [person(4, { firstName: 'Ola' })])
  await confirmOnCard(product.desk)
  await until('the sync', async () =>
    Object.values(await readRegister(database.db, place)).some((it) => it['firstName'] === 'Ola'),
  )
  await database.pool.query(
    `update stakeholder set fields = fields || '{"jobTitle": "Founder", "phone": "1"}', version = version + 1
     where fields ->> 'firstName' = 'Ola'`,
  )
  await seedCache(database.db, place, [person(4, { firstName: 'Ola', jobTitle: 'CTO', phone: '2' })])

  await dana().command('/datasync preview')
  await shows('nothing is written yet')
  await dana().click({ actionId: 'preview.kind', value: 'conflict' })
  await until('the way to Resolve', () => labels(dana().modal()?.blocks ?? []).includes('Resolve'))
  await press('resolve.open')
  await shows('*1* from HiBob needs a look')
  await press('resolve.one', '4')
  await shows('ours: Founder')
  await press('decision.hr', 'jobTitle')
  expect(await shows('This is still open')).not.toContain('Founder')
  await press('decision.ours', 'phone')
  await shows('Nothing from HiBob needs a look')
  const ola = Object.values(await readRegister(database.db, place)).find((it) => it['firstName'] === 'Ola')
  expect(ola).toMatchObject({ jobTitle: 'Founder', phone: '1' })
  await press('sync.open')
  await shows('nobody is deleted')
  await press('sync.confirm')
  await shows('Synced from HiBob')
  const after = Object.values(await readRegister(database.db, place)).find((it) => it['firstName'] === 'Ola')
  expect(after).toMatchObject({ jobTitle: 'CTO', phone: '1' })
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})
