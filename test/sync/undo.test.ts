import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Employee } from '../../src/model.ts'
import { runApply } from '../../src/sync/apply.ts'
import { verifyChains } from '../../src/sync/chain.ts'
import { confirmPlan } from '../../src/sync/confirm.ts'
import { currentPlan } from '../../src/sync/plan.ts'
import { previewUndo, undoSync } from '../../src/sync/undo.ts'
import { inNewCompany } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import {
  makeContext,
  type Place,
  readRegister,
  seedCache,
  seedConnection,
  seedStakeholder,
} from '../support/seed.ts'
import { anyEmployee, employee } from './core/people.ts'

let database: TestDatabase
let place: Place
inNewCompany((its) => {
  ;({ database, place } = its)
})

const person = (number: number, over: Partial<Employee> = {}) =>
  employee({ recordId: `${number}`, workEmail: `p${number}@acme.example`, ...over })

async function syncAll() {
  const ctx = makeContext(database)
  const plan = await currentPlan(ctx, place)
  if (!plan || plan.toApply === 0) return undefined
  const knowingly = plan.holds[0]?.count
  const confirmed = await confirmPlan(ctx, {
    ...place,
    planId: plan.planId,
    hash: plan.hash,
    ...(knowingly !== undefined && { knowingly }),
  })
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome)
  return await runApply(makeContext(database), { companyId: place.companyId, syncId: confirmed.syncId })
}

const undo = (syncId: string, choice = {}) =>
  undoSync(makeContext(database), { companyId: place.companyId, syncId }, choice)

describe('undo', () => {
  test('applying and undoing restores the register to the byte, for any people', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyEmployee, { selector: (one) => one.recordId, maxLength: 6 }),
        async (people) => {
          place = await seedConnection(database.db)
          await seedStakeholder(database.db, place, {
            firstName: 'Bea',
            workEmail: 'b@x.example',
            phone: '1',
          })
          const before = await readRegister(database.db, place)
          await seedCache(database.db, place, people)
          const sync = await syncAll()
          if (!sync) return
          await undo(sync.syncId).catch((thrown) => {
            if (sync.counts.created + sync.counts.updated > 0) throw thrown
          })
          expect(await readRegister(database.db, place)).toEqual(before)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('the next plan proposes the same changes again', async () => {
    await seedCache(database.db, place, [person(1), person(2)])
    const before = await currentPlan(makeContext(database), place)
    const sync = await syncAll()
    await undo(sync?.syncId ?? '')
    expect((await currentPlan(makeContext(database), place))?.hash).toBe(before?.hash)
  })

  test('what somebody edited since is kept with its reason, the rest is reversed', async () => {
    await seedCache(database.db, place, [person(1), person(2)])
    await syncAll()
    await seedCache(database.db, place, [
      person(1, { jobTitle: 'Senior Engineer', department: 'Platform' }),
      person(2, { jobTitle: 'Senior Engineer' }),
    ])
    const sync = await syncAll()
    const id = await idOf('p1@acme.example')
    await database.pool.query(
      `update stakeholder set fields = fields || '{"jobTitle": "Founder"}', version = version + 1 where stakeholder_id = $1`,
      [id],
    )
    const items = await previewUndo(database.db, { companyId: place.companyId, syncId: sync?.syncId ?? '' })
    expect(items.map(({ reversal }) => reversal.reason)).toEqual(['edited since: jobTitle', null])
    expect((await undo(sync?.syncId ?? '')).counts).toMatchObject({ reversed: 2, kept: 0 })
    const register = await readRegister(database.db, place)
    expect(register[id]).toMatchObject({ jobTitle: 'Founder', department: 'Product' })
    expect(register[await idOf('p2@acme.example')]).toMatchObject({ jobTitle: 'Engineer' })
  })

  test('one person or one field can be undone, and nobody else is touched', async () => {
    await seedCache(database.db, place, [person(1), person(2)])
    await syncAll()
    const changed = { jobTitle: 'Senior Engineer', department: 'Platform' }
    await seedCache(database.db, place, [person(1, changed), person(2, changed)])
    const sync = await syncAll()
    await undo(sync?.syncId ?? '', { ordinals: [0], fields: ['jobTitle'] })
    const register = await readRegister(database.db, place)
    expect(register[await idOf('p1@acme.example')]).toMatchObject({
      jobTitle: 'Engineer',
      department: 'Platform',
    })
    expect(register[await idOf('p2@acme.example')]).toMatchObject(changed)
  })

  test('somebody the sync created and somebody edited since stays', async () => {
    await seedCache(database.db, place, [person(1)])
    const sync = await syncAll()
    await database.pool.query(
      `update stakeholder set fields = fields || '{"phone": "1"}', version = version + 1 where company_id = $1`,
      [place.companyId],
    )
    await expect(undo(sync?.syncId ?? '')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('edited since'),
    })
    expect(Object.keys(await readRegister(database.db, place))).toHaveLength(1)
  })

  test('an undo can be undone', async () => {
    await seedCache(database.db, place, [person(1), person(2)])
    const sync = await syncAll()
    const after = await readRegister(database.db, place)
    const undone = await undo(sync?.syncId ?? '')
    expect(await readRegister(database.db, place)).toEqual({})
    await undo(undone.syncId)
    expect(await readRegister(database.db, place)).toEqual(after)
  })

  test('undoing twice reverses once', async () => {
    await seedCache(database.db, place, [person(1)])
    const sync = await syncAll()
    await undo(sync?.syncId ?? '')
    await expect(undo(sync?.syncId ?? '')).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('the journal', () => {
  const brokenOf = async () =>
    (await verifyChains(database.db)).find(({ companyId }) => companyId === place.companyId)?.firstBroken

  test('is whole after syncs and undos', async () => {
    await seedCache(database.db, place, [person(1), person(2)])
    const sync = await syncAll()
    await undo(sync?.syncId ?? '')
    expect(await verifyChains(database.db)).toContainEqual({
      companyId: place.companyId,
      syncs: 2,
      digests: [expect.stringMatching(/^[0-9a-f]{64}$/u), expect.stringMatching(/^[0-9a-f]{64}$/u)],
      firstBroken: null,
    })
  })

  test('cannot be rewritten, and a rewrite past the guard is found and named', async () => {
    await seedCache(database.db, place, [person(1), person(2)])
    const first = await syncAll()
    await seedCache(database.db, place, [person(1, { jobTitle: 'CTO' }), person(2)])
    await syncAll()
    const rewrite = () =>
      database.pool.query(`update journal set name = 'Somebody else' where sync_id = $1 and ordinal = 0`, [
        first?.syncId,
      ])
    await expect(rewrite()).rejects.toThrow('append-only')
    expect(await brokenOf()).toBeNull()
    await database.pool.query('alter table journal disable trigger journal_append_only')
    await rewrite()
    await database.pool.query('alter table journal enable trigger journal_append_only')
    expect(await brokenOf()).toMatchObject({ position: 1, syncId: first?.syncId })
  })

  test('misses a sync that was taken out of the middle', async () => {
    await seedCache(database.db, place, [person(1)])
    await syncAll()
    for (const jobTitle of ['A', 'B']) {
      await seedCache(database.db, place, [person(1, { jobTitle })])
      await syncAll()
    }
    await database.pool.query('delete from sync where company_id = $1 and position = 2', [place.companyId])
    expect(await brokenOf()).toMatchObject({ position: 2 })
  })
})

async function idOf(email: string): Promise<string> {
  const register = await readRegister(database.db, place)
  return Object.keys(register).find((id) => register[id]?.['workEmail'] === email) ?? ''
}
