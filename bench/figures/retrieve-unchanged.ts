import type { DatabaseHandle } from '../../src/db/client.ts'
import { buildPages } from '../company/people.ts'
import { type Place, retrieve } from '../company/place.ts'
import { RETRIEVED, retrieved } from '../company/templates.ts'
import { expectCount, type Figure, parsePages, timed } from '../figure.ts'

type State = { database: DatabaseHandle; place: Place; people: number; pages: Buffer[]; hrisUrl: string }

export const retrieveUnchanged: Figure<State> = {
  name: 'retrieve.unchanged',
  oursIs: 'read everybody again, nothing has changed',
  floorIs: 'JSON.parse of the pages',
  unit: 'ms',
  goal: 3,

  async prepare(bench) {
    const { people, databases, hris } = bench
    const place = await retrieved(bench)
    const database = await databases.copyOf(RETRIEVED)
    return { database, place, people, pages: buildPages(people, 0), hrisUrl: await hris.makeReady(people, 0) }
  },

  async ours({ database, place, people, hrisUrl }) {
    return await timed(async () => {
      expectCount('unchanged', (await retrieve(database, place, hrisUrl)).unchanged, people)
    })
  },

  async floor({ pages }) {
    return await timed(() => parsePages(pages))
  },
}
