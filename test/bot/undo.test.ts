import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRegister, seedCache, seedStakeholder } from '../support/seed.ts'
import { employee } from '../sync/core/people.ts'
import { labels } from './support/fixtures.ts'
import { confirmOnCard, rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeEach(async () => {
  product = await startConnected({ people: 30 })
})
afterEach(() => product.close())

const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
const register = () => readRegister(product.database.db, product.place)
const syncMessages = (userId = 'U_DANA') =>
  product.desk
    .as(userId)
    .messages()
    .filter(({ text }) => text.startsWith('Synced from HiBob'))

async function syncAll() {
  await dana().click({ where: 'message', actionId: 'sync.open' })
  await shows('nobody is deleted')
  await dana().click({ actionId: 'sync.confirm' })
  await shows('Synced from HiBob')
  await dana().close()
  await until('the message', () => labels(syncMessages().at(-1)?.blocks ?? []).includes('Undo'))
}

test('undo on the result message: numbers first, then one message that tells it, and Redo', async () => {
  const before = await register()
  await syncAll()
  const synced = await register()
  const people = Object.keys(synced).length
  expect(people).toBeGreaterThan(20)
  const counted = await rowCounts(product.database)

  await dana().click({ where: 'message', actionId: 'undo.open' })
  expect(await shows('Undo this sync?')).toContain(`*${people}* are taken out of the register again.`)
  expect(await register()).toEqual(synced)
  expect(await rowCounts(product.database)).toEqual(counted)
  await dana().click({ actionId: 'undo.confirm' })
  await shows(`Undone by <@U_DANA>`)
  expect(await register()).toEqual(before)

  await until('the message to be edited', () =>
    allText(syncMessages()[0]?.blocks).includes('Undone by <@U_DANA>'),
  )
  await until('the message about the retrieval to offer them again', () =>
    dana()
      .messages()
      .some(({ text }) => text.includes(`read from HiBob, ${people} will be created`)),
  )
  expect(syncMessages()).toHaveLength(1)
  expect(labels(syncMessages()[0]?.blocks ?? [])).toEqual(['See what changed', 'Redo', 'Stakeholders'])
  expect(
    dana()
      .messages()
      .filter(({ text }) => text.startsWith('Undone')),
  ).toEqual([])

  await dana().close()
  await dana().click({ where: 'message', actionId: 'undo.open.redo' })
  await shows(`*${people}* are put back into the register.`)
  await dana().click({ actionId: 'undo.confirm' })
  await shows('Redone by <@U_DANA>')
  expect(await register()).toEqual(synced)
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})

test('a double click undoes once, and both clicks show what was done', async () => {
  await syncAll()
  await dana().command('/datasync undo')
  await shows('Undo this sync?')
  await Promise.all([dana().click({ actionId: 'undo.confirm' }), dana().click({ actionId: 'undo.confirm' })])
  await shows('Undone by <@U_DANA>')
  expect(dana().modalDepth()).toBe(1)
  const undos = await product.database.db.selectFrom('sync').selectAll().where('kind', '=', 'undo').execute()
  expect(undos).toHaveLength(1)
})

test('/datasync undo without any sync says so', async () => {
  await dana().command('/datasync undo')
  await shows('no sync was applied yet')
})

test('people who are ticked are undone and nobody else; what somebody edited is kept and named', async () => {
  await syncAll()
  const synced = await register()
  const names = (await product.database.db
    .selectFrom('journal')
    .select(['name', 'stakeholder_id'])
    .orderBy((eb) => eb.fn('lower', ['name']))
    .orderBy('ordinal')
    .execute()) as { name: string; stakeholder_id: string }[]
  const [edited, undone] = names
  await product.database.pool.query(
    `update stakeholder set fields = fields || '{"phone": "1"}', version = version + 1 where stakeholder_id = $1`,
    [edited?.stakeholder_id],
  )
  await dana().command('/datasync undo')
  expect(await shows('*1* is kept')).toContain(`${edited?.name}: edited since`)
  await dana().click({ actionId: 'undo.choose' })
  await shows('*0* people chosen')
  expect(Object.values((await dana().submit()).errors)).toEqual(['Choose at least one person.'])
  const block = dana()
    .modal()
    ?.blocks.find(({ block_id }) => block_id?.startsWith('people:')) as unknown as {
    element: { options: { value: string }[] }
  }
  const [first, second] = block.element.options
  await dana().fill({ actionId: 'undo.people', value: [first!.value, second!.value] })
  await dana().submit()
  await shows('for 2 people?')
  await dana().click({ actionId: 'undo.confirm' })
  expect(await shows('*1* reversed, *1* kept')).toContain(`${edited?.name}: edited since`)
  const kept = edited!.stakeholder_id
  const expected = { ...synced, [kept]: { ...synced[kept], phone: '1' } }
  delete expected[undone!.stakeholder_id]
  expect(await register()).toEqual(expected)
  await until('the rest to be offered', () =>
    labels(syncMessages()[0]?.blocks ?? []).includes('Undo the rest'),
  )
})

test('History: every sync, one of them by name, and one field of one person taken back', async () => {
  const { database, place } = product
  const id = await seedStakeholder(database.db, place, {
    firstName: 'Priya',
    workEmail: 'priya@acme.example',
    jobTitle: 'Engineer',
    phone: '1',
  })
  await seedCache(database.db, place, [
    employee({
      recordId: '1',
      firstName: 'Priya',
      workEmail: 'priya@acme.example',
      jobTitle: 'CTO',
      phone: '2',
    }),
  ])
  await confirmOnCard(product.desk)
  await until('the sync', async () => (await register())[id]?.['jobTitle'] === 'CTO')
  const synced = await register()

  await dana().command('/datasync history')
  await shows('1-1 of 1')
  await dana().click({ actionId: 'history.sync.turn' })
  await shows('Job title: Engineer → CTO')
  await dana().click({ actionId: 'history.person' })
  await shows('Undo for this person')
  await dana().click({ actionId: 'undo.open.field', buttonValue: await fieldValue('jobTitle') })
  expect(await shows('*1* gets the former values back')).toContain('Undo Job title of Priya')
  await dana().click({ actionId: 'undo.confirm' })
  await shows('Undone by <@U_DANA>')
  expect(await register()).toEqual({ [id]: { ...synced[id], jobTitle: 'Engineer' } })

  for (let depth = dana().modalDepth(); depth > 0; depth--) await dana().close()
  await dana().command('/datasync history')
  const words = await shows('1-2 of 2')
  expect(words.indexOf('Undone by')).toBeLessThan(words.indexOf('Synced from HiBob'))
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})

async function fieldValue(field: string): Promise<string> {
  const { sync_id } = await product.database.db.selectFrom('sync').select('sync_id').executeTakeFirstOrThrow()
  return `${sync_id}:0:${field}`
}
