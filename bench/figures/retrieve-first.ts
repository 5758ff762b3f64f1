import type { Bench } from '../bench.ts'
import { buildPages } from '../company/people.ts'
import { type Place, retrieve } from '../company/place.ts'
import { CONNECTED, connected, RETRIEVED, retrieved } from '../company/templates.ts'
import { copyIn, type ReadyRows, readyRows } from '../copy.ts'
import { expectCount, type Figure, parsePages, timed } from '../figure.ts'

type State = { bench: Bench; place: Place; pages: Buffer[]; rows: ReadyRows; hrisUrl: string }

export const retrieveFirst: Figure<State> = {
  name: 'retrieve.first',
  oursIs: 'read everybody into an empty cache',
  floorIs: 'JSON.parse of the pages, binary COPY of ready rows',
  unit: 'ms',
  goal: 1.6,

  async prepare(bench) {
    const place = await connected(bench)
    await retrieved(bench)
    const source = await bench.databases.copyOf(RETRIEVED)
    const rows = await readyRows(source.pool, bench.people)
    const hrisUrl = await bench.hris.makeReady(bench.people, 0)
    return { bench, place, pages: buildPages(bench.people, 0), rows, hrisUrl }
  },

  async ours({ bench, place, hrisUrl }) {
    await bench.databases.dropCopies()
    const database = await bench.databases.copyOf(CONNECTED)
    return await timed(async () => {
      expectCount('added', (await retrieve(database, place, hrisUrl)).added, bench.people)
    })
  },

  async floor({ bench, pages, rows }) {
    await bench.databases.dropCopies()
    const database = await bench.databases.copyOf(CONNECTED)
    return await timed(async () => {
      parsePages(pages)
      await copyIn(database.pool, 'cached_employee', rows)
    })
  },
}
