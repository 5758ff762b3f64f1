import { afterAll, beforeAll, expect, test } from 'vitest'
import { idAt } from '../../demo/hris/ordinary.ts'
import { findRetrieval, listRetrievals } from '../../src/db/retrievals.ts'
import { ensureWebhook, saveWebhookSecret } from '../../src/sync/webhooks.ts'
import { startConnected } from '../bot/support/product.ts'
import { allText } from '../bot/support/words.ts'
import { readRegister } from '../support/seed.ts'
import { BOB_SECRET } from '../support/webhooks.ts'
import { expectSoon } from './support/soon.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 60 })
})
afterAll(() => product.close())

const read = () =>
  listRetrievals(product.database.db, product.place.companyId, product.place.connectionId, 10)

test('a day in the HR system wakes a retrieval by itself, all its events only one, and nobody is synced', async () => {
  const { database, hris, place, running } = product
  const [first, ...none] = await read()
  expect(none).toEqual([])
  const { hook } = await ensureWebhook(product.ctx(), place)
  await saveWebhookSecret(product.ctx(), place, BOB_SECRET)
  const entered = await fetch(`${hris.url}/control/webhooks/hibob`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${running.url}/webhooks/hibob/${hook}`, secret: BOB_SECRET }),
  })
  expect(entered.status).toBe(200)
  expect(await read()).toHaveLength(1)

  hris.control.advance(1)
  await hris.webhooks.settled()
  expect(hris.webhooks.sent().length).toBeGreaterThan(3)
  expect(hris.webhooks.sent().every(({ status }) => status === 200)).toBe(true)
  await expectSoon(async () => (await read())[0]?.status).toBe('complete')
  const [woken, ...before] = await read()
  expect(before).toEqual([first])
  expect(woken).toMatchObject({ actor: { kind: 'webhook', provider: 'hibob' }, added: 1 })
  // The joiner and whoever else it was about, and nobody besides.
  expect(woken!.people_read).toBe(woken!.record_ids?.length)
  expect(woken!.people_read).toBeLessThan(7)
  expect(woken!.changed).toBeGreaterThan(0)
  expect(await findRetrieval(database.db, place.companyId, first!.retrieval_id)).toEqual(first)
  expect(await readRegister(database.db, place)).toEqual({})
})

test('a change of two people has these two read again, and the message and Home tell of it', async () => {
  const { desk, hris } = product
  const dana = desk.as('U_DANA')
  await dana.openHome()
  const told = () => allText(dana.messages().at(-1)?.blocks)
  const [last] = await read()
  for (const index of [40, 41]) hris.control.patch(idAt(index), { title: 'Head of Rehearsals' })
  await hris.webhooks.settled()
  await expectSoon(async () => {
    const [woken] = await read()
    return woken?.retrieval_id !== last?.retrieval_id && woken?.status
  }).toBe('complete')
  const [woken] = await read()
  expect(woken).toMatchObject({ people_read: 2, changed: 2, added: 0, vanished: 0 })
  expect(woken?.record_ids).toEqual([idAt(40), idAt(41)].toSorted())
  const words = /HiBob told us of changes .+\*2\* people read again, \*2\* changed/
  await expectSoon(() => allText(dana.home()?.blocks)).toMatch(words)
  expect(allText(dana.home()?.blocks)).toMatch(/HiBob. · retrieved .+ · next /)
  await expectSoon(told).toMatch(words)
  expect(told()).toMatch(/\*6\d\* people read from HiBob, /)
})
