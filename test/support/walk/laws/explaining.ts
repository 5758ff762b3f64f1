import { expect } from 'vitest'
import { type ChangeView, fieldChanges, type PlanView } from '../../../../src/sync/plan.ts'
import { explainPerson } from '../../../../src/sync/why.ts'
import type { Place } from '../../seed.ts'
import { told, type World } from '../world.ts'

/** Why says of everybody what the plan says, also of those who are not in it. */
export async function expectSameWhy(
  { ctx, database }: World,
  place: Place,
  plan: PlanView,
  rows: readonly ChangeView[],
): Promise<void> {
  const { rows: cached } = await database.pool.query<{ record_id: string }>(
    `select record_id from cached_employee where connection_id = $1 order by record_id collate "C"`,
    [place.connectionId],
  )
  const toldByPlan = rows.map(told)
  const toldByWhy: ReturnType<typeof told>[] = []
  let unchanged = 0
  const whys = await Promise.all(cached.map(({ record_id }) => explainPerson(ctx(), place, record_id)))
  for (const change of whys.flatMap((why) => why?.changes ?? []))
    if (change.kind === 'unchanged') unchanged++
    else toldByWhy.push(told({ ...change, fields: fieldChanges(change.before, change.after) }))
  expect(toldByWhy).toEqual(toldByPlan)
  expect(plan.counts.unchanged).toBe(unchanged)
}
