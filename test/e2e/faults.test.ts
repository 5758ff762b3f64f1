import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { FaultInput } from '../../demo/hris/faults.ts'
import { formatDate } from '../../src/sync/core/calendar.ts'
import { labels } from '../bot/support/fixtures.ts'
import { type Product, startProduct } from '../bot/support/product.ts'
import { allText } from '../bot/support/words.ts'
import { cacheImage } from './support/cache-image.ts'
import { connectHibob } from './support/linking.ts'
import { expectSoon, soon } from './support/soon.ts'

let product: Product
beforeAll(async () => {
  product = await startProduct({ people: 250 })
  const { desk, hris } = product
  await dana().openHome()
  await connectHibob(desk, hris.credentials)
  await soon(() => expect(said().at(-1)?.text).toContain('250 people read from HiBob'))
})
afterEach(async () => {
  await letItPass()
  vi.restoreAllMocks()
})
afterAll(() => product.close())

const dana = () => product.desk.as('U_DANA')
const said = () =>
  dana()
    .messages()
    .filter(({ visibleTo }) => visibleTo === null)

/** The fault, and whatever time HiBob had asked us to wait. */
async function letItPass(): Promise<void> {
  product.hris.control.clearFaults()
  await product.database.pool.query('delete from rate_limit')
}

type Told = { says: string; todo: string; press?: readonly string[] }

/** `after` counts searches: the first lists everybody, the second brings a hundred people, the third the others. */
const FAULTS: readonly [name: string, fault: FaultInput, told: Told][] = [
  [
    'a key refused midway',
    { kind: 'unauthorized', after: 2 },
    {
      says: 'HiBob did not accept the service user ID or token.',
      todo: 'then reconnect HiBob',
      press: ['Reconnect', 'Retrieve Now'],
    },
  ],
  [
    'too many requests, with a time to wait',
    { kind: 'rate_limited', after: 1, retryAfterSeconds: 120 },
    { says: 'HiBob had too many requests', todo: 'Try again in a few minutes.' },
  ],
  [
    'too many requests, without one',
    { kind: 'rate_limited', after: 1 },
    { says: 'HiBob had too many requests', todo: 'Try again in a few minutes.' },
  ],
  [
    'out of service',
    { kind: 'unavailable', retryAfterSeconds: 0 },
    { says: 'HiBob is out of service', todo: 'Try again in a few minutes.' },
  ],
  [
    'an answer that breaks off and is closed as if it were whole',
    { kind: 'truncated', after: 2 },
    { says: 'The answer from HiBob broke off', todo: 'Try again in a few minutes.' },
  ],
  [
    'nobody, with status 200',
    { kind: 'empty' },
    { says: 'HiBob answered, but showed us nobody.', todo: 'which people these credentials may see' },
  ],
  [
    'nobody, after everybody was listed',
    { kind: 'empty', after: 1 },
    { says: '100 people that HiBob had listed did not come', todo: 'permission group' },
  ],
  [
    'a field that nobody has any more',
    { kind: 'missing_field', field: 'root.email' },
    {
      says: 'HiBob no longer shows us Work email of anybody.',
      todo: 'tick View for Basic info',
      press: ['Retrieve Now', 'Go on without Work email'],
    },
  ],
  [
    'no answer at all',
    { kind: 'hang', after: 1 },
    { says: 'HiBob did not answer in time.', todo: 'Try again in a few minutes.' },
  ],
  [
    'a web page in place of data',
    { kind: 'wrong_type' },
    { says: 'answered, but not with data', todo: 'try again later' },
  ],
  [
    'a redirect to another host',
    { kind: 'redirect' },
    { says: 'HiBob sent us to another address', todo: 'The credentials were not sent there.' },
  ],
]

test.each(FAULTS)(
  '%s: told in one plain message, the cache stays, and it recovers by itself',
  async (_name, fault, { says, todo, press }) => {
    const { database, hris } = product
    const before = await cacheImage(database)
    const heard = said().length
    const kept = `The last good data, from ${await lastGoodDay()}, is kept.`
    // Something to write, so that an untouched cache is no accident.
    hris.control.advance(1)
    hris.control.addFault(fault)
    if (fault.kind === 'hang') hurry()

    await dana().command('/datasync retrieve')
    await expectSoon(() => said()[heard]?.text).toContain('Nothing was retrieved from HiBob.')
    const message = said()[heard]
    const words = allText(message?.blocks)
    for (const part of [says, kept, todo]) {
      expect(words).toContain(part)
      expect(message?.text).toContain(part)
    }
    expect(words).not.toMatch(/\b(40[13]|429|JSON parse|Error:|undefined)\b|rehearsal-token|Basic \w{12}/u)
    expect(labels(message?.blocks ?? [])).toEqual(press ?? ['Retrieve Now'])
    expect(await cacheImage(database)).toBe(before)
    await expectSoon(() => home()).toContain(says)
    expect(home()).toMatch(/The last good data, from .+, is kept\./u)

    await letItPass()
    await dana().command('/datasync retrieve')
    await expectSoon(() => said()[heard + 1]?.text).toContain('HiBob answers again.')
    expect(said()).toHaveLength(heard + 2)
    expect(await cacheImage(database)).not.toBe(before)
    await expectSoon(() => home()).toContain(`${hris.control.state().people}* people in HiBob`)
    expect(home()).not.toMatch(/failed|reconnected|is kept/u)
  },
)

test('a fault that passes by itself is not told', async () => {
  const heard = said().length
  product.hris.control.addFault({ kind: 'rate_limited', after: 1, times: 1, retryAfterSeconds: 0 })
  product.hris.control.addFault({ kind: 'unavailable', after: 1, times: 1, retryAfterSeconds: 0 })
  await dana().command('/datasync retrieve')
  await expectSoon(() => said()[heard]?.text).toContain('people read from HiBob')
  expect(said()).toHaveLength(heard + 1)
  expect(said()[heard]?.text).not.toContain('again')
})

const home = () => allText(dana().home()?.blocks)

/** A minute of patience with an HR system is a good while for a test. */
function hurry(): void {
  const timeout = AbortSignal.timeout.bind(AbortSignal)
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms >= 60_000 ? 300 : ms))
}

async function lastGoodDay(): Promise<string> {
  const { rows } = await product.database.pool.query<{ at: Date }>(
    `select max(finished_at) as at from retrieval where status = 'complete'`,
  )
  return formatDate(rows[0]?.at.toISOString().slice(0, 10) ?? '')
}
