import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRetrieval, listRetrievals } from '../../src/db/retrievals.ts'
import { ensureWebhook, saveWebhookSecret } from '../../src/sync/webhooks.ts'
import { startConnected } from '../bot/support/product.ts'
import { readRegister } from '../support/seed.ts'
import { BOB_SECRET } from '../support/webhooks.ts'
import { expectSoon } from './support/soon.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 60 })
})
afterAll(() => product.close())

test('a day in the HR system wakes a retrieval by itself, all its events only one, and nobody is synced', async () => {
  const { database, hris, place, running } = product
  const read = () => listRetrievals(database.db, place.companyId, place.connectionId, 10)
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
  expect(woken).toMatchObject({ actor: { kind: 'webhook', provider: 'hibob' }, added: 1, people_read: 61 })
  expect(woken!.changed).toBeGreaterThan(0)
  expect(await findRetrieval(database.db, place.companyId, first!.retrieval_id)).toEqual(first)
  expect(await readRegister(database.db, place)).toEqual({})
})
