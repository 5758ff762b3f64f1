import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Employee } from '../../src/model.ts'
import type { Brake } from '../../src/sync/core/guard.ts'
import { decideMatch } from '../../src/sync/decide.ts'
import { listChanges } from '../../src/sync/plan.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import { makeContext, type Place, seedCache, seedConnection, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  // Read as it was inserted: by an index the rows would come in order whether or not anybody asks for it.
  database.pool.on('connect', (client) => {
    void client.query(
      'set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off',
    )
  })
})
afterAll(() => database.drop())

/** A stakeholder's id that is the same in every company. */
const idOf = (n: number) => {
  const hex = createHash('sha256').update(`stakeholder ${n}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Some hundred people of whom some share an email, have none, match one or two stakeholders, or may be one of them. */
const people: Employee[] = Array.from({ length: 240 }, (_, n) =>
  person(n, {
    recordId: `${n % 3 === 0 ? 'r' : ''}${(n * 7919) % 1_000}`,
    workEmail: n % 11 === 0 ? null : `p${n % 13 === 0 ? n - 1 : n}@acme.example`,
    status: n % 17 === 0 ? 'left' : 'active',
  }),
)
const register = Array.from({ length: 80 }, (_, n) => ({
  id: idOf(n),
  fields: {
    firstName: `Person${n}`,
    workEmail: `p${n % 20 === 0 ? 4 : n * 2}@acme.example`,
    jobTitle: 'Old',
    ...(n >= 60 && { workEmail: `p${n}@old.example`, employeeNumber: `E-${n % 2 === 0 ? n : n - 1}` }),
  },
}))

async function planOf(inHr: readonly Employee[], known: typeof register) {
  const place = await seedConnection(database.db)
  await database.db
    .insertInto('stakeholder')
    .values(
      known.map(({ id, fields }) => ({
        company_id: place.companyId,
        stakeholder_id: id,
        fields: JSON.stringify(fields),
      })),
    )
    .execute()
  await seedCache(database.db, place, inHr)
  const engine = engineAt(database, place)
  const { hash, counts } = await engine.plan()
  const rows = (await engine.changes())
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .map(({ person: _, stakeholderId, ...change }) => ({
      ...change,
      stakeholderId: change.kind === 'create' ? null : stakeholderId,
    }))
  return { hash, counts, rows }
}

test('the same people and stakeholders give the same plan and the same hash, in whatever order they came', async () => {
  const first = await planOf(people, register)
  for (const kind of ['create', 'update', 'conflict', 'skip'] as const)
    expect(first.counts[kind]).toBeGreaterThan(0)
  expect(first.rows.map(({ reason }) => reason)).toContain('maybe_known')
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(people, { minLength: people.length }),
      fc.shuffledSubarray(register, { minLength: register.length }),
      async (inHr, known) => {
        expect(await planOf(inHr, known)).toEqual(first)
      },
    ),
    { numRuns: 5 },
  )
})

async function seeded(): Promise<{ place: Place; engine: ReturnType<typeof engineAt> }> {
  const place = await seedConnection(database.db)
  return { place, engine: engineAt(database, place) }
}

test('the hash tells apart to whom the same values would be written', async () => {
  const { place, engine } = await seeded()
  await seedCache(database.db, place, [person(1, { workEmail: null })])
  const hashes = []
  for (const _ of ['one', 'the other']) {
    const stakeholderId = await seedStakeholder(database.db, place, { firstName: 'Nora' })
    await decideMatch(makeContext(database), place, { recordId: '1', verdict: 'link', stakeholderId })
    expect(await engine.changes()).toMatchObject([{ kind: 'update', stakeholderId }])
    hashes.push((await engine.plan()).hash)
  }
  expect(new Set(hashes).size).toBe(2)
})

test('who was synced and is as then still waits when another stakeholder gets their email', async () => {
  const { place, engine } = await seeded()
  await seedCache(database.db, place, [person(1), person(2)])
  await engine.sync()
  await seedStakeholder(database.db, place, { firstName: 'Bea', workEmail: 'P1@acme.example' })
  await seedCache(database.db, place, [person(1), person(2)])
  expect(await engine.changes()).toMatchObject([
    { recordId: '1', kind: 'conflict', reason: 'link_disagrees', fields: {} },
  ])
  expect((await engine.plan()).counts).toMatchObject({ unchanged: 1, conflict: 1 })
})

test('the people whom a brake counts are listed, and nobody besides them', async () => {
  const { place, engine } = await seeded()
  const twenty = Array.from({ length: 20 }, (_, n) => person(n + 1, { phone: '1' }))
  await seedCache(database.db, place, twenty)
  await engine.sync()
  await seedCache(database.db, place, [
    person(1, { phone: '1', workEmail: 'new@acme.example' }),
    person(2, { phone: '1', lastName: 'Raman-Lee' }),
    person(3, { phone: '1', status: 'leave' }),
    person(4, { phone: '1', endDate: '2026-12-31' }),
    person(5, { phone: '1', jobTitle: 'CTO' }),
    ...twenty.slice(6),
    person(40, { phone: '1' }),
    person(41, { workEmail: null }),
  ])
  const { planId } = await engine.plan()
  const listed = async (touching: Brake) => {
    const page = { touching, offset: 0, limit: 100 }
    const { items, total } = await listChanges(database.db, place.companyId, planId, page)
    expect(total).toBe(items.length)
    return items.map(({ recordId }) => recordId).toSorted()
  }
  expect({
    created: await listed('created'),
    emails: await listed('emails'),
    names: await listed('names'),
    statuses: await listed('statuses'),
    endDates: await listed('endDates'),
    blanks: await listed('blanks'),
    vanished: await listed('vanished'),
  }).toEqual({
    created: ['40'],
    emails: ['1'],
    names: ['2'],
    statuses: ['3'],
    endDates: ['4'],
    blanks: [],
    vanished: ['6'],
  })
})
