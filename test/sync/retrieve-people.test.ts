import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { difficultId } from '../../demo/hris/difficult-person.ts'
import type { FaultInput } from '../../demo/hris/faults.ts'
import { idAt } from '../../demo/hris/ordinary.ts'
import { type Hris, startHris } from '../../demo/hris/server.ts'
import { findCached } from '../../src/db/cache.ts'
import { getConnection } from '../../src/db/connections.ts'
import { getRetrieval } from '../../src/db/retrievals.ts'
import type { Actor } from '../../src/model.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { targetsOf } from '../../src/sync/core/targets.ts'
import { getOverview } from '../../src/sync/overview.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import { requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import { createInbox } from '../../src/sync/webhook-inbox.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { cacheImage, jobsOf, providersOf, retrieve, seedLinkedConnection } from '../support/retrieval.ts'
import { DANA, makeContext, type Place } from '../support/seed.ts'

const PEOPLE = 420
const WEBHOOK: Actor = { kind: 'webhook', provider: 'hibob' }

let database: TestDatabase
let hris: Hris
let minutes = 0
/** Every one a minute later than the one before. */
const context = (actor: Actor = DANA) =>
  makeContext(database, {
    now: new Date(Date.UTC(2026, 10, 23, 12, minutes++)),
    actor,
    providers: providersOf(hris),
  })

beforeAll(async () => {
  database = await createTestDatabase()
  hris = await startHris({ people: PEOPLE, today: '2026-11-23', rateLimit: null })
})
afterEach(() => hris.control.reset())
afterAll(async () => {
  await hris?.close()
  await database?.drop()
})

/** Ordinary people, who work there. */
const [ONE, TWO, THREE] = [idAt(102), idAt(103), idAt(104)] as [string, string, string]
const searches = () => hris.control.state().requests['POST /v1/people/search'] ?? 0
const connectionOf = ({ companyId, connectionId }: Place) =>
  getConnection(database.db, companyId, connectionId)
const cached = (place: Place, recordId: string) => findCached(database.db, place, recordId)

async function connected(): Promise<Place> {
  const place = await seedLinkedConnection(database)
  expect(await retrieve(context(), place)).toMatchObject({ status: 'complete', people_read: PEOPLE })
  return place
}

/** What is asked for, run to its end. */
async function readAgain(place: Place, ids: readonly string[], actor: Actor = WEBHOOK) {
  const { retrievalId } = await requestRetrieval(context(actor), place, { targets: targetsOf(ids) })
  return run(place, retrievalId)
}
const run = ({ companyId }: Place, retrievalId: string) =>
  runRetrieval(context(), { companyId, retrievalId }, () => undefined)

/** Deliveries about these people, one each, as they come from the vendor all at once. */
async function deliver(place: Place, named: readonly (readonly string[])[]) {
  const inbox = createInbox(context)
  const digest = (n: number) => createHash('sha256').update(`${place.connectionId} ${n}`).digest()
  await Promise.all(
    named.map((ids, n) =>
      inbox.receive({ ...place, provider: 'hibob', digest: digest(n), targets: targetsOf(ids) }),
    ),
  )
  return waiting(place)
}
const waiting = ({ connectionId }: Place) =>
  database.db
    .selectFrom('retrieval')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('status', '=', 'queued')
    .execute()

describe('a burst of deliveries', () => {
  test('a thousand about three people are one retrieval of three, and nobody else is read or touched', async () => {
    const place = await connected()
    const before = await cacheImage(database, place)
    const connection = await connectionOf(place)
    hris.control.patch(ONE, { title: 'Lead' })
    hris.control.patch(TWO, { department: 'Legal' })
    const asked = searches()
    const named = Array.from({ length: 1_000 }, (_, n) => [[ONE, TWO, THREE][n % 3]!])

    const [queued, ...more] = await deliver(place, named)
    expect(more).toEqual([])
    expect(queued?.record_ids).toEqual([ONE, TWO, THREE].sort())
    const row = await run(place, queued!.retrieval_id)

    expect(row).toMatchObject({ status: 'complete', people_read: 3, added: 0, changed: 2, unchanged: 1 })
    expect(row).toMatchObject({ vanished: 0, unread_fields: [], actor: WEBHOOK })
    expect(searches()).toBe(asked + 1)
    const [old, now] = [before.split('\n'), (await cacheImage(database, place)).split('\n')]
    expect(now).toHaveLength(PEOPLE)
    expect(now.filter((line) => !old.includes(line))).toHaveLength(2)
    expect((await cached(place, ONE))?.employee).toMatchObject({ jobTitle: 'Lead' })
    // What the complete retrieval proved stands, and so does the time of the next.
    expect(await connectionOf(place)).toEqual({ ...connection, cache_version: 1 })
  })

  test('about three hundred people are one full retrieval', async () => {
    const place = await connected()
    const named = Array.from({ length: 300 }, (_, n) => [idAt(100 + n)])
    const [queued, ...more] = await deliver(place, named)
    expect(more).toEqual([])
    expect(queued?.record_ids).toBeNull()
    expect(await run(place, queued!.retrieval_id)).toMatchObject({
      status: 'complete',
      people_read: PEOPLE,
    })
  })

  test('one that names nobody, or names what no id looks like, makes it a full one', async () => {
    for (const odd of [[], ['../1'], ['x\0']]) {
      const place = await connected()
      const [queued] = await deliver(place, [[ONE], odd, [TWO]])
      expect(queued?.record_ids).toBeNull()
    }
  })

  test('joins one that reads everybody already without making it smaller', async () => {
    const place = await connected()
    const { retrievalId } = await requestRetrieval(context(), place)
    const [queued, ...more] = await deliver(place, [[ONE]])
    expect(more).toEqual([])
    expect(queued).toMatchObject({ retrieval_id: retrievalId, record_ids: null, actor: DANA })
  })

  test('while one is running waits for the next, which is about the new ones only', async () => {
    const place = await connected()
    const [first] = await deliver(place, [[ONE]])
    await database.db
      .updateTable('retrieval')
      .set({ status: 'running' })
      .where('retrieval_id', '=', first!.retrieval_id)
      .execute()
    await requestRetrieval(context(WEBHOOK), place, { targets: [TWO] })
    expect((await waiting(place)).map(({ record_ids }) => record_ids)).toEqual([[TWO]])
  })
})

describe('asked for besides by', () => {
  const others: [string, Actor][] = [
    ['a person', DANA],
    ['the schedule', { kind: 'schedule' }],
    ['the API', { kind: 'api' }],
  ]
  test.each(others)('%s, it reads everybody and is theirs', async (_who, actor) => {
    const place = await connected()
    const [targeted] = await deliver(place, [[ONE]])
    expect(targeted?.record_ids).toEqual([ONE])
    const { retrievalId, joined } = await requestRetrieval(context(actor), place)
    expect({ retrievalId, joined }).toEqual({ retrievalId: targeted?.retrieval_id, joined: true })
    expect(await waiting(place)).toMatchObject([{ record_ids: null, actor }])
    const key = `retrieve:${place.connectionId}`
    expect((await jobsOf(database, 'retrieve')).filter((job) => job.key === key)).toHaveLength(1)
    expect(await run(place, retrievalId)).toMatchObject({ status: 'complete', people_read: PEOPLE })
  })
})

describe('it becomes a full one', () => {
  async function expectFull(place: Place, ids: readonly string[]) {
    const row = await readAgain(place, ids)
    expect(row).toMatchObject({ record_ids: null })
    return row
  }

  test('where nothing was read before', async () => {
    const place = await seedLinkedConnection(database)
    expect(await expectFull(place, [ONE])).toMatchObject({ status: 'complete', added: PEOPLE })
  })

  test('after one that failed, or was interrupted: what that was to find out is still open', async () => {
    const place = await connected()
    hris.control.addFault({ kind: 'unavailable', times: 4 })
    expect(await retrieve(context(), place)).toMatchObject({ status: 'failed' })
    expect(await expectFull(place, [ONE])).toMatchObject({ status: 'complete', people_read: PEOPLE })

    const { retrievalId } = await requestRetrieval(context(WEBHOOK), place, { targets: [TWO] })
    await database.db
      .updateTable('retrieval')
      .set({ status: 'running' })
      .where('retrieval_id', '=', retrievalId)
      .execute()
    expect(await expectFull(place, [ONE])).toMatchObject({ status: 'complete', people_read: PEOPLE })
    const interrupted = await getRetrieval(database.db, place.companyId, retrievalId)
    expect(interrupted).toMatchObject({ status: 'failed', record_ids: [TWO] })
  })

  test('for more than a tenth of the company', async () => {
    const place = await connected()
    await database.db
      .updateTable('retrieval')
      .set({ people_read: 29 })
      .where('connection_id', '=', place.connectionId)
      .execute()
    await expectFull(place, [ONE, TWO, THREE])
  })

  test('when somebody does not come: nobody vanishes by a few, and who is gone is gone by a complete read', async () => {
    const place = await connected()
    // The first search, which is by id, shows some; those after it show everybody.
    hris.control.addFault({ kind: 'empty', times: 1 })
    const row = await expectFull(place, [ONE, TWO])
    expect(row).toMatchObject({ status: 'complete', people_read: PEOPLE, vanished: 0 })
    expect((await cached(place, ONE))?.vanishedAt).toBeNull()

    const stranger = idAt(PEOPLE + 5)
    expect(await expectFull(place, [ONE, stranger])).toMatchObject({ status: 'complete', vanished: 0 })
    expect(await cached(place, stranger)).toBeUndefined()
  })

  test('when it is hidden from us who was asked for, and the full one fails, nobody has left', async () => {
    const place = await connected()
    const before = await cacheImage(database, place)
    hris.control.addFault({ kind: 'empty' })
    expect(await readAgain(place, [ONE])).toMatchObject({ status: 'failed', error_code: 'provider_empty' })
    expect(await cacheImage(database, place)).toBe(before)
  })

  test('when a field is withheld: nobody is blanked, and the brake of the full one holds', async () => {
    const place = await connected()
    const before = await cacheImage(database, place)
    hris.control.patch(ONE, { title: 'Lead' })
    hris.control.forbid('home')
    const row = await readAgain(place, [ONE])
    expect(row).toMatchObject({ status: 'failed', error_code: 'provider_forbidden' })
    expect(row.unread_fields).toEqual(['personalEmail'])
    expect(await cacheImage(database, place)).toBe(before)
  })

  test('when a value goes blank, which only the whole can tell from a lost field', async () => {
    const place = await connected()
    const { employee } = (await cached(place, ONE))!
    expect(employee?.jobTitle).not.toBeNull()
    hris.control.patch(ONE, { title: null })
    expect(await expectFull(place, [ONE])).toMatchObject({ status: 'complete', changed: 1 })
    expect((await cached(place, ONE))?.employee?.jobTitle).toBeNull()
  })

  test('and stays one when it is started again after a kill', async () => {
    const place = await connected()
    hris.control.addFault({ kind: 'empty', times: 1 })
    hris.control.addFault({ kind: 'unauthorized', after: 1 })
    const row = await readAgain(place, [ONE])
    expect(row).toMatchObject({ status: 'failed', record_ids: null })
  })
})

describe('the few who were read', () => {
  test('may be new, and may have vanished and be back', async () => {
    const place = await connected()
    await database.db
      .updateTable('cached_employee')
      .set({ vanished_at: new Date() })
      .where('connection_id', '=', place.connectionId)
      .where('record_id', '=', ONE)
      .execute()
    const joined = hris.control.advance(10).find(({ kind }) => kind === 'joiner')!.id
    const row = await readAgain(place, [ONE, joined])
    expect(row).toMatchObject({ status: 'complete', people_read: 2, added: 1, changed: 1, vanished: 0 })
    expect((await cached(place, ONE))?.vanishedAt).toBeNull()
    expect((await cached(place, joined))?.employee).toMatchObject({ recordId: joined })
  })

  test('are stored byte for byte as a full read stores them', async () => {
    const place = await connected()
    const untidy = difficultId('untidyWorkEmail')
    for (const id of [ONE, untidy]) hris.control.patch(id, { title: 'Lead' })
    expect(await readAgain(place, [ONE, untidy])).toMatchObject({ changed: 2 })
    const before = await cacheImage(database, place)
    expect(await retrieve(context(), place)).toMatchObject({ changed: 0, unchanged: PEOPLE })
    expect(await cacheImage(database, place)).toBe(before)
  })

  test('are written once, however often it runs: cut off before its end, and called again after it', async () => {
    const place = await connected()
    hris.control.patch(ONE, { title: 'Lead' })
    const { retrievalId } = await requestRetrieval(context(WEBHOOK), place, { targets: [ONE] })
    const before = await cacheImage(database, place)
    await database.pool.query(
      'alter table connection add constraint refuses check (cache_version = 0) not valid',
    )
    await expect(run(place, retrievalId)).rejects.toThrow()
    await database.pool.query('alter table connection drop constraint refuses')
    expect(await cacheImage(database, place)).toBe(before)

    const row = await run(place, retrievalId)
    expect(row).toMatchObject({ status: 'complete', attempts: 2, people_read: 1, changed: 1 })
    const after = await cacheImage(database, place)
    expect(await run(place, retrievalId)).toEqual(row)
    expect(await cacheImage(database, place)).toBe(after)
    expect((await connectionOf(place)).cache_version).toBe(1)
  })

  test('are left alone by an attempt that another has overtaken', async () => {
    const place = await connected()
    hris.control.patch(ONE, { title: 'Lead' })
    const before = await cacheImage(database, place)
    const { retrievalId } = await requestRetrieval(context(WEBHOOK), place, { targets: [ONE] })
    hris.control.addFault({ kind: 'slow', ms: 300 })
    const running = run(place, retrievalId)
    await expect
      .poll(async () => (await getRetrieval(database.db, place.companyId, retrievalId)).status)
      .toBe('running')
    await database.db
      .updateTable('retrieval')
      .set({ attempts: 7 })
      .where('retrieval_id', '=', retrievalId)
      .execute()
    expect(await running).toMatchObject({ status: 'running', attempts: 7 })
    expect(await cacheImage(database, place)).toBe(before)
  })
})

describe('what goes wrong', () => {
  const faults: [string, FaultInput, string][] = [
    ['a key that is refused', { kind: 'unauthorized' }, 'provider_key_refused'],
    ['too many requests', { kind: 'rate_limited' }, 'provider_rate_limited'],
    ['a vendor out of service', { kind: 'unavailable' }, 'provider_unavailable'],
    ['no answer', { kind: 'hang' }, 'provider_timeout'],
    ['an answer that breaks off', { kind: 'truncated', keepPercent: 0 }, 'provider_bad_answer'],
  ]
  test.each(faults)('%s leaves the cache as it was and says so', async (_what, fault, code) => {
    const place = await connected()
    const before = await cacheImage(database, place)
    const connection = await connectionOf(place)
    hris.control.patch(ONE, { title: 'Lead' })
    hris.control.addFault(fault)
    const row = await readAgain(place, [ONE])
    expect(row).toMatchObject({ status: 'failed', error_code: code })
    // What breaks off is read once more, by reading everybody; all else would be no other then.
    expect(row.record_ids).toEqual(code === 'provider_bad_answer' ? null : [ONE])
    expect(row.error_message).toContain('The last good data, from 23 Nov 2026, is kept.')
    expect(await cacheImage(database, place)).toBe(before)
    const now = await connectionOf(place)
    expect(now.status).toBe(code === 'provider_key_refused' ? 'broken' : 'active')
    expect(now.cache_retrieval_id).toBe(connection.cache_retrieval_id)
    expect(now.cache_version).toBe(0)
  })
})

describe('a plan', () => {
  test('that is open is overtaken by people who changed, and by nothing else', async () => {
    const place = await connected()
    const open = (await currentPlan(context(), place))!
    await readAgain(place, [ONE])
    expect((await currentPlan(context(), place))?.planId).toBe(open.planId)

    hris.control.patch(ONE, { title: 'Lead' })
    expect(await readAgain(place, [ONE])).toMatchObject({ changed: 1 })
    const confirmed = await confirmPlan(context(), { ...place, planId: open.planId, hash: open.hash })
    expect(confirmed.outcome).toBe('overtaken')
    const { rows } = await database.pool.query('select status, plan_id from plan where connection_id = $1', [
      place.connectionId,
    ])
    expect(rows.find((row) => row.plan_id === open.planId).status).toBe('superseded')
    const fresh = (await currentPlan(context(), place))!
    expect(fresh.planId).not.toBe(open.planId)
    expect(fresh.hash).not.toBe(open.hash)
    expect(fresh.retrievedAt).toEqual(open.retrievedAt)
  })
})

describe('people are told', () => {
  test('of the changes beside the last complete read, never in its place', async () => {
    const place = await connected()
    const complete = (await connectionOf(place)).cache_retrieval_id
    const [before] = (await getOverview(context(), place.companyId)).connections
    expect(before?.readAgain).toBeNull()
    const told = async () => (await jobsOf(database, 'announce')).map(({ payload }) => payload)
    const toldBefore = await told()
    hris.control.patch(ONE, { title: 'Lead' })
    const row = await readAgain(place, [ONE, TWO])

    const [shown] = (await getOverview(context(), place.companyId)).connections
    expect(shown).toMatchObject({ lastGood: before?.lastGood, nextAt: before?.nextAt, lastFailure: null })
    expect(shown?.readAgain).toEqual({ at: row.finished_at, people: 2, added: 0, changed: 1 })
    const subject = `retrieval:${complete}`
    expect(await told()).toEqual([...toldBefore, { companyId: place.companyId, subject }])
    const why = (recordId: string) => explainPerson(context(), place, recordId)
    expect(await why(ONE)).toMatchObject({ retrievedAt: before?.lastGood?.at, readAgainAt: row.finished_at })
    expect(await why(THREE)).toMatchObject({ retrievedAt: before?.lastGood?.at, readAgainAt: null })

    await retrieve(context(), place)
    const [after] = (await getOverview(context(), place.companyId)).connections
    expect(after?.readAgain).toBeNull()
    expect(await why(ONE)).toMatchObject({ readAgainAt: null })
  })
})
