import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { postAsApp, privateWords, rowCounts, startConnected, until, windowWith } from './support/product.ts'
import { allText } from './support/words.ts'

let product: Awaited<ReturnType<typeof startConnected>>
beforeAll(async () => {
  product = await startConnected({ people: 40 })
})
afterEach(async () => {
  while (dana().modal()) await dana().close()
})
afterAll(() => product.close())

const dana = () => product.desk.as('U_DANA')
const shown = () => allText(dana().modal()?.blocks)

/** The engine waits for as long as `work` takes: nobody else can read or write the table. */
async function whileLocked(table: string, work: () => Promise<void>) {
  await product.database.db.transaction().execute(async (trx) => {
    await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx)
    await work()
  })
}

test('a window that takes the engine long is acknowledged at once, says so, and is filled in later', async () => {
  await whileLocked('plan', async () => {
    expect(await dana().command('/datasync preview')).toMatchObject({ ok: true, notice: null })
    await until('Loading', () => shown().includes('Loading…'))
    await sleep(300)
    expect(shown()).toContain('Loading…')
  })
  await windowWith(product.desk, 'U_DANA', 'To create')
})

test('a click within a window that takes long says so, and is filled in later', async () => {
  await dana().command('/datasync preview')
  await windowWith(product.desk, 'U_DANA', '1-10 of')
  await whileLocked('plan_change', async () => {
    expect(await dana().click({ actionId: 'preview.page.next' })).toMatchObject({ ok: true, notice: null })
    await until('Loading', () => shown().includes('Loading…'))
  })
  await windowWith(product.desk, 'U_DANA', '11-20 of')
})

test('a form that takes long is acknowledged within 3 seconds and shows its result in the end', async () => {
  await dana().command('/datasync connect')
  await windowWith(product.desk, 'U_DANA', 'Connect your HR system')
  await dana().fill({ actionId: 'connect.provider', value: 'hibob' })
  await whileLocked('link_session', async () => {
    const startedAt = performance.now()
    expect(await dana().submit()).toMatchObject({ ok: true, notice: null, errors: {} })
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(shown()).toContain('Loading…')
  })
  await windowWith(product.desk, 'U_DANA', 'Go on in your browser')
})

test.each(['expired_trigger_id', 'exchanged_trigger_id'])(
  'a trigger that Slack no longer takes is told where it was clicked: %s',
  async (error) => {
    const heard = privateWords(product.desk, 'U_DANA').length
    product.desk.failNext('views.open', { error })
    await dana().command('/datasync preview', 'C_EQUITY')
    await until('the sentence', () => privateWords(product.desk, 'U_DANA').length > heard)
    expect(privateWords(product.desk, 'U_DANA').at(-1)).toContain('Slack waited too long')
    expect(dana().modal()).toBeNull()
  },
)

test('from Home, where nothing can be said beside the button, the sentence comes as a direct message', async () => {
  await dana().openHome()
  await until('Home', () => allText(dana().home()?.blocks).includes('will be created'))
  product.desk.failNext('views.open', { error: 'expired_trigger_id' }, 2)
  await dana().click({ where: 'home', actionId: 'sync.open' })
  await until('the message', () =>
    dana()
      .messages()
      .some(({ text }) => text.includes('Slack waited too long')),
  )
})

test('two quick clicks in a window end on the newer page although the first update came between', async () => {
  await dana().command('/datasync preview')
  await windowWith(product.desk, 'U_DANA', '1-10 of')
  product.desk.failNext('views.update', { error: 'hash_conflict' })
  await dana().click({ actionId: 'preview.page.next' })
  await windowWith(product.desk, 'U_DANA', '11-20 of')
})

test('a failure of ours says what holds and what to do, with a reference, and changes nothing', async () => {
  const before = await rowCounts(product.database)
  const heard = privateWords(product.desk, 'U_DANA').length
  product.desk.failNext('users.info', { error: 'internal_error' })
  await dana().command('/datasync retrieve', 'C_EQUITY')
  await until('the answer', () => privateWords(product.desk, 'U_DANA').length > heard)
  expect(privateWords(product.desk, 'U_DANA').at(-1)).toMatch(
    /Slack did not answer as expected\. Nothing was changed\. Try again .+ Reference [0-9a-f]{6}/,
  )
  expect(await rowCounts(product.database)).toEqual(before)
})

test('a button that no longer exists is answered', async () => {
  const text = { type: 'plain_text', text: 'Undo everything' }
  const ts = await postAsApp(product.desk, 'C_EQUITY', [
    { type: 'actions', elements: [{ type: 'button', action_id: 'gone', text }] },
  ])
  const heard = privateWords(product.desk, 'U_DANA').length
  await dana().click({ where: 'message', channel: 'C_EQUITY', ts, actionId: 'gone' })
  await until('the answer', () => privateWords(product.desk, 'U_DANA').length > heard)
  expect(privateWords(product.desk, 'U_DANA').at(-1)).toContain('from an older version')
})

test('ids of another company lead nowhere', async () => {
  const stranger = '11111111-1111-4111-8111-111111111111'
  const before = await rowCounts(product.database)
  const text = { type: 'plain_text', text: 'Press' }
  const value = `${stranger}:${stranger}:${'ab'.repeat(32)}`
  for (const [actionId, forged] of [
    ['sync.plan', value],
    ['sync.open', stranger],
    ['stakeholder.open', stranger],
    ['connect.open', stranger],
    ['resolve.open', stranger],
    ['held.people', `${stranger}:${stranger}:emails`],
    ['history.sync', stranger],
    ['history.person', `${stranger}:0`],
    ['undo.open', stranger],
  ]) {
    const ts = await postAsApp(product.desk, 'C_EQUITY', [
      { type: 'actions', elements: [{ type: 'button', action_id: actionId, value: forged, text }] },
    ])
    await dana().click({ where: 'message', channel: 'C_EQUITY', ts, actionId: actionId! })
    expect(await windowWith(product.desk, 'U_DANA', 'Nothing was changed')).not.toContain('HiBob')
    await dana().close()
  }
  expect(await rowCounts(product.database)).toEqual(before)
})

test.each([
  ['prevew', 'Did you mean `/datasync preview`?'],
  ['<!channel>', 'Type `/datasync help`'],
])('/datasync %s is answered', async (word, answer) => {
  const heard = privateWords(product.desk, 'U_DANA').length
  await dana().command(`/datasync ${word}`, 'C_EQUITY')
  await until('the answer', () => privateWords(product.desk, 'U_DANA').length > heard)
  expect(privateWords(product.desk, 'U_DANA').at(-1)).toContain(answer)
  expect(JSON.stringify(dana().ephemerals().at(-1))).not.toContain('<!channel>')
})
