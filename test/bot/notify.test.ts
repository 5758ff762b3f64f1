import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { FaultInput } from '../../demo/hris/faults.ts'
import { createThrottle } from '../../src/bot/throttle.ts'
import { requestRetrieval } from '../../src/sync/retrieve.ts'
import { labels } from './support/fixtures.ts'
import { startConnected, until } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 40 })
})
afterEach(() => product.hris.control.clearFaults())
afterAll(() => product.close())

const dana = () => product.desk.as('U_DANA')
const direct = () =>
  dana()
    .messages()
    .filter(({ visibleTo }) => visibleTo === null)
const cached = async () =>
  await product.database.db.selectFrom('cached_employee').selectAll().orderBy('record_id').execute()

/** A retrieval that nobody in Slack asked for, run to its end and told. */
async function byItself() {
  const ctx = { ...product.ctx(), actor: { kind: 'schedule' } as const }
  const { retrievalId } = await requestRetrieval(ctx, product.place)
  await until('it to end', async () => {
    const row = await product.database.db
      .selectFrom('retrieval')
      .select('status')
      .where('retrieval_id', '=', retrievalId)
      .executeTakeFirstOrThrow()
    return row.status === 'complete' || row.status === 'failed'
  })
  await until('its announcement', async () => {
    const { rows } = await product.database.pool.query('select 1 from graphile_worker._private_jobs')
    return rows.length === 0
  })
}

const faults: [string, FaultInput, string, string[]][] = [
  ['the key is refused midway', { kind: 'unauthorized' }, 'Reconnect', ['Reconnect', 'Retrieve Now']],
  ['it answers nobody at all', { kind: 'empty' }, 'is kept', ['Retrieve Now']],
  ['the answer is cut off', { kind: 'truncated' }, 'is kept', ['Retrieve Now']],
]

test.each(faults)(
  'Retrieve Now when %s: what happened, what holds, what to do, in one message',
  async (_what, fault, word, press) => {
    const before = await cached()
    const told = direct().length
    product.hris.control.addFault(fault)
    await dana().command('/datasync retrieve')
    await until(
      'the failure',
      () => allText(direct().at(-1)?.blocks).includes('Nothing was retrieved'),
      25_000,
    )
    expect(direct()).toHaveLength(told + 1)
    const message = direct().at(-1)
    expect(allText(message?.blocks)).toMatch(
      /Nothing was retrieved from HiBob\..+The last good data, from .+, is kept\./,
    )
    expect(JSON.stringify(message?.blocks)).toContain(word)
    expect(labels(message?.blocks ?? [])).toEqual(press)
    expect(await cached()).toEqual(before)
    expect(await product.database.db.selectFrom('stakeholder').selectAll().execute()).toEqual([])
    await dana().openHome()
    await until('Home to offer it', () => labels(dana().home()?.blocks ?? []).includes('Retrieve Now'))

    product.hris.control.clearFaults()
    await dana().click({ where: 'home', actionId: 'retrieve.now' })
    await until('the recovery', () => allText(direct().at(-1)?.blocks).includes('HiBob answers again'))
  },
)

test('a daily retrieval is worth a message when it begins to fail and when it works again, and never else', async () => {
  const told = direct().length
  await byItself()
  expect(direct()).toHaveLength(told)
  product.hris.control.addFault({ kind: 'empty' })
  await byItself()
  expect(direct()).toHaveLength(told + 1)
  await byItself()
  expect(direct()).toHaveLength(told + 1)
  product.hris.control.clearFaults()
  await byItself()
  expect(direct()).toHaveLength(told + 2)
  expect(allText(direct().at(-1)?.blocks)).toContain('HiBob answers again')
})

test('Home of whoever has it open follows by itself', async () => {
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('*40* people in HiBob'))
  product.hris.control.advance(20)
  await byItself()
  await until('Home to follow', () => !allText(dana().home()?.blocks).includes('*40* people in HiBob'))
})

test('a message that somebody deleted is posted anew instead of failing for ever', async () => {
  product.desk.failNext('chat.update', { error: 'message_not_found' })
  const told = direct().length
  await dana().command('/datasync retrieve')
  await until('the new message', () => direct().length === told + 2)
  await until('the result', () => allText(direct().at(-1)?.blocks).includes('read from HiBob'))
  expect(direct()).toHaveLength(told + 2)
})

test('progress is shown at most once in a while for each retrieval', () => {
  const due = createThrottle(2_500)
  expect([due('a', 0), due('a', 2_499), due('b', 2_499), due('a', 2_500)]).toEqual([true, false, true, true])
})
