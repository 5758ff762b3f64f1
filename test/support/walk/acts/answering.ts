import { expect } from 'vitest'
import { RollcallError } from '../../../../src/errors.ts'
import { listDecisions, revoke } from '../../../../src/sync/decide.ts'
import { leaveOut, takeBack } from '../../../../src/sync/leave-out.ts'
import { letFieldThrough } from '../../../../src/sync/lost-fields.ts'
import { findConflict, resolveField, resolveMatch } from '../../../../src/sync/resolve.ts'
import { readRegister } from '../../seed.ts'
import { FIELDS } from '../hr.ts'
import { type Act, pick, type Step, type World } from '../world.ts'

/** An answer to one conflict: it is taken, and not asked for again. The plan of a sync that waits stays as it is. */
export const answer: Act = async (world, { at, who, what, to }) => {
  const { ctx, database, engines, known, places, rowsOf } = world
  if (!known[at].isRead) return
  const place = places[at]
  const { planId, status } = await engines[at].plan()
  const asked = (await rowsOf(planId)).filter(({ kind }) => kind === 'conflict')
  const recordId = pick(asked, who)?.recordId
  const conflict = recordId && (await findConflict(ctx(), place, recordId))
  if (!conflict) return
  const { mark } = conflict
  const field = pick(Object.keys(conflict.fields), what)
  if (field) {
    const verdict = to % 2 === 0 ? 'hr' : 'register'
    const { outcome } = await resolveField(ctx(), place, { recordId, mark, field, verdict })
    expect(outcome).toBe('decided')
    if (status === 'confirmed') return
    expect((await findConflict(ctx(), place, recordId))?.fields ?? {}).not.toHaveProperty(field)
    return
  }
  if (conflict.choices.length === 0) return
  const choice = what % conflict.choices.length
  const { kind } = conflict.choices[choice]!
  const found = pick(Object.keys(await readRegister(database.db, places[0])), to) ?? null
  try {
    const { outcome } = await resolveMatch(ctx(), place, { recordId, mark, choice, found })
    expect(outcome).toBe('decided')
  } catch (thrown) {
    // Only who is found by name may belong to another record.
    if (kind === 'find' && thrown instanceof RollcallError && thrown.code === 'conflict') return
    throw thrown
  }
  if (status === 'confirmed') return
  const next = await findConflict(ctx(), place, recordId)
  expect(next?.mark, `asked again after ${kind}`).not.toBe(mark)
}

const somebody = ({ hr }: World, { at, who }: Step) => pick([...hr[at].people.keys()], who) ?? ''

/** What an admin answers about people and fields. */
export const ANSWERING_ACTS = {
  answer,
  leaveOut: (world, step) => leaveOut(world.ctx(), world.places[step.at], somebody(world, step)),
  takeBack: (world, step) => takeBack(world.ctx(), world.places[step.at], somebody(world, step)),
  revoke: async ({ companyId, ctx, database }, { who }) => {
    const decision = pick(await listDecisions(database.db, companyId), who)
    if (decision) await revoke(ctx(), companyId, decision.decisionId)
  },
  letThrough: async ({ ctx, places }, { at, what }) => {
    await letFieldThrough(ctx(), places[at], pick(FIELDS, what)!)
  },
} as const satisfies Record<string, Act>
