import { expect } from 'vitest'
import { runApply } from '../../../../src/sync/apply.ts'
import { holdsOfChoice } from '../../../../src/sync/brakes.ts'
import type { ChangeView, PlanView } from '../../../../src/sync/plan.ts'
import { isApplied } from '../laws/matching.ts'
import { expectRefusedOrWhole } from '../laws/refusing.ts'
import { expectUndone, expectUndoneInParts } from '../laws/undoing.ts'
import { expectSettled, expectWritten } from '../laws/writing.ts'
import { type Act, type At, pick, type Step, told, type World } from '../world.ts'
import { answer } from './answering.ts'
import { disconnect } from './connecting.ts'
import { enter, write, writeField } from './register.ts'
import { retrieve } from './retrieving.ts'
import { undo, undoLast } from './undoing.ts'

/** What is held is written only by whoever types the number of the gravest brake, and by no other number. */
async function confirm(
  { companyId, database, engines, image }: World,
  at: At,
  view: PlanView,
  ordinals?: number[],
) {
  const choice = ordinals && { ordinals }
  const before = await image()
  const answered = await engines[at].confirm(view, { ...choice })
  if (answered.outcome !== 'held') return answered
  const [hold] = await holdsOfChoice(database.db, companyId, answered.plan, ordinals)
  const typing = (knowingly: number) => engines[at].confirm(view, { ...choice, knowingly })
  expect((await typing((hold?.count ?? 0) + 1)).outcome).toBe('held')
  expect(await image()).toEqual(before)
  return await typing(hold?.count ?? -1)
}

async function confirmNow(world: World, at: At, view: PlanView, ordinals?: number[]): Promise<string> {
  const answered = await confirm(world, at, view, ordinals)
  if (answered.outcome !== 'confirmed') throw new Error(`not confirmed: ${answered.outcome}`)
  return answered.syncId
}

async function apply({ companyId, ctx, done }: World, at: At, syncId: string) {
  // The job may run twice.
  const [sync] = await Promise.all([0, 1].map(() => runApply(ctx(), { companyId, syncId })))
  done.push({ sync: sync!, at })
  return sync!
}

/** The plan of now, or some of its rows, and mostly undone and redone at once. */
export async function syncNow(
  world: World,
  step: Step,
  chosen?: (row: ChangeView) => boolean,
): Promise<void> {
  const { at, to } = step
  if (!world.known[at].isRead) return
  const view = await world.engines[at].plan()
  if (view.toApply === 0) return
  const rows = (await world.rowsOf(view.planId)).filter(chosen ?? (() => true))
  if (rows.length === 0) return
  const before = await world.image()
  const syncId = await confirmNow(world, at, view, chosen && rows.map(({ ordinal }) => ordinal))
  const applied = await apply(world, at, syncId)
  await expectWritten(world, before, applied, rows)
  expect(applied.counts.skipped).toBe(0)
  await expectSettled(world, at, rows)
  if (to % 3 === 0) await expectUndone(world, at, before, applied, view.hash)
  if (to % 3 === 1) await expectUndoneInParts(world, step, before, applied, view.hash)
}

const syncOther: Act = (world, step) => syncNow(world, { ...step, at: step.at === 0 ? 1 : 0, to: 2 })

/** Something happens between Confirm and the job. */
const syncLate: Act = async (world, step) => {
  const { at, what } = step
  if (!world.known[at].isRead) return
  const view = await world.engines[at].plan()
  if (view.toApply === 0) return
  const rows = await world.rowsOf(view.planId)
  const syncId = await confirmNow(world, at, view)
  const planned = pick(rows.filter(isApplied), step.who)
  const writePlanned: Act = () =>
    writeField(world, planned?.stakeholderId, Object.keys(planned?.fields ?? {})[0], 'Edited')
  const meanwhile = pick(
    [writePlanned, writePlanned, write, enter, undo, undoLast, answer, retrieve, syncOther, disconnect],
    what,
  )!
  await expectRefusedOrWhole(world, () => meanwhile(world, { ...step, what: step.to }))
  const before = await world.image()
  await expectWritten(world, before, await apply(world, at, syncId), rows)
}

/** A plan that was shown some steps ago: what it told is written, or nothing. */
const confirmOld: Act = async (world, { at, what }) => {
  const { database, image, rowsOf, shown } = world
  const view = pick(shown[at].slice(-4), what)
  if (!view || world.byHand) return
  const before = await image()
  const answered = await confirm(world, at, view)
  if (answered.outcome !== 'confirmed') {
    expect(await image()).toEqual(before)
    return
  }
  const { rows: syncs } = await database.pool.query('select plan_id from sync where sync_id = $1', [
    answered.syncId,
  ])
  const rows = await rowsOf(syncs[0].plan_id)
  expect(rows.map(told)).toEqual((await rowsOf(view.planId)).map(told))
  await expectWritten(world, before, await apply(world, at, answered.syncId), rows)
  await expectSettled(world, at, rows)
}

export const SYNCING_ACTS = {
  sync: (world, step) => syncNow(world, step),
  syncSome: (world, step) =>
    syncNow(world, step, ({ ordinal }) => ((step.what + 1) >> (ordinal % 4)) % 2 === 1),
  syncLate,
  confirmOld,
} as const satisfies Record<string, Act>
