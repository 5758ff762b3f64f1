import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LogEntry } from '../../demo/slack/desk.ts'
import { type Product, startProduct } from '../bot/support/product.ts'
import { allText } from '../bot/support/words.ts'
import { connectHibob } from './support/linking.ts'
import { expectSoon, soon } from './support/soon.ts'

const CHANNEL = 'C_EQUITY'

let product: Product
beforeEach(async () => {
  product = await startProduct({ people: 60 })
  await connectHibob(product.desk, product.hris.credentials)
  await soon(() => expect(read()).toBe(1))
})
afterEach(() => product.close())

const as = (who: 'DANA' | 'SAM') => product.desk.as(`U_${who}`)
const read = () =>
  as('DANA')
    .messages()
    .filter(({ text }) => text.includes('people read from HiBob')).length
const posted = () =>
  as('SAM')
    .messages(CHANNEL)
    .filter(({ visibleTo }) => visibleTo === null)
const card = () => allText(posted().at(-1)?.blocks)
const shown = (who: 'DANA' | 'SAM') => allText(as(who).modal()?.blocks)

test('of two admins who confirm at once in their windows one wins; the other is told who did it and when', async () => {
  for (const who of ['DANA', 'SAM'] as const) {
    await as(who).openHome()
    await expectSoon(() => allText(as(who).home()?.blocks)).toContain('will be created')
    await as(who).click({ where: 'home', actionId: 'sync.open' })
    await expectSoon(() => shown(who)).toContain('nobody is deleted')
  }
  const pressed = await Promise.all([
    as('DANA').click({ actionId: 'sync.confirm' }),
    as('SAM').click({ actionId: 'sync.confirm' }),
  ])
  expect(pressed.map(({ ok }) => ok)).toEqual([true, true])
  await expectSoon(() => [shown('DANA'), shown('SAM')].join()).toContain('Synced from HiBob')
  await expectSoon(() => [shown('DANA'), shown('SAM')].join()).toContain('confirmed this')

  const syncs = await product.database.db.selectFrom('sync').selectAll().execute()
  expect(syncs).toMatchObject([{ status: 'applied', counts: { skipped: 0 } }])
  const [winner, loser] = shown('DANA').includes('Synced')
    ? (['DANA', 'SAM'] as const)
    : (['SAM', 'DANA'] as const)
  expect(syncs[0]?.actor).toEqual({ kind: 'slack', userId: `U_${winner}` })
  expect(shown(loser)).toMatch(new RegExp(`<@U_${winner}> confirmed this <!date\\^\\d+\\^`, 'u'))
  expect(await stakeholders()).toBe(syncs[0]?.counts.created)
})

test('whatever happens in a channel, it gets counts and masked names: no full name, no email', async () => {
  await as('DANA').command('/datasync', CHANNEL)
  await as('SAM').command('/stakeholders priya', CHANNEL)
  await as('DANA').command('/datasync sync', CHANNEL)
  await expectSoon(card).toContain('nobody is deleted')
  await confirm()

  product.hris.control.advance(3)
  await as('SAM').command('/datasync retrieve', CHANNEL)
  await expectSoon(() => as('SAM').messages().length).toBeGreaterThan(0)
  await expectSoon(() => as('SAM').messages().at(-1)?.text).toContain('people read from HiBob')
  await as('DANA').command('/datasync sync', CHANNEL)
  await expectSoon(card).toContain('Look twice')
  expect(card()).toMatch(/Look twice: .*\bP\. R\. .*last name/u)
  // A card that newer data takes the place of, then the card of that.
  product.hris.control.advance(1)
  await as('DANA').command('/datasync retrieve', CHANNEL)
  await expectSoon(card).toContain('Newer data took the place')
  await as('SAM').command('/datasync sync', CHANNEL)
  await expectSoon(card).toContain('nobody is deleted')
  await confirm()

  const said = product.desk.log.filter(isPublic).map(({ body }) => JSON.stringify(body))
  expect(said.length).toBeGreaterThan(6)
  expect(await stakeholders()).toBeGreaterThan(50)
  for (const person of product.hris.control.company().people()) {
    const { displayName, firstName, lastName, personalEmail, workEmail } = person
    for (const secret of [displayName, `${firstName} ${lastName}`, personalEmail, workEmail]) {
      if (secret !== null) expect(said.filter((it) => it.includes(secret.trim()))).toEqual([])
    }
  }
})

/** Everybody in the channel saw it, if only until the next edit. */
const isPublic = ({ name, body }: LogEntry): boolean =>
  ['chat.postMessage', 'chat.update'].includes(name) && JSON.stringify(body).includes(CHANNEL)

async function confirm(): Promise<void> {
  await as('DANA').click({ where: 'message', channel: CHANNEL, actionId: 'sync.confirm_card' })
  await expectSoon(card).toContain('Synced from HiBob')
}

async function stakeholders(): Promise<number> {
  return (await product.database.db.selectFrom('stakeholder').select('stakeholder_id').execute()).length
}
