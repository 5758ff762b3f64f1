import fc from 'fast-check'
import { expect } from 'vitest'
import type { TestDatabase } from '../database.ts'
import { ANSWERING_ACTS } from './acts/answering.ts'
import { CONNECTING_ACTS, REDOING_ACTS } from './acts/connecting.ts'
import { FIELD_ACTS, map } from './acts/fields.ts'
import { HR_ACTS } from './acts/hr.ts'
import { LIMIT_ALL, LIMITING_ACTS, limit } from './acts/limiting.ts'
import { REGISTER_ACTS } from './acts/register.ts'
import { RETRIEVING_ACTS } from './acts/retrieving.ts'
import { SETTINGS_ACTS } from './acts/settings.ts'
import { SYNCING_ACTS, syncNow } from './acts/syncing.ts'
import { UNDOING_ACTS } from './acts/undoing.ts'
import { WAKING_ACTS } from './acts/waking.ts'
import { look } from './laws/looking.ts'
import { expectRefusedOrWhole } from './laws/refusing.ts'
import { pick, type Step, startWorld, type World } from './world.ts'

const ACTS = {
  ...RETRIEVING_ACTS,
  ...WAKING_ACTS,
  ...REGISTER_ACTS,
  ...SETTINGS_ACTS,
  ...FIELD_ACTS,
  ...LIMITING_ACTS,
  ...SYNCING_ACTS,
  ...UNDOING_ACTS,
  ...ANSWERING_ACTS,
  ...CONNECTING_ACTS,
  ...REDOING_ACTS,
}
/** After any other act the register, links and history are as they were. */
const WRITING = { ...REGISTER_ACTS, ...SYNCING_ACTS, ...UNDOING_ACTS, ...REDOING_ACTS }
/** After any other act everybody who was in the register still is. */
const TAKING_OUT = { ...UNDOING_ACTS, syncLate: SYNCING_ACTS.syncLate }

type HrVerb = keyof typeof HR_ACTS
type Verb = keyof typeof ACTS
export type WalkStep = Step & { verb: HrVerb | Verb }

/** Of what a story is made of: with all acts equally often hardly anything would be asked or synced. */
const USUAL: readonly WalkStep['verb'][] = [
  'edit',
  'fill',
  'fillAll',
  'retrieve',
  'retrieve',
  'wake',
  'wake',
  'sync',
  'syncSome',
  'syncLate',
  'answer',
  'answer',
  'map',
]

const anyStep = (verbs: readonly WalkStep['verb'][]): fc.Arbitrary<WalkStep> =>
  fc.record({
    verb: fc.constantFrom(...verbs),
    at: fc.constantFrom(0, 0, 1),
    who: fc.nat(11),
    what: fc.nat(11),
    to: fc.nat(11),
  })

export type Walk = { first: Step; steps: WalkStep[] }

export const anyWalk = (maxLength: number): fc.Arbitrary<Walk> =>
  fc.record({
    first: anyStep(['sync']),
    steps: fc.array(
      fc.oneof(
        { arbitrary: anyStep(Object.keys(HR_ACTS) as HrVerb[]), weight: 7 },
        { arbitrary: anyStep(USUAL), weight: 4 },
        { arbitrary: anyStep(Object.keys(ACTS) as Verb[]), weight: 4 },
      ),
      { maxLength, size: 'max' },
    ),
  })

/** In a new company, some with strict limits or a custom field, whose first people are synced first. After each step every law is looked at. */
export async function walk(database: TestDatabase, { first, steps }: Walk): Promise<void> {
  const world = await startWorld(database)
  if (first.who % 3 === 0) await limit(world, { ...first, what: LIMIT_ALL })
  if (first.what % 2 === 0) await map(world, { ...first, at: 0 })
  await syncNow(world, { ...first, at: 0 })
  for (const step of steps) await walkOn(world, step)
}

async function walkOn(world: World, { verb, ...step }: WalkStep): Promise<void> {
  if (isHrVerb(verb)) {
    const hr = world.hr[step.at]
    HR_ACTS[verb](hr, step, pick([...hr.people.values()], step.who))
    return
  }
  const before = await world.image()
  await expectRefusedOrWhole(world, () => ACTS[verb](world, step))
  const after = await world.image()
  if (!(verb in WRITING)) expect(after).toEqual(before)
  if (!(verb in TAKING_OUT))
    expect(Object.keys(after.register)).toEqual(expect.arrayContaining(Object.keys(before.register)))
  await look(world, step.to % 4 === 0)
}

const isHrVerb = (verb: WalkStep['verb']): verb is HrVerb => verb in HR_ACTS
