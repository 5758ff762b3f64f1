import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Employee, STANDARD_FIELD_KEYS } from '../../src/model.ts'
import { readRegister, seedCache, seedStakeholder } from '../support/seed.ts'
import { employee } from '../sync/core/people.ts'
import { buttons } from './support/fixtures.ts'
import { confirmOnCard, startConnected, until, windowWith } from './support/product.ts'

let product: Awaited<ReturnType<typeof startConnected>>
let ids: string[]
beforeEach(async () => {
  product = await startConnected({ people: 30 })
  const { db } = product.database
  ids = []
  for (const name of ['priya', 'tom']) {
    const known = person(name, { jobTitle: 'Engineer', phone: '1' })
    const fields = STANDARD_FIELD_KEYS.flatMap((key) => (known[key] === null ? [] : [[key, known[key]]]))
    ids.push(await seedStakeholder(db, product.place, Object.fromEntries(fields)))
  }
  const nowInHr = { jobTitle: 'CTO', phone: '2' }
  await seedCache(db, product.place, [person('priya', nowInHr), person('tom', nowInHr)])
})
afterEach(() => product.close())

const person = (name: string, over: Partial<Employee>) =>
  employee({
    recordId: name,
    firstName: name,
    workEmail: `${name}@acme.example`,
    employeeNumber: null,
    ...over,
  })
const dana = () => product.desk.as('U_DANA')
const shows = (words: string) => windowWith(product.desk, 'U_DANA', words)
const register = () => readRegister(product.database.db, product.place)
const valuesOf = async () =>
  Promise.all(
    ids.map(async (id) => [(await register())[id]?.['jobTitle'], (await register())[id]?.['phone']]),
  )
const inWindow = () => dana().modal()?.blocks ?? []

async function closeAll() {
  for (let depth = dana().modalDepth(); depth > 0; depth--) await dana().close()
}

test('an undo says what goes back before Confirm, takes one field alone, and then offers the rest', async () => {
  await confirmOnCard(product.desk)
  await until('the sync', async () => (await valuesOf()).flat().join() === 'CTO,2,CTO,2')

  await dana().command('/datasync undo')
  const words = await shows('Undo this sync?')
  expect(words).toContain('Phone: 2 → 1; Job title: CTO → Engineer')
  expect(await valuesOf()).toEqual([
    ['CTO', '2'],
    ['CTO', '2'],
  ])
  await dana().fill({ actionId: 'undo.only-field', value: 'field:jobTitle' })
  expect(await shows('Undo Job title of everybody in it?')).not.toContain('Phone: 2')
  await dana().click({ actionId: 'undo.confirm' })
  await shows('Undone by <@U_DANA>')
  expect(await valuesOf()).toEqual([
    ['Engineer', '2'],
    ['Engineer', '2'],
  ])

  await closeAll()
  await dana().command('/datasync history')
  await shows('1-2 of 2')
  const syncs = buttons(inWindow()).filter(({ action_id }) => action_id === 'history.sync.turn')
  await dana().click({ actionId: 'history.sync.turn', buttonValue: syncs[1]?.value ?? '' })
  await shows('Job title: Engineer → CTO')
  await dana().click({ actionId: 'history.person' })
  await shows('Undo for this person')
  expect(
    buttons(inWindow())
      .filter(({ action_id }) => action_id === 'undo.open.field')
      .map(({ value }) => value?.split(':').at(-1)),
  ).toEqual(['phone'])

  await closeAll()
  await dana().command('/datasync undo')
  expect(await shows('Undo the rest of this sync?')).toContain('Phone: 2 → 1')
  await dana().click({ actionId: 'undo.confirm' })
  await until(
    'the rest to be undone',
    async () => (await valuesOf()).flat().join() === 'Engineer,1,Engineer,1',
  )
  await closeAll()
  await dana().command('/datasync undo')
  await shows('Redo what was undone?')
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})
