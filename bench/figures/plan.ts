import { sql } from 'kysely'
import type { DatabaseHandle } from '../../src/db/client.ts'
import { drawUpPlan } from '../../src/sync/draw-up.ts'
import { makeContext, type Place } from '../company/place.ts'
import { OUT_OF_STEP, outOfStep } from '../company/templates.ts'
import { type Figure, timed } from '../figure.ts'

type State = { database: DatabaseHandle; place: Place; people: number }

export const plan: Figure<State> = {
  name: 'plan',
  oursIs: 'draw up, hash and store the plan for a quarter of the people',
  floorIs: 'bare hash-join count of cache and register',
  unit: 'ms',
  goal: 10,

  async prepare(bench) {
    const place = await outOfStep(bench)
    return { database: await bench.databases.copyOf(OUT_OF_STEP), place, people: bench.people }
  },

  async ours({ database, place, people }) {
    return await timed(async () => {
      const drawn = await drawUpPlan(makeContext(database), place)
      const { create = 0, update = 0, conflict = 0 } = drawn?.counts ?? {}
      if (create > 0.19 * people && update > 0.03 * people && conflict > 0.003 * people) return
      throw new Error(`The plan has ${create} to create, ${update} to update and ${conflict} conflicts.`)
    })
  },

  async floor({ database, place: { companyId, connectionId } }) {
    return await timed(() =>
      sql`
        select count(*) from cached_employee c
        join stakeholder s on s.company_id = c.company_id and s.work_email_key = c.work_email_key
        where c.company_id = ${companyId} and c.connection_id = ${connectionId}
      `.execute(database.db),
    )
  },
}
