import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { APPLIED_KINDS, IDENTIFIERS, type PlanKind } from '../../src/model.ts'
import { decideMatch } from '../../src/sync/decide.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { syncLate } from '../support/late.ts'
import { type Place, seedCache, seedConnection, seedConnectionOf, seedStakeholder } from '../support/seed.ts'
import { undoAt } from '../support/undo.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const anyEmail = fc.constantFrom(
  'a@x.example',
  'b@x.example',
  'C@x.example',
  'd@x.example',
  'e@x.example',
  ' ',
)
const anyNumber = fc.constantFrom('1', '2', '3', '4', '5', ' ')
const anyIds = fc.record({ workEmail: anyEmail, employeeNumber: anyNumber, personalEmail: anyEmail })
const anyScene = fc.record({
  identifier: fc.constantFrom(...IDENTIFIERS),
  people: fc.array(fc.record({ ids: anyIds, isDecidedNew: fc.constantFrom(false, false, true) }), {
    minLength: 1,
    maxLength: 4,
  }),
  /** Each has the same as somebody in HR in some identifiers, and nothing else. */
  entered: fc.array(
    fc.record({
      who: fc.nat(3),
      same: fc.subarray([...IDENTIFIERS]),
      isLinked: fc.constantFrom(false, false, true),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  /** The register takes the other identifiers from HR. */
  takesAll: fc.boolean(),
})
type Scene = typeof anyScene extends fc.Arbitrary<infer T> ? T : never

async function start({ identifier, people, takesAll }: Scene) {
  const place = await seedConnection(database.db)
  const engine = engineAt(database, place)
  const { version } = await getSettings(database.db, place)
  const others = takesAll ? [] : IDENTIFIERS.filter((it) => it !== identifier)
  const fields = Object.fromEntries(others.map((it) => [it, { owner: 'register' as const, mayClear: false }]))
  await saveSettings(engine.ctx(), place, {
    identifier,
    mapping: { version: 1, fields, custom: [] },
    version,
  })
  await seedCache(
    database.db,
    place,
    people.map(({ ids }, n) => person(n, ids)),
  )
  for (const [n, { isDecidedNew }] of people.entries())
    if (isDecidedNew)
      await decideMatch(engine.ctx(), place, { recordId: `${n}`, verdict: 'create', stakeholderId: null })
  return { place, engine, register: undoAt(database, place), database }
}

async function enter(place: Place, { entered, people }: Scene) {
  const elsewhere = await seedConnectionOf(database.db, place.companyId, 'bamboohr')
  for (const [n, { who, same, isLinked }] of entered.entries()) {
    const ids = people[who % people.length]!.ids
    const fields = Object.fromEntries(same.map((it) => [it, ids[it].toUpperCase()]))
    const stakeholder_id = await seedStakeholder(database.db, place, fields)
    const { companyId: company_id, connectionId: connection_id } = elsewhere
    const link = { company_id, connection_id, record_id: `${n}`, stakeholder_id, base: '{}' }
    if (isLinked) await database.db.insertInto('link').values(link).execute()
  }
}

const isApplied = ({ kind }: { kind: PlanKind }) => (APPLIED_KINDS as readonly PlanKind[]).includes(kind)

test('whoever is entered before a sync is written, it creates whom a plan of that moment would create', {
  timeout: 120_000,
}, async () => {
  let [created, skipped] = [0, 0]
  await fc.assert(
    fc.asyncProperty(anyScene, async (scene) => {
      const late = await start(scene)
      const planned = (await late.engine.changes()).filter(isApplied)
      if (planned.length === 0) return
      const { counts, after } = await syncLate(late, () => enter(late.place, scene))

      const fresh = await start(scene)
      await enter(fresh.place, scene)
      const creates = (await fresh.engine.changes()).filter(({ kind }) => kind === 'create')
      const written = after.links.filter(({ connection_id }) => connection_id === late.place.connectionId)
      const whom = planned.map(({ recordId }) => recordId)
      expect(written.map(({ record_id }) => record_id)).toEqual(
        creates.map(({ recordId }) => recordId).filter((recordId) => whom.includes(recordId)),
      )
      expect(counts).toMatchObject({ created: written.length, skipped: planned.length - written.length })
      created += counts.created
      skipped += counts.skipped
    }),
    { numRuns: 60 },
  )
  // That enough of what was generated was decided either way.
  expect(Math.min(created, skipped)).toBeGreaterThan(8)
})
