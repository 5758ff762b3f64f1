import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { FaultInput } from '../../demo/hris/faults.ts'
import { type Hris, startHris } from '../../demo/hris/server.ts'
import { getConnection } from '../../src/db/connections.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  cacheImage,
  countStagings,
  jobsOf,
  providersOf,
  retrieve,
  seedLinkedConnection,
} from '../support/retrieval.ts'
import { makeContext, type Place } from '../support/seed.ts'

let database: TestDatabase
let hris: Hris
const now = new Date('2026-11-23T12:00:00Z')
const context = () => makeContext(database, { now, providers: providersOf(hris) })

beforeAll(async () => {
  database = await createTestDatabase()
  hris = await startHris({ people: 250, today: '2026-11-23', rateLimit: null })
})
afterEach(() => hris.control.reset())
afterAll(async () => {
  await hris?.close()
  await database?.drop()
})

type Failure = { code: string; says: string; remedy: RegExp }

/** `after` counts searches: the first lists the ids, the second brings 100 people, the third the other 150. */
const FAULTS: readonly [name: string, fault: FaultInput, failure: Failure][] = [
  [
    'a key refused from the start',
    { kind: 'unauthorized' },
    {
      code: 'provider_key_refused',
      says: 'HiBob did not accept the service user ID or token.',
      remedy: /reconnect/,
    },
  ],
  [
    'a key refused midway',
    { kind: 'unauthorized', after: 2 },
    {
      code: 'provider_key_refused',
      says: 'HiBob did not accept the service user ID or token.',
      remedy: /reconnect/,
    },
  ],
  [
    'too many requests, with a time to wait',
    { kind: 'rate_limited', after: 1, retryAfterSeconds: 7 },
    {
      code: 'provider_rate_limited',
      says: 'HiBob had too many requests and asked us to wait.',
      remedy: /few minutes/,
    },
  ],
  [
    'too many requests, without one',
    { kind: 'rate_limited', after: 1 },
    {
      code: 'provider_rate_limited',
      says: 'HiBob had too many requests and asked us to wait.',
      remedy: /few minutes/,
    },
  ],
  [
    'out of service',
    { kind: 'unavailable' },
    {
      code: 'provider_unavailable',
      says: 'HiBob is out of service at the moment (error 503).',
      remedy: /few minutes/,
    },
  ],
  [
    'an answer cut off but closed as if whole',
    { kind: 'truncated', after: 2 },
    {
      code: 'provider_bad_answer',
      says: 'The answer from HiBob broke off and could not be read.',
      remedy: /few minutes/,
    },
  ],
  [
    'a connection that breaks in the middle of an answer',
    { kind: 'truncated', after: 1, ending: 'dropped' },
    {
      code: 'provider_bad_answer',
      says: 'The answer from HiBob broke off and could not be read.',
      remedy: /few minutes/,
    },
  ],
  [
    'an empty list with 200',
    { kind: 'empty' },
    { code: 'provider_empty', says: 'HiBob answered, but showed us nobody.', remedy: /which people/ },
  ],
  [
    'empty batches after a full list of ids',
    { kind: 'empty', after: 1 },
    {
      code: 'provider_bad_answer',
      says: '100 people that HiBob had listed did not come when asked for.',
      remedy: /permission group/,
    },
  ],
  [
    'a field that nobody has any more',
    { kind: 'missing_field', field: 'root.email' },
    {
      code: 'provider_forbidden',
      says: 'HiBob no longer shows us Work email of anybody.',
      remedy: /tick View for Basic info/,
    },
  ],
  [
    'batches that shrink after a full list of ids',
    { kind: 'shrink', after: 1, keepPercent: 60 },
    {
      code: 'provider_bad_answer',
      says: 'people that HiBob had listed did not come when asked for.',
      remedy: /permission group/,
    },
  ],
  [
    'no answer at all',
    { kind: 'hang', after: 1 },
    { code: 'provider_timeout', says: 'HiBob did not answer in time.', remedy: /few minutes/ },
  ],
  [
    'a web page instead of data',
    { kind: 'wrong_type' },
    {
      code: 'provider_bad_answer',
      says: 'HiBob answered, but not with data.',
      remedy: /login or maintenance/,
    },
  ],
  [
    'a redirect to another host',
    { kind: 'redirect' },
    {
      code: 'provider_redirected',
      says: 'HiBob sent us to another address, which we did not follow.',
      remedy: /not sent there/,
    },
  ],
]

describe.each(FAULTS)('%s', (_name, fault, { code, says, remedy }) => {
  test('leaves the cache as it was and says so in plain words', async () => {
    const place = await seedLinkedConnection(database)
    const good = await retrieve(context(), place)
    const before = await cacheImage(database, place)
    const announcements = (await jobsOf(database, 'announce')).length
    // Something to write, so that an untouched cache is no accident.
    hris.control.advance(3)
    hris.control.addFault(fault)

    const row = await retrieve(context(), place)

    expect(row).toMatchObject({
      status: 'failed',
      error_code: code,
      error_remedy: expect.stringMatching(remedy),
    })
    expect(row.error_message).toContain(says)
    expect(row.error_message).toContain('The last good data, from 23 Nov 2026, is kept.')
    expect(`${row.error_message} ${row.error_remedy}`).not.toMatch(/rehearsal-token|Basic [A-Za-z0-9+/]{12}/)
    expect(await cacheImage(database, place)).toBe(before)
    expect(await countStagings(database)).toBe(0)
    expect((await connectionOf(place)).cache_retrieval_id).toBe(good.retrieval_id)
    expect(await jobsOf(database, 'announce')).toHaveLength(announcements + 1)
  })
})

test('a category that permission took away midway is noticed, named, and said where to grant', async () => {
  const place = await seedLinkedConnection(database)
  await retrieve(context(), place)
  const before = await cacheImage(database, place)
  hris.control.forbid('internal')

  const row = await retrieve(context(), place)

  expect(row).toMatchObject({ status: 'failed', error_code: 'provider_forbidden' })
  expect(row.error_message).toContain('HiBob no longer shows us Employment status and End date of anybody.')
  expect(row.error_remedy).toContain('tick View for Lifecycle')
  expect(await cacheImage(database, place)).toBe(before)
})

test('a field that could never be read is unread and not blank, and stops nothing', async () => {
  const place = await seedLinkedConnection(database)
  hris.control.forbid('home')

  const first = await retrieve(context(), place)
  const second = await retrieve(context(), place)

  expect(first).toMatchObject({ status: 'complete', unread_fields: ['personalEmail'] })
  expect(second).toMatchObject({ status: 'complete', changed: 0, unread_fields: ['personalEmail'] })
})

test('a service user without any permission', async () => {
  const place = await seedLinkedConnection(database)
  hris.control.forbid('all')

  const row = await retrieve(context(), place)

  expect(row).toMatchObject({ status: 'failed', error_code: 'provider_forbidden' })
  expect(row.error_message).toBe(
    'HiBob does not let these credentials read people. Nothing has been stored yet.',
  )
})

test('a refused key breaks the connection, a good retrieval mends it, and other faults do neither', async () => {
  const place = await seedLinkedConnection(database)
  await retrieve(context(), place)
  hris.control.addFault({ kind: 'unavailable', times: 4 })
  await retrieve(context(), place)
  expect(await connectionOf(place)).toMatchObject({ status: 'active', problem: null })

  hris.control.addFault({ kind: 'unauthorized', times: 1 })
  await retrieve(context(), place)
  expect(await connectionOf(place)).toMatchObject({
    status: 'broken',
    problem: 'HiBob did not accept the service user ID or token.',
  })
  expect((await connectionOf(place)).problem_since).not.toBeNull()

  await retrieve(context(), place)
  expect(await connectionOf(place)).toMatchObject({ status: 'active', problem: null, problem_since: null })
})

test('what may pass by itself is tried again within the hour, what needs a person the next day', async () => {
  const place = await seedLinkedConnection(database)
  hris.control.addFault({ kind: 'unavailable', times: 4 })
  const passing = await retrieve(context(), place)
  const inAnHour =
    (await connectionOf(place)).next_retrieval_at.getTime() - (passing.finished_at?.getTime() ?? 0)
  expect(inAnHour).toBe(3_600_000)

  hris.control.addFault({ kind: 'unauthorized', times: 1 })
  await retrieve(context(), place)
  expect((await connectionOf(place)).next_retrieval_at).toEqual(new Date('2026-11-24T06:00:00Z'))
})

test('a fault that passes is not noticed: a page is asked for again', async () => {
  const place = await seedLinkedConnection(database)
  hris.control.addFault({ kind: 'rate_limited', after: 1, times: 2 })
  hris.control.addFault({ kind: 'truncated', after: 3, times: 1 })

  expect(await retrieve(context(), place)).toMatchObject({
    status: 'complete',
    people_read: 250,
    repeated: 0,
  })
})

function connectionOf({ companyId, connectionId }: Place) {
  return getConnection(database.db, companyId, connectionId)
}
