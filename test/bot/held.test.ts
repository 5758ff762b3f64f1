import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ONLY_ADMINS } from '../../src/bot/admins.ts'
import { person } from '../support/engine.ts'
import { readRegister, seedCache } from '../support/seed.ts'
import { labels } from './support/fixtures.ts'
import { privateWords, rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
const forty = Array.from({ length: 40 }, (_, n) => person(n + 1))
let domain = 0
beforeAll(async () => {
  product = await startConnected({ people: 30 })
  await seedCache(product.database.db, product.place, forty)
  await dana().command('/datasync sync')
  await until('the card', () => cardOf('U_DANA') !== undefined)
  await dana().click({ where: 'message', actionId: 'sync.confirm_card' })
  await until('the sync', async () => Object.keys(await register()).length === 40)
})
afterAll(() => product.close())
/** HR changes the email of 31 of 40 people, to another domain each time. */
beforeEach(async () => {
  domain++
  const moved = forty.map((one, n) =>
    n < 31 ? { ...one, workEmail: `p${n + 1}@new${domain}.example` } : one,
  )
  await seedCache(product.database.db, product.place, moved)
  for (const user of [dana(), sam()]) while (user.modal()) await user.close()
})

const dana = () => product.desk.as('U_DANA')
const sam = () => product.desk.as('U_SAM')
const shows = (words: string, userId = 'U_DANA') => windowWith(product.desk, userId, words)
const register = () => readRegister(product.database.db, product.place)
const cardOf = (userId: string) =>
  product.desk
    .as(userId)
    .messages()
    .findLast(({ blocks }) => /Confirm|Discard/.test(labels(blocks).join()))

test('Home shows the limit, the number and what to check; the 31 can be seen, before and after', async () => {
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('*Held:*'))
  const words = allText(dana().home()?.blocks)
  expect(words).toContain('This would change the email of 31 of 40 people.')
  expect(words).toContain('Is the email field in HR still the right one?')
  await dana().click({ where: 'home', actionId: 'held.people' })
  expect(await shows('1-10 of 31')).toContain('p1@acme.example → ')
  await dana().click({ actionId: 'held.page.next' })
  await shows('11-20 of 31')
})

test('Sam is asked, sees the same card, types the number, and it says in History what was let through', async () => {
  const before = await register()
  await dana().click({ where: 'home', actionId: 'sync.open' })
  await shows('To go on, type 31')
  await dana().click({ actionId: 'held.ask' })
  await shows('Nobody was chosen.')
  await dana().close()
  for (const [whom, said] of [
    ['U_DANA', 'That is you.'],
    ['U_ELI', 'Only a workspace admin can confirm this.'],
  ] as const) {
    await dana().fill({ actionId: 'held.whom', value: whom })
    await dana().click({ actionId: 'held.ask' })
    await shows(said)
    await dana().close()
  }
  expect(product.desk.as('U_ELI').messages()).toEqual([])
  await dana().fill({ actionId: 'held.whom', value: 'U_SAM' })
  await dana().click({ actionId: 'held.ask' })
  await shows('<@U_SAM> has the plan now')
  const card = cardOf('U_SAM')
  expect(allText(card?.blocks)).toContain('<@U_DANA> asks you to confirm this.')
  expect(labels(card?.blocks ?? [])).toEqual(['Review', 'See the 31', 'See the whole plan', 'Discard'])
  const note = () =>
    dana()
      .messages()
      .findLast(({ text }) => /asked <@U_SAM>|<@U_SAM> confirmed/.test(text))
  expect(note()?.text).toContain('You asked <@U_SAM> to confirm the sync from HiBob that is held.')
  expect(labels(note()?.blocks ?? [])).toEqual([])
  expect(await register()).toEqual(before)

  await sam().click({ where: 'message', actionId: 'sync.open' })
  await shows('To go on, type 31', 'U_SAM')
  await sam().fill({ actionId: 'held.typed', value: '30' })
  expect((await sam().submit()).errors).toEqual({ typed: 'Type 31 to go on.' })
  expect(await register()).toEqual(before)
  await sam().fill({ actionId: 'held.typed', value: '31' })
  await sam().submit()
  await shows('<@U_SAM> let 31 email changes through.', 'U_SAM')
  await until('the card to be settled', () => cardOf('U_SAM') === undefined)
  await until('the asker to be told', () => note()?.text.startsWith('<@U_SAM> confirmed this') === true)
  await dana().close()
  await dana().command('/datasync history')
  expect(await shows('<@U_SAM> let 31 email changes through.')).toContain('*31* updated')
})

test('Discard sets the plan aside everywhere: nothing is written and no button is left', async () => {
  const before = await register()
  await dana().command('/datasync sync', 'C_EQUITY')
  const card = () =>
    dana()
      .messages('C_EQUITY')
      .findLast(({ visibleTo }) => visibleTo === null)
  await until('the card', () => labels(card()?.blocks ?? []).includes('Review'))
  expect(JSON.stringify(card())).not.toContain('Person')
  const counted = await rowCounts(product.database)
  const discardCard = { where: 'message', channel: 'C_EQUITY', actionId: 'held.discard_card' } as const
  await product.desk.as('U_ELI').click(discardCard)
  await until('the refusal', () =>
    privateWords(product.desk, 'U_ELI').some((words) => words.includes(ONLY_ADMINS)),
  )
  expect(labels(card()?.blocks ?? [])).toContain('Discard')
  await sam().click(discardCard)
  await until('the card to close', () => allText(card()?.blocks).includes('<@U_SAM> discarded this'))
  expect(labels(card()?.blocks ?? [])).toEqual([])

  await dana().command('/datasync sync')
  await until('the next plan', () => labels(cardOf('U_DANA')?.blocks ?? []).includes('Review'))
  await dana().click({ where: 'message', actionId: 'sync.open' })
  await shows('To go on, type 31')
  await dana().click({ actionId: 'held.discard' })
  await shows('<@U_DANA> discarded this')
  await until('its card to close', () => cardOf('U_DANA') === undefined)
  expect(await register()).toEqual(before)
  expect(await rowCounts(product.database)).toEqual(counted)
  expect(product.desk.log.filter(({ ok }) => !ok)).toEqual([])
})

test('who is missing from HR stays as they are: the review says so, and without another change offers nothing', async () => {
  const emails = Object.values(await register()).map(({ workEmail }) => String(workEmail))
  const unchanged = forty.slice(10).map((one) => ({
    ...one,
    workEmail: emails.find((email) => email.startsWith(`p${one.recordId}@`)) ?? null,
  }))
  await seedCache(product.database.db, product.place, unchanged)
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('There is nothing to write: they stay'))
  expect(allText(dana().home()?.blocks)).toContain('10 of 40 people are no longer in HR at all.')
  expect(labels(dana().home()?.blocks ?? [])).not.toContain('Review')

  await seedCache(product.database.db, product.place, [
    { ...unchanged[0]!, jobTitle: 'Lead' },
    ...unchanged.slice(1),
  ])
  await dana().command('/datasync preview')
  await shows('Held:')
  await dana().click({ actionId: 'sync.open' })
  const words = await shows('To go on, type 10')
  expect(words).toContain('Confirming writes the other changes. These 10 people stay in the register')
  expect(words).toContain('*Confirming writes the whole plan:* *0* created · *1* updated')
  const before = await register()
  await dana().fill({ actionId: 'held.typed', value: '10' })
  await dana().submit()
  await shows('<@U_DANA> let 10 people missing from HR through.')
  const after = await register()
  const moved = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]))
  expect(moved).toHaveLength(1)
  expect(Object.keys(after)).toEqual(Object.keys(before))
})
