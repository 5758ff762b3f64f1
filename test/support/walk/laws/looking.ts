import { expect } from 'vitest'
import { drawUpPlan } from '../../../../src/sync/draw-up.ts'
import { told, type World } from '../world.ts'
import { expectSoundHolds } from './braking.ts'
import { expectNobodyMissed, expectSoundCache } from './caching.ts'
import { expectNoneOfSeveral } from './crowding.ts'
import { expectSameWhy } from './explaining.ts'
import { expectSoundCustom } from './fields.ts'
import { expectSoundLinks, expectSoundRows, isApplied } from './matching.ts'

/** The plans as they are shown: they hold as long as nothing moved, nobody is in two of them, and looking writes nothing. */
export async function look(world: World, whys: boolean): Promise<void> {
  const { ctx, engines, image, known, places, rowsOf, shown } = world
  const before = await image()
  await expectSoundLinks(world, before)
  const writers: string[] = []
  for (const at of [0, 1] as const) {
    const place = places[at]
    await expectSoundCache(world, at, before)
    if (!known[at].isRead) {
      expect(await drawUpPlan(ctx(), place)).toBeUndefined()
      continue
    }
    // Edits by hand of rows that a plan does not touch do not overtake it.
    const plan = world.byHand ? undefined : await engines[at].plan()
    const fresh = await drawUpPlan(ctx(), place)
    if (plan)
      expect((await rowsOf(plan.planId)).map(told), `the plan of ${at} does not hold`).toEqual(
        (await rowsOf(fresh!.plan_id)).map(told),
      )
    else expect((await drawUpPlan(ctx(), place))?.hash).toEqual(fresh?.hash)
    const view = await engines[at].plan()
    shown[at].push(view)
    const rows = await rowsOf(view.planId)
    await expectSoundHolds(world, at, before, view, rows)
    expectNobodyMissed(world, at, before, rows)
    await expectNoneOfSeveral(world, at, before, rows)
    await expectSoundCustom(world, at, rows)
    await expectSoundRows(world, place, rows)
    if (whys) await expectSameWhy(world, place, view, rows)
    for (const row of rows.filter(isApplied)) {
      const linked = before.links.find(
        (link) => link.connection_id === place.connectionId && link.record_id === row.recordId,
      )
      if (linked && linked.stakeholder_id === row.stakeholderId) writers.push(linked.stakeholder_id)
    }
  }
  world.byHand = false
  expect(writers).toEqual([...new Set(writers)])
  expect(await image()).toEqual(before)
}
