import { afterAll, beforeAll, expect, test } from 'vitest'
import { engineAt, person } from '../support/engine.ts'
import { type Place, readRegister, seedCache, seedConnectionOf } from '../support/seed.ts'
import { labels } from './support/fixtures.ts'
import { startConnected, until, windowWith } from './support/product.ts'

/** Ana stands in both HR systems, Ben in the second alone. */
let product: Awaited<ReturnType<typeof startConnected>>
let second: Place
beforeAll(async () => {
  product = await startConnected({ people: 30 })
  const { database, place } = product
  await seedCache(database.db, place, [person(1, { firstName: 'Ana', jobTitle: 'Advisor' })])
  await engineAt(database, place).sync()
  second = await seedConnectionOf(database.db, place.companyId, 'personio')
  await seedCache(database.db, second, [
    person(1, { firstName: 'Ana', jobTitle: 'CTO' }),
    person(2, { firstName: 'Ben' }),
  ])
})
afterAll(() => product.close())

const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
const press = (actionId: string, value?: string) =>
  dana().click({ actionId, ...(value === undefined ? {} : { buttonValue: value }) })
const register = () => readRegister(product.database.db, second)
const titles = async () =>
  Object.values(await register())
    .map(({ firstName, jobTitle }) => [firstName, jobTitle])
    .sort()

/** The value of an answer in the window, by its words. */
function optionNamed(words: string): string {
  const found = /\{"text":\{[^}]*"text":"([^"]*)"[^}]*\},"value":"([^"]*)"/g
  const options = [...JSON.stringify(dana().modal()?.blocks).matchAll(found)]
  return options.find(([, text]) => text === words)?.[2] ?? expect.unreachable(words)
}

async function openConflictOf(recordId: string, { connectionId }: Place): Promise<string> {
  await dana().command('/datasync preview')
  await shows('Choose Personio')
  await press('preview.open.turn', connectionId)
  await shows('nothing is written yet')
  await dana().click({ actionId: 'preview.kind', value: 'conflict' })
  await until('the way to Resolve', () => labels(dana().modal()?.blocks ?? []).includes('Resolve'))
  await press('resolve.open')
  await shows('from Personio need')
  await press('resolve.one', recordId)
  return await shows('In Personio')
}

test('a person of two HR systems goes on under one of them, once an admin says which', async () => {
  const before = await register()
  await dana().openHome()
  await until('Home', () => labels(dana().home()?.blocks ?? []).includes('Resolve (1)'))
  await dana().click({ where: 'home', actionId: 'resolve.open', buttonValue: second.connectionId })
  await shows('from Personio need')
  await dana().close()
  const asked = await openConflictOf('1', second)
  expect(asked).toContain('is linked to the record of Ana Raman (E-1) in HiBob.')
  expect(asked).toContain('The same person as Ana Raman')
  await dana().fill({ actionId: 'decision.choice', value: '0' })
  await dana().submit()
  await shows('Nothing from Personio needs a look')
  expect(await register()).toEqual(before)

  await press('sync.open')
  await shows('nobody is deleted')
  await press('sync.confirm')
  await shows('Synced from Personio')
  expect(await titles()).toEqual([
    ['Ana', 'CTO'],
    ['Ben', 'Engineer'],
  ])
  const [former] = await engineAt(product.database, product.place).changes()
  expect(former).toMatchObject({ kind: 'skip', reason: 'superseded', fields: {} })
  await dana().close()
})

test('a record with a wrong link becomes somebody new, and the stakeholder stays with the other', async () => {
  const { database } = product
  const ben = Object.entries(await register()).find(([, { firstName }]) => firstName === 'Ben')?.[0] ?? ''
  await database.db
    .insertInto('link')
    .values({
      company_id: second.companyId,
      connection_id: second.connectionId,
      record_id: '3',
      stakeholder_id: ben,
      base: '{}',
    })
    .execute()
  await seedCache(database.db, second, [
    person(1, { firstName: 'Ana', jobTitle: 'CTO' }),
    person(2, { firstName: 'Ben' }),
    person(3, { firstName: 'Cem' }),
  ])
  await openConflictOf('3', second)
  await dana().fill({ actionId: 'decision.choice', value: optionNamed('Somebody new') })
  await dana().submit()
  await shows('Nothing from Personio needs a look')
  await press('sync.open')
  await shows('nobody is deleted')
  await press('sync.confirm')
  await shows('Synced from Personio')
  await dana().close()
  expect(await titles()).toEqual([
    ['Ana', 'CTO'],
    ['Ben', 'Engineer'],
    ['Cem', 'Engineer'],
  ])
  expect((await register())[ben]).toMatchObject({ firstName: 'Ben' })
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})
