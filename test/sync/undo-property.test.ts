import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runApply } from '../../src/sync/apply.ts'
import { decideField, decideMatch } from '../../src/sync/decide.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt } from '../support/engine.ts'
import { type Place, readRegister, seedCache, seedConnection, seedStakeholder } from '../support/seed.ts'
import { undoAt } from '../support/undo.ts'
import { anyEmployee } from './core/people.ts'

let database: TestDatabase
let place: Place
let engine: ReturnType<typeof engineAt>
let register: ReturnType<typeof undoAt>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function start() {
  place = await seedConnection(database.db)
  engine = engineAt(database, place)
  register = undoAt(database, place)
}

const RECORDS = ['1', '2', '3', '4']
const anyPeople = fc.uniqueArray(
  fc.tuple(anyEmployee, fc.constantFrom(...RECORDS)).map(([one, recordId]) => ({ ...one, recordId })),
  { selector: (one) => one.recordId, maxLength: 4 },
)
const anyRound = fc.record({
  people: anyPeople,
  edits: fc.array(
    fc.record({
      who: fc.nat(5),
      field: fc.constantFrom('jobTitle', 'lastName', 'workEmail'),
      to: fc.constantFrom('Edited', 'a@x.example', 'b@x.example'),
    }),
    { maxLength: 3 },
  ),
  matches: fc.array(
    fc.record({
      who: fc.nat(3),
      verdict: fc.constantFrom('link', 'create', 'ignore', 'new_contract'),
      whom: fc.nat(5),
    }),
    { maxLength: 2 },
  ),
  takeHr: fc.boolean(),
  chosen: fc.option(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), { nil: null }),
  left: fc.constantFrom('applied', 'undone'),
})

type Round = typeof anyRound extends fc.Arbitrary<infer T> ? T : never

test('applying and undoing restores register and links to the byte and undoing that the applied state, over many syncs', {
  timeout: 180_000,
}, async () => {
  let syncs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyRound, { minLength: 2, maxLength: 4 }), async (rounds) => {
      await start()
      await seedStakeholder(database.db, place, { firstName: 'Bea', workEmail: 'b@x.example', phone: '1' })
      for (const round of rounds) {
        await seedCache(database.db, place, round.people)
        await changeByHand(round)
        const before = await register.everything()
        const done = await syncSome(round.chosen)
        if (!done) continue
        const after = await register.everything()
        const { created, updated, linked } = done.counts
        if (created + updated + linked === 0) {
          expect(after).toEqual(before)
          continue
        }
        syncs++
        const undone = await register.undo(done.syncId)
        expect(await register.everything()).toEqual(before)
        const redone = await register.undo(undone.syncId)
        expect(await register.everything()).toEqual(after)
        if (round.left === 'applied') continue
        await register.undo(redone.syncId)
        expect(await register.everything()).toEqual(before)
      }
    }),
    { numRuns: 50 },
  )
  // That enough of what was generated was written at all.
  expect(syncs).toBeGreaterThan(25)
})

/** Somebody edits the register, and answers what is asked about matches and fields. */
async function changeByHand({ edits, matches, people, takeHr }: Round) {
  const ids = Object.keys(await readRegister(database.db, place))
  const some = (n: number) => ids[n % ids.length] ?? ''
  for (const { who, field, to } of edits) await register.edit(some(who), { [field]: to })
  for (const { who, verdict, whom } of matches) {
    const recordId = people[who]?.recordId
    if (recordId === undefined) continue
    // Whom another record has already cannot be chosen.
    await decideMatch(engine.ctx(), place, { recordId, verdict, stakeholderId: some(whom) }).catch(
      (thrown) => {
        if (thrown.code !== 'conflict') throw thrown
      },
    )
  }
  if (!takeHr) return
  for (const { detail, recordId } of await engine.changes())
    for (const [field, { before, after }] of Object.entries(detail?.fields ?? {}))
      await decideField(engine.ctx(), place, {
        recordId,
        field,
        verdict: 'hr',
        hrValue: after,
        registerValue: before,
      })
}

async function syncSome(chosen: readonly boolean[] | null) {
  const plan = await engine.plan()
  if (plan.toApply === 0) return undefined
  const ordinals = (await engine.changes())
    .map(({ ordinal }) => ordinal)
    .filter((_, n) => chosen?.[n % 6] ?? true)
  if (ordinals.length === 0) return undefined
  const knowingly = plan.holds[0]?.count
  const confirmed = await engine.confirm(plan, {
    ...(chosen && { ordinals }),
    ...(knowingly !== undefined && { knowingly }),
  })
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
  return await runApply(engine.ctx(), { companyId: place.companyId, syncId: confirmed.syncId })
}
