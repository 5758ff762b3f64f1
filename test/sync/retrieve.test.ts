import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { difficultId } from '../../demo/hris/difficult-person.ts'
import { type Hris, startHris } from '../../demo/hris/server.ts'
import { countCached, findCached, listCached } from '../../src/db/cache.ts'
import { getConnection } from '../../src/db/connections.ts'
import { getRetrieval } from '../../src/db/retrievals.ts'
import { employeeSchema } from '../../src/model.ts'
import { enqueueDueRetrievals, requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  cacheImage,
  countStagings,
  jobsOf,
  providersOf,
  retrieve,
  seedLinkedConnection,
} from '../support/retrieval.ts'
import { makeContext } from '../support/seed.ts'

let database: TestDatabase
let hris: Hris
const context = (now = new Date('2026-11-23T12:00:00Z')) =>
  makeContext(database, { now, providers: providersOf(hris) })

beforeAll(async () => {
  database = await createTestDatabase()
  hris = await startHris({ people: 250, today: '2026-11-23', rateLimit: null })
})
afterEach(() => hris.control.reset())
afterAll(async () => {
  await hris?.close()
  await database?.drop()
})

describe('a complete retrieval', () => {
  test('everybody is in the cache as HR states them, each a valid employee', async () => {
    const place = await seedLinkedConnection(database)

    const row = await retrieve(context(), place)

    expect(row).toMatchObject({
      status: 'complete',
      people_read: 250,
      people_expected: 250,
      added: 250,
      changed: 0,
    })
    expect(row).toMatchObject({
      unreadable: 0,
      repeated: 0,
      vanished: 0,
      unread_fields: [],
      error_code: null,
    })
    const people = await listCached(database.db, place, { limit: 1000 })
    expect(people).toHaveLength(250)
    for (const { employee } of people) employeeSchema.parse(employee)
    expect(await findPerson(place, 'preferredName')).toMatchObject({
      firstName: 'Roberta Thuy',
      preferredName: 'Bobbie Tran (she/her)',
      status: 'active',
      employmentType: 'Permanent',
    })
    expect(await findPerson(place, 'leadingZeros')).toMatchObject({ employeeNumber: '00042' })
    expect(await findPerson(place, 'blankEmployeeNumber')).toMatchObject({ employeeNumber: null, unread: [] })
    expect(await findPerson(place, 'untidyWorkEmail')).toMatchObject({
      workEmail: 'Leo.Marchetti@ACME.example',
    })
    expect(await findPerson(place, 'futureJoiner')).toMatchObject({
      status: 'onboarding',
      startDate: '2026-12-02',
    })
    expect(await findPerson(place, 'unheardOfStatus')).toMatchObject({
      status: 'unknown',
      statusText: 'secondment pilot',
    })
    expect(await findPerson(place, 'yearEdgeDate')).toMatchObject({
      startDate: '2022-01-01',
      endDate: '2025-12-31',
      status: 'left',
    })
  })

  test('the connection points at it, is due again the next day, and the announcement is enqueued with it', async () => {
    const place = await seedLinkedConnection(database)

    const row = await retrieve(context(), place)

    const connection = await getConnection(database.db, place.companyId, place.connectionId)
    expect(connection.cache_retrieval_id).toBe(row.retrieval_id)
    expect(connection.next_retrieval_at).toEqual(new Date('2026-11-24T06:00:00Z'))
    const announced = (await jobsOf(database, 'announce')).map(({ payload }) => payload)
    expect(announced).toContainEqual({ companyId: place.companyId, subject: `retrieval:${row.retrieval_id}` })
    expect(await countStagings(database)).toBe(0)
  })

  test('a second read of unchanged data writes no row of the cache', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(context(), place)
    const before = await cacheImage(database, place)

    const row = await retrieve(context(), place)

    expect(row).toMatchObject({ status: 'complete', added: 0, changed: 0, unchanged: 250, vanished: 0 })
    expect(await cacheImage(database, place)).toBe(before)
  })

  test('after a day only those whom HR changed are written', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(context(), place)
    const before = await rowsById(place)
    const changes = hris.control.advance(1)
    const joined = changes.filter(({ kind }) => kind === 'joiner').map(({ id }) => id)

    const row = await retrieve(context(new Date('2026-11-24T12:00:00Z')), place)

    const after = await rowsById(place)
    expect(row.status).toBe('complete')
    expect(row.added).toBe(joined.length)
    expect(row.changed).toBeGreaterThan(0)
    expect(row.changed).toBeLessThan(20)
    const touched = [...after.keys()].filter(
      (id) => before.get(id)?.hash.toString('hex') !== after.get(id)?.hash.toString('hex'),
    )
    expect(touched).toHaveLength(row.added + row.changed)
  })

  test('who is missing vanishes and is kept, and who comes back is as before', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(context(), place)
    const before = await rowsById(place)
    hris.control.addFault({ kind: 'shrink', keepPercent: 90 })

    const smaller = await retrieve(context(), place)

    expect(smaller.status).toBe('complete')
    expect(smaller.vanished).toBe(250 - smaller.people_read)
    expect(smaller.vanished).toBeGreaterThan(5)
    expect(await countCached(database.db, place)).toBe(smaller.people_read)
    expect((await rowsById(place)).size).toBe(250)

    hris.control.clearFaults()
    const whole = await retrieve(context(), place)
    expect(whole).toMatchObject({ status: 'complete', vanished: 0, changed: smaller.vanished, added: 0 })
    expect(await rowsById(place)).toEqual(before)
  })
})

describe('asking for a retrieval', () => {
  test('a second request joins the one that waits: one row, one job', async () => {
    const place = await seedLinkedConnection(database)
    const first = await requestRetrieval(context(), place)
    const second = await requestRetrieval(context(), place)

    expect(first.joined).toBe(false)
    expect(second).toEqual({ retrievalId: first.retrievalId, joined: true })
    const key = `retrieve:${place.connectionId}`
    expect((await jobsOf(database, 'retrieve')).filter((job) => job.key === key)).toHaveLength(1)
  })

  test('inside a transaction that is rolled back nothing is asked for', async () => {
    const place = await seedLinkedConnection(database)
    const jobs = await jobsOf(database, 'retrieve')

    const rolledBack = database.db.transaction().execute(async (trx) => {
      await requestRetrieval({ ...context(), db: trx }, place)
      throw new Error('the rest failed')
    })

    await expect(rolledBack).rejects.toThrow('the rest failed')
    expect(await jobsOf(database, 'retrieve')).toEqual(jobs)
  })

  test('each connection at its own time of day, once, and a removed one never', async () => {
    const due = await seedLinkedConnection(database)
    const removed = await seedLinkedConnection(database)
    const later = await seedLinkedConnection(database)
    const now = new Date('2027-03-01T06:00:30Z')
    await setDue(due.connectionId, new Date('2027-03-01T06:00:00Z'))
    await setDue(removed.connectionId, new Date('2027-03-01T06:00:00Z'), 'removed')
    await setDue(later.connectionId, new Date('2027-03-01T06:01:00Z'))
    await database.db
      .updateTable('connection')
      .set({ next_retrieval_at: new Date('2027-03-02T00:00:00Z') })
      .where(
        'connection_id',
        'not in',
        [due, removed, later].map(({ connectionId }) => connectionId),
      )
      .execute()

    expect(await enqueueDueRetrievals(context(now))).toBe(1)
    expect(await enqueueDueRetrievals(context(now))).toBe(0)

    const keys = (await jobsOf(database, 'retrieve')).map(({ key }) => key)
    expect(keys).toContain(`retrieve:${due.connectionId}`)
    expect(keys).not.toContain(`retrieve:${removed.connectionId}`)
    expect(keys).not.toContain(`retrieve:${later.connectionId}`)
    const { next_retrieval_at } = await getConnection(database.db, due.companyId, due.connectionId)
    expect(next_retrieval_at).toEqual(new Date('2027-03-02T06:00:00Z'))
  })
})

describe('running it', () => {
  test('two at once read one after the other, and the second changes nothing', async () => {
    const place = await seedLinkedConnection(database)
    const first = await requestRetrieval(context(), place)
    hris.control.addFault({ kind: 'slow', ms: 150 })
    const firstRun = runRetrieval(context(), { companyId: place.companyId, ...first }, () => undefined)
    await expect.poll(() => statusOf(place.companyId, first.retrievalId)).toBe('running')
    const second = await requestRetrieval(context(), place)
    const secondRun = runRetrieval(context(), { companyId: place.companyId, ...second }, () => undefined)

    const [one, two] = await Promise.all([firstRun, secondRun])

    expect(second.joined).toBe(false)
    expect(one).toMatchObject({ status: 'complete', added: 250 })
    expect(two).toMatchObject({ status: 'complete', added: 0, changed: 0, unchanged: 250 })
    expect(two.started_at?.getTime()).toBeGreaterThanOrEqual(one.started_at?.getTime() ?? Number.NaN)
    expect(await countCached(database.db, place)).toBe(250)
  })

  test('one that has ended is not run again', async () => {
    const place = await seedLinkedConnection(database)
    const done = await retrieve(context(), place)
    const asked = JSON.stringify(hris.control.state().requests)

    const again = await runRetrieval(
      context(),
      { companyId: place.companyId, retrievalId: done.retrieval_id },
      () => undefined,
    )

    expect(again).toEqual(done)
    expect(JSON.stringify(hris.control.state().requests)).toBe(asked)
  })

  test('progress is told while it runs, and a listener that fails does no harm', async () => {
    const place = await seedLinkedConnection(database)
    const { retrievalId } = await requestRetrieval(context(), place)
    const told: unknown[] = []

    const row = await runRetrieval(
      context(),
      { companyId: place.companyId, retrievalId },
      async (progress) => {
        told.push(progress)
        throw new Error('Slack is down')
      },
    )

    expect(row.status).toBe('complete')
    expect(told[0]).toEqual({ ...place, retrievalId, peopleRead: 100, peopleExpected: 250 })
  })
})

async function findPerson(place: Parameters<typeof findCached>[1], key: Parameters<typeof difficultId>[0]) {
  return (await findCached(database.db, place, difficultId(key)))?.employee
}

async function rowsById(place: Parameters<typeof listCached>[1]) {
  const rows = await listCached(database.db, place, { limit: 1000, vanished: true })
  return new Map(rows.map((row) => [row.recordId, row]))
}

async function statusOf(companyId: string, retrievalId: string) {
  return (await getRetrieval(database.db, companyId, retrievalId)).status
}

async function setDue(connectionId: string, at: Date, status: 'active' | 'removed' = 'active') {
  await database.db
    .updateTable('connection')
    .set({ next_retrieval_at: at, status })
    .where('connection_id', '=', connectionId)
    .execute()
}
