import { afterEach, beforeEach, expect, test } from 'vitest'
import { labels } from './support/fixtures.ts'
import { privateWords, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeEach(async () => {
  product = await startConnected({ people: 40 })
})
afterEach(() => product.close())

const dana = () => product.desk.as('U_DANA')
const sam = () => product.desk.as('U_SAM')
const channel = 'C_EQUITY'
const lastInChannel = () =>
  dana()
    .messages(channel)
    .filter(({ visibleTo }) => visibleTo === null)
    .at(-1)
const syncs = () => product.database.db.selectFrom('sync').selectAll().execute()
const stakeholders = async () =>
  (await product.database.db.selectFrom('stakeholder').select('fields').execute()).length

async function postCard() {
  await dana().command('/datasync sync', channel)
  await until('the card', () => labels(lastInChannel()?.blocks ?? []).includes('Confirm'))
}

test('of two admins who press Confirm at once one wins, and the other is told who', async () => {
  await postCard()
  const press = { where: 'message', channel, actionId: 'sync.confirm_card' } as const
  const pressed = await Promise.all([dana().click(press), sam().click(press)])
  expect(pressed.map(({ ok }) => ok)).toEqual([true, true])
  await until('the result', () => allText(lastInChannel()?.blocks).includes('Synced from HiBob'))
  expect(labels(lastInChannel()?.blocks ?? [])).not.toContain('Confirm')
  const [sync, ...others] = await syncs()
  expect(others).toEqual([])
  const winner = sync?.actor.kind === 'slack' ? sync.actor.userId : ''
  const loser = winner === 'U_DANA' ? 'U_SAM' : 'U_DANA'
  await until('the other to be told', () =>
    privateWords(product.desk, loser, channel).some((it) => it.includes('confirmed this')),
  )
  expect(privateWords(product.desk, loser, channel).at(-1)).toContain(`<@${winner}> confirmed this <!date`)
  expect(privateWords(product.desk, winner, channel).join()).not.toContain('confirmed this')
  expect(await stakeholders()).toBe(sync?.counts.created)
})

test('a card in a channel names nobody', async () => {
  await postCard()
  const people = await product.database.db.selectFrom('plan_change').select('name').execute()
  expect(people.length).toBeGreaterThan(10)
  for (const { name } of people) expect(JSON.stringify(lastInChannel())).not.toContain(name)
})

test('a double click in the window makes one sync, and both clicks show it', async () => {
  await dana().click({ where: 'message', actionId: 'sync.open' })
  await windowWith(product.desk, 'U_DANA', 'nobody is deleted')
  await Promise.all([dana().click({ actionId: 'sync.confirm' }), dana().click({ actionId: 'sync.confirm' })])
  await windowWith(product.desk, 'U_DANA', 'Synced from HiBob by <@U_DANA>')
  expect(await syncs()).toHaveLength(1)
  const told = () =>
    dana()
      .messages()
      .filter(({ text }) => text.startsWith('Synced from HiBob'))
  await until('the direct message', () => told().length > 0)
  expect(told()).toHaveLength(1)
})

test('a plan that was overtaken is not written; the fresh one takes its place and says what moved', async () => {
  await dana().click({ where: 'message', actionId: 'sync.open' })
  const before = await windowWith(product.desk, 'U_DANA', 'nobody is deleted')
  product.hris.control.advance(5)
  await dana().command('/datasync retrieve')
  await until(
    'the second retrieval',
    () =>
      dana()
        .messages()
        .filter(({ text }) => text.includes('read from HiBob')).length === 2,
  )
  await dana().click({ actionId: 'sync.confirm' })
  const after = await windowWith(product.desk, 'U_DANA', 'The data changed since this was drawn up')
  expect(await syncs()).toEqual([])
  expect(await stakeholders()).toBe(0)
  expect(/Plan [0-9a-f]{4}/.exec(after)?.[0]).not.toBe(/Plan [0-9a-f]{4}/.exec(before)?.[0])
  await dana().click({ actionId: 'sync.confirm' })
  await windowWith(product.desk, 'U_DANA', 'Synced from HiBob')
})

test('a card whose plan was overtaken loses its buttons as soon as newer data is there', async () => {
  await postCard()
  product.hris.control.advance(5)
  await dana().command('/datasync retrieve')
  await until('the card to be settled', () =>
    allText(lastInChannel()?.blocks).includes('Newer data took the place'),
  )
  expect(labels(lastInChannel()?.blocks ?? [])).toEqual([])
})

test('of the same plan shown twice in a channel only the newest card has buttons; Cancel takes those', async () => {
  await postCard()
  const first = lastInChannel()
  await dana().command('/datasync sync', channel)
  await until('the second card', () => lastInChannel()?.ts !== first?.ts)
  const now = () =>
    dana()
      .messages(channel)
      .find(({ ts }) => ts === first?.ts)
  await until('the first to give way', () => labels(now()?.blocks ?? []).length === 0)
  expect(labels(lastInChannel()?.blocks ?? [])).toEqual(['Confirm', 'See the whole plan', 'Cancel'])
  await sam().click({ where: 'message', channel, actionId: 'sync.cancel_card' })
  await until('the card to close', () =>
    allText(lastInChannel()?.blocks).includes('<@U_SAM> closed this. Nothing was written.'),
  )
  expect(labels(lastInChannel()?.blocks ?? [])).toEqual([])
  expect(await syncs()).toEqual([])
})

test('Sync Selected writes the people who were ticked on both pages, and nobody else', async () => {
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('will be created'))
  await dana().click({ where: 'home', actionId: 'choose.open' })
  await windowWith(product.desk, 'U_DANA', '*0* people chosen')
  const { errors } = await dana().submit()
  expect(Object.values(errors)).toEqual(['Choose at least one person.'])

  const tick = async () => {
    const block = dana()
      .modal()
      ?.blocks.find(({ block_id }) => block_id?.startsWith('people:'))
    const { element } = block as unknown as {
      element: { options: { value: string; text: { text: string } }[] }
    }
    const [option] = element.options
    await dana().fill({ actionId: 'choose.people', value: [option!.value] })
    return option!.text.text
  }
  const first = await tick()
  await windowWith(product.desk, 'U_DANA', '*1* person chosen')
  await dana().click({ actionId: 'choose.page.next' })
  expect(await windowWith(product.desk, 'U_DANA', '11-20 of')).toContain('*1* person chosen')
  const second = await tick()
  await windowWith(product.desk, 'U_DANA', '*2* people chosen')
  await dana().submit()
  const asked = await windowWith(product.desk, 'U_DANA', 'Sync 2 chosen people from HiBob')
  for (const name of [first, second]) expect(asked).toContain(name)
  expect(await syncs()).toEqual([])
  await dana().click({ actionId: 'sync.confirm' })
  await windowWith(product.desk, 'U_DANA', 'Synced from HiBob by <@U_DANA>')
  expect(await stakeholders()).toBe(2)
  await dana().close()
  await dana().command('/stakeholders')
  const register = await windowWith(product.desk, 'U_DANA', '*2* stakeholders')
  for (const name of [first, second]) expect(register).toContain(name)
})

test('a plan that a brake holds is written only once the number it concerns was typed', async () => {
  await dana().click({ where: 'message', actionId: 'sync.open' })
  await windowWith(product.desk, 'U_DANA', 'nobody is deleted')
  await dana().click({ actionId: 'sync.confirm' })
  await windowWith(product.desk, 'U_DANA', 'Synced from HiBob')
  await dana().close()
  const before = await stakeholders()

  const people = product.hris.control.company().people()
  for (const { id } of [...people].slice(0, 20))
    product.hris.control.patch(id, { workEmail: `new.${id}@acme.example` })
  await dana().command('/datasync retrieve')
  await until('the brake', () =>
    allText(
      dana()
        .messages()
        .filter((it) => it.visibleTo === null)
        .at(-1)?.blocks,
    ).includes('*Held:*'),
  )
  await dana().command('/datasync sync', channel)
  await until('the card', () => labels(lastInChannel()?.blocks ?? []).includes('Review'))
  expect(labels(lastInChannel()?.blocks ?? [])).not.toContain('Confirm')
  await dana().click({ where: 'message', channel, actionId: 'sync.open' })
  const words = await windowWith(product.desk, 'U_DANA', 'To go on, type')
  const number = /To go on, type (\d+)/.exec(words)?.[1] ?? ''

  await dana().fill({ actionId: 'held.typed', value: '1' })
  expect((await dana().submit()).errors).toEqual({ typed: `Type ${number} to go on.` })
  expect(await syncs()).toHaveLength(1)
  expect(await stakeholders()).toBe(before)
  await dana().fill({ actionId: 'held.typed', value: number })
  await dana().submit()
  await windowWith(product.desk, 'U_DANA', 'Synced from HiBob')
  expect(await syncs()).toHaveLength(2)
})
