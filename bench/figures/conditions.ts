import { sql } from 'kysely'
import type { DatabaseHandle } from '../../src/db/client.ts'
import { compileConditions } from '../../src/db/conditions.ts'
import { countScopeChanges } from '../../src/db/what-if.ts'
import type { ConditionTree } from '../../src/sync/core/conditions.ts'
import { checkConditions } from '../../src/sync/core/conditions-check.ts'
import { createCatalogue } from '../../src/sync/core/conditions-fields.ts'
import type { Place } from '../company/place.ts'
import { OUT_OF_STEP, outOfStep } from '../company/templates.ts'
import { type Figure, timed } from '../figure.ts'

type State = { database: DatabaseHandle; place: Place; people: number }

const TREE: ConditionTree = {
  version: 1,
  match: 'all',
  items: [
    { field: 'department', operator: 'is_any_of', values: ['Sales', 'Finance', 'Legal'] },
    { field: 'jobTitle', operator: 'contains', value: 'Engineer' },
    { field: 'startDate', operator: 'after', value: '2018-06-30' },
  ],
}

export const conditions: Figure<State> = {
  name: 'conditions',
  oursIs: 'count who meets three conditions and who would go out: any of, contains, date after',
  floorIs: 'count(*) over the same rows',
  unit: 'ms',
  goal: 3,

  async prepare(bench) {
    const place = await outOfStep(bench)
    return { database: await bench.databases.copyOf(OUT_OF_STEP), place, people: bench.people }
  },

  async ours({ database: { db }, place, people }) {
    const checked = checkConditions(TREE, createCatalogue([]))
    if (!checked.ok) throw new Error('The conditions cannot be used.')
    const predicate = compileConditions(checked.conditions, { today: '2026-11-23', held: [] })
    return await timed(async () => {
      const counted = await db
        .transaction()
        .execute((trx) => countScopeChanges(trx, place, sql`true`, predicate))
      if (counted.people === people && counted.after > 0 && counted.after < people) return
      throw new Error(`${counted.after} of ${counted.people} meet the conditions.`)
    })
  },

  async floor({ database: { db }, place: { companyId, connectionId } }) {
    return await timed(() =>
      db.transaction().execute((trx) =>
        sql`
          select count(*) from cached_employee c
          where c.company_id = ${companyId} and c.connection_id = ${connectionId} and c.vanished_at is null
        `.execute(trx),
      ),
    )
  },
}
