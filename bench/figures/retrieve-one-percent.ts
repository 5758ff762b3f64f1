import type { DatabaseHandle } from '../../src/db/client.ts'
import type { Bench } from '../bench.ts'
import { buildPages } from '../company/people.ts'
import { type Place, retrieve } from '../company/place.ts'
import { RETRIEVED, retrieved } from '../company/templates.ts'
import { copyIn, type ReadyRows, readyRows } from '../copy.ts'
import { expectCount, type Figure, parsePages, timed } from '../figure.ts'

type State = {
  bench: Bench
  database: DatabaseHandle
  place: Place
  pages: Buffer[]
  rows: ReadyRows
  /** Each day changes another hundredth of the people. */
  day: number
}

export const retrieveOnePercent: Figure<State> = {
  name: 'retrieve.one_percent',
  oursIs: 'read everybody again, one in a hundred has changed',
  floorIs: 'JSON.parse of the pages, binary COPY of the changed rows',
  unit: 'ms',
  goal: 3.2,

  async prepare(bench) {
    const place = await retrieved(bench)
    const database = await bench.databases.copyOf(RETRIEVED)
    await database.pool.query('create table changed_employee (like cached_employee including all)')
    const rows = await readyRows(database.pool, Math.ceil(bench.people / 100))
    return { bench, database, place, pages: buildPages(bench.people, 0), rows, day: 0 }
  },

  async ours(state) {
    const { bench, database, place } = state
    state.day += 1
    const hrisUrl = await bench.hris.makeReady(bench.people, state.day)
    return await timed(async () => {
      const { changed } = await retrieve(database, place, hrisUrl)
      expectCount('changed', changed, Math.ceil((bench.people - (state.day % 100)) / 100))
    })
  },

  async floor({ database, pages, rows }) {
    await database.pool.query('truncate changed_employee')
    return await timed(async () => {
      parsePages(pages)
      await copyIn(database.pool, 'changed_employee', rows)
    })
  },
}
