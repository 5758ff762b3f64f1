import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countCached, findCached, listCached } from '../../src/db/cache.ts'
import { getRetrieval } from '../../src/db/retrievals.ts'
import type { CompleteRead, Page, Provider } from '../../src/sync/provider.ts'
import { hibob } from '../../src/sync/providers/hibob.ts'
import { requestRetrieval, runRetrieval } from '../../src/sync/retrieve.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  cacheImage,
  countStagings,
  providersWith,
  retrieve,
  seedLinkedConnection,
} from '../support/retrieval.ts'
import { personRow as person, type Row, rowsAsTheyAre } from '../support/rows.ts'
import { makeContext } from '../support/seed.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.drop())

describe('rows that are odd', () => {
  test('one impossible date is kept with its problem and blocks nobody else', async () => {
    const place = await seedLinkedConnection(database)

    const row = await retrieve(
      contextOf([[person('1'), person('2', { startDate: '2026-02-30' }), person('3')]]),
      place,
    )

    expect(row).toMatchObject({ status: 'complete', people_read: 3, added: 3, unreadable: 1 })
    expect(await findCached(database.db, place, '2')).toMatchObject({
      employee: null,
      problem: 'Start date is "2026-02-30", which is not a date.',
    })
    expect((await findCached(database.db, place, '3'))?.employee).toMatchObject({ firstName: 'Person 3' })
  })

  test('records without an id and a mapping that breaks are kept too, and again unchanged the next time', async () => {
    const place = await seedLinkedConnection(database)
    const pages = [[person('1')], [person(null), person('breaks'), 'not even an object']]

    const first = await retrieve(contextOf(pages), place)
    const before = await cacheImage(database, place)
    const second = await retrieve(contextOf(pages), place)

    expect(first).toMatchObject({ status: 'complete', people_read: 4, unreadable: 3 })
    const ids = (await listCached(database.db, place, { limit: 10 })).map(({ recordId }) => recordId)
    expect(ids.sort()).toEqual(['1', 'breaks', 'unreadable:2', 'unreadable:4'])
    expect(second).toMatchObject({ status: 'complete', added: 0, changed: 0, unchanged: 4 })
    expect(await cacheImage(database, place)).toBe(before)
  })

  test('a person who becomes unreadable, and readable again, changes twice', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(contextOf([[person('1'), person('2')]]), place)

    const broken = await retrieve(contextOf([[person('1'), person('2', { endDate: 'soon' })]]), place)
    expect(broken).toMatchObject({ changed: 1, unchanged: 1, unreadable: 1, vanished: 0 })
    const mended = await retrieve(contextOf([[person('1'), person('2')]]), place)

    expect(mended).toMatchObject({ changed: 1, unchanged: 1, unreadable: 0 })
    expect(await findCached(database.db, place, '2')).toMatchObject({
      problem: null,
      employee: { firstName: 'Person 2' },
    })
  })

  test('what PostgreSQL cannot store costs a sign and not the retrieval', async () => {
    const place = await seedLinkedConnection(database)
    const page = [
      person('1', { firstName: 'A\0na', lastName: 'cut \ud83c', jobTitle: ' Zoe\u0308 ' }),
      person('2'),
    ]

    expect(await retrieve(contextOf([page]), place)).toMatchObject({ status: 'complete', added: 2 })

    expect((await findCached(database.db, place, '1'))?.employee).toMatchObject({
      firstName: 'Ana',
      lastName: 'cut \ufffd',
      jobTitle: 'Zo\u00eb',
    })
  })

  test('nobody readable is a broken read, not a company of problems', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(contextOf([[person('1'), person('2')]]), place)
    const before = await cacheImage(database, place)

    const row = await retrieve(
      contextOf([[person('1', { startDate: 'x' }), person('2', { startDate: 'y' })]]),
      place,
    )

    expect(row).toMatchObject({ status: 'failed', error_code: 'provider_bad_answer' })
    expect(await cacheImage(database, place)).toBe(before)
  })
})

describe('a record that comes twice', () => {
  const once = [[person('1'), person('2')], [person('3')]]

  test('across pages the last one wins, whoever is new', async () => {
    const place = await seedLinkedConnection(database)
    const pages = [
      [person('1', { jobTitle: 'old' }), person('2')],
      [person('1', { jobTitle: 'new' }), person('3')],
    ]

    const row = await retrieve(contextOf(pages), place)

    expect(row).toMatchObject({ status: 'complete', people_read: 3, added: 3, repeated: 1 })
    expect((await findCached(database.db, place, '1'))?.employee?.jobTitle).toBe('new')
  })

  test('a changed one that comes again as it was leaves its row alone', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(contextOf(once), place)
    const before = await cacheImage(database, place)

    const row = await retrieve(
      contextOf([
        [person('1', { jobTitle: 'mistake' }), ...once[0]!.slice(1)],
        [person('3'), person('1')],
      ]),
      place,
    )

    expect(row).toMatchObject({
      status: 'complete',
      changed: 0,
      added: 0,
      unchanged: 3,
      repeated: 1,
      vanished: 0,
    })
    expect(await cacheImage(database, place)).toBe(before)
  })

  test('an unchanged one that comes again with other values is updated', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(contextOf(once), place)

    const row = await retrieve(contextOf([...once, [person('2', { jobTitle: 'Lead' })]]), place)

    expect(row).toMatchObject({ status: 'complete', changed: 1, unchanged: 2, repeated: 1 })
    expect((await findCached(database.db, place, '2'))?.employee?.jobTitle).toBe('Lead')
  })
})

describe('when it is cut short', () => {
  test('a head count that is not reached leaves the cache as it was', async () => {
    const place = await seedLinkedConnection(database)
    await retrieve(contextOf([[person('1'), person('2')]]), place)
    const before = await cacheImage(database, place)

    const row = await retrieve(contextOf([[person('1')]], 2), place)

    expect(row).toMatchObject({ status: 'failed', error_code: 'provider_bad_answer' })
    expect(row.error_message).toContain('announced 2 people and sent 1.')
    expect(await cacheImage(database, place)).toBe(before)
  })

  test('a database session that dies midway leaves it running, and run again it completes without doubles', async () => {
    const place = await seedLinkedConnection(database)
    const people = Array.from({ length: 40 }, (_, index) => [person(String(index))])
    const { retrievalId } = await requestRetrieval(contextOf(people), place)
    const killCopy = async () => {
      await expect.poll(copiesUnderWay).toBe(1)
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query ilike 'copy staged_employee%'`.execute(database.db)
    }
    const ids = { companyId: place.companyId, retrievalId }

    const killed = runRetrieval(contextOf(people, null, { 20: killCopy }), ids, () => undefined)

    await expect(killed).rejects.toThrow()
    expect(await getRetrieval(database.db, place.companyId, retrievalId)).toMatchObject({
      status: 'running',
      attempts: 1,
    })
    expect(await countCached(database.db, place)).toBe(0)
    await expect.poll(() => countStagings(database)).toBe(0)

    const row = await runRetrieval(contextOf(people), ids, () => undefined)
    expect(row).toMatchObject({ status: 'complete', attempts: 2, added: 40 })
    expect(await countCached(database.db, place)).toBe(40)
  })

  test('of a dead retrieval nothing is left but its row, which says that it was interrupted', async () => {
    const place = await seedLinkedConnection(database)
    const dead = await requestRetrieval(contextOf([]), place)
    await database.db
      .updateTable('retrieval')
      .set({ status: 'running' })
      .where('retrieval_id', '=', dead.retrievalId)
      .execute()

    expect(await retrieve(contextOf([[person('1')]]), place)).toMatchObject({ status: 'complete', added: 1 })

    expect(await countStagings(database)).toBe(0)
    expect(await countCached(database.db, place)).toBe(1)
    expect(await getRetrieval(database.db, place.companyId, dead.retrievalId)).toMatchObject({
      status: 'failed',
      error_message: 'This retrieval was interrupted. A later one took its place.',
    })
  })

  test('broken off between staging and the end of the swap, it starts again from nothing', async () => {
    const place = await seedLinkedConnection(database)
    const { retrievalId } = await requestRetrieval(contextOf([]), place)
    const run = (people: Row[]) =>
      runRetrieval(contextOf([people]), { companyId: place.companyId, retrievalId }, () => undefined)
    await database.pool.query(`
      create function break_off() returns trigger language plpgsql as $$ begin raise 'broken off'; end $$;
      create trigger breaks before insert on cached_employee
        for each row when (new.record_id = 'ghost') execute function break_off()`)

    await expect(run([person('1'), person('ghost')])).rejects.toThrow('broken off')
    expect(await countStagings(database)).toBe(0)
    const row = await run([person('1')])

    await database.pool.query('drop trigger breaks on cached_employee')
    expect(row).toMatchObject({ status: 'complete', attempts: 2, people_read: 1, added: 1 })
    expect((await findCached(database.db, place, '1'))?.employee?.firstName).toBe('Person 1')
    expect(await findCached(database.db, place, 'ghost')).toBeUndefined()
  })

  test('an attempt that was overtaken by another one writes nothing at its end', async () => {
    const place = await seedLinkedConnection(database)
    const { retrievalId } = await requestRetrieval(contextOf([]), place)
    const overtake = async () => {
      await database.db
        .updateTable('retrieval')
        .set({ attempts: 7 })
        .where('retrieval_id', '=', retrievalId)
        .execute()
    }

    const row = await runRetrieval(
      contextOf([[person('1')], [person('2')]], null, { 1: overtake }),
      { companyId: place.companyId, retrievalId },
      () => undefined,
    )

    expect(row).toMatchObject({ status: 'running', attempts: 7 })
    expect(await countCached(database.db, place)).toBe(0)
  })

  test('a fault of ours is tried three times and then said', async () => {
    const place = await seedLinkedConnection(database)
    const { retrievalId } = await requestRetrieval(contextOf([]), place)
    const bug = () => Promise.reject(new TypeError('token=secret-1'))
    const run = () =>
      runRetrieval(
        contextOf([[person('1')]], null, { 0: bug }),
        { companyId: place.companyId, retrievalId },
        () => undefined,
      )

    await expect(run()).rejects.toThrow(TypeError)
    await expect(run()).rejects.toThrow(TypeError)
    const row = await run()

    expect(row).toMatchObject({ status: 'failed', error_code: 'internal', attempts: 3 })
    expect(row.error_message).toBe('Something went wrong on our side. Nothing has been stored yet.')
  })
})

test('ten thousand people arrive once each, by the page', async () => {
  const place = await seedLinkedConnection(database)
  const pages = Array.from({ length: 10 }, (_, page) =>
    Array.from({ length: 1000 }, (_, n) => person(String(page * 1000 + n))),
  )

  expect(await retrieve(contextOf(pages, 10_000), place)).toMatchObject({
    status: 'complete',
    added: 10_000,
    repeated: 0,
  })
  const before = await cacheImage(database, place)
  pages[7]![500] = person('7500', { jobTitle: 'Lead' })
  expect(await retrieve(contextOf(pages, 10_000), place)).toMatchObject({ changed: 1, unchanged: 9_999 })

  const [old, now] = [before.split('\n'), (await cacheImage(database, place)).split('\n')]
  expect(now.filter((line, index) => line !== old[index])).toHaveLength(1)
})

/** Runs the given function just before the page of that number is handed over. */
type Interruptions = Readonly<Record<number, () => Promise<void>>>

function contextOf(
  pages: readonly (readonly unknown[])[],
  expected: number | null = null,
  before: Interruptions = {},
) {
  const provider = {
    ...hibob,
    ...rowsAsTheyAre,
    pages: () => handOver(pages, expected, before),
  } satisfies Provider<Row>
  return makeContext(database, { providers: providersWith(provider) })
}

async function* handOver(
  pages: readonly (readonly unknown[])[],
  expected: number | null,
  before: Interruptions,
): AsyncGenerator<Page, CompleteRead, void> {
  for (const [index, rows] of pages.entries()) {
    await before[index]?.()
    yield { rows, context: { today: '2026-11-23', layout: null }, expected }
  }
  return { complete: true, expected }
}

async function copiesUnderWay(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from pg_stat_activity
    where datname = current_database() and query ilike 'copy staged_employee%'`.execute(database.db)
  return rows[0]?.count ?? 0
}
