import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import {
  changesOf,
  type Day,
  type DifficultKey,
  day,
  difficultId,
  type Rehearsed,
  rehearse,
  standing,
} from '../support/difficult.ts'
import { readRegister, seedStakeholder } from '../support/seed.ts'

let database: TestDatabase
let company: Rehearsed
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  company = await rehearse(database, { people: 25 })
})
afterEach(() => company.close())

const seed = (fields: Record<string, string>) => seedStakeholder(database.db, company.place, fields)
const register = () => readRegister(database.db, company.place)
const change = ({ changes }: Pick<Day, 'changes'>, key: DifficultKey) => changesOf(changes, key)[0]
const stakeholderOf = ({ links }: Day, key: DifficultKey) => links.get(difficultId(key)) ?? ''

const NOOR = {
  firstName: 'Noor',
  lastName: 'Visser',
  workEmail: 'partners@acme.example',
  status: 'left',
  endDate: '2025-12-31',
}
const DARIO = {
  firstName: 'Dario',
  lastName: 'Conti',
  workEmail: 'dario.conti@acme.example',
  status: 'left',
  endDate: day(-1100),
}

describe('a register that knew them before', () => {
  test('the stakeholder of a leaver goes to nobody by their email, until a person says whose it is', async () => {
    const noor = await seed(NOOR)

    const first = await company.day()

    for (const key of ['yearEdgeDate', 'reusedWorkEmail'] as const)
      expect(change(first, key)).toMatchObject({
        kind: 'conflict',
        reason: 'shared_identifier',
        detail: { stakeholders: [{ stakeholderId: noor, name: 'Noor Visser' }] },
      })
    expect(first.register[noor]).toEqual(NOOR)

    await company.decide('yearEdgeDate', 'link', noor)
    await company.decide('reusedWorkEmail', 'create')
    const second = await company.sync()

    expect(stakeholderOf(second, 'yearEdgeDate')).toBe(noor)
    expect(standing(second, 'yearEdgeDate')).toMatchObject({ ...NOOR, startDate: '2022-01-01' })
    expect(stakeholderOf(second, 'reusedWorkEmail')).not.toBe(noor)
    expect(standing(second, 'reusedWorkEmail')).toMatchObject({ firstName: 'Olu', status: 'active' })
    const { changes } = await company.plan()
    expect(changesOf(changes, 'yearEdgeDate').concat(changesOf(changes, 'reusedWorkEmail'))).toEqual([])
  })

  test('also when HR no longer shows the leaver', async () => {
    const noor = await seed(NOOR)
    company.hris.forbid('former people')

    const first = await company.day()

    expect(first.cached.map(({ recordId }) => recordId)).not.toContain(difficultId('yearEdgeDate'))
    expect(change(first, 'reusedWorkEmail')).toMatchObject({
      kind: 'conflict',
      reason: 'claimed',
      reasonText: 'The work email belongs to stakeholder Noor Visser, who has left and has another name.',
      detail: { stakeholders: [{ stakeholderId: noor }] },
    })
    expect(first.register[noor]).toEqual(NOOR)

    await company.decide('reusedWorkEmail', 'create')
    const second = await company.sync()

    expect(standing(second, 'reusedWorkEmail')).toMatchObject({ firstName: 'Olu', status: 'active' })
    expect(second.register[noor]).toEqual(NOOR)
    expect(changesOf((await company.plan()).changes, 'reusedWorkEmail')).toEqual([])
  })

  test('a rehire goes on as the same stakeholder, and the closed record asks nothing', async () => {
    const dario = await seed(DARIO)
    const first = await company.day()
    expect(change(first, 'rehireNewRecord')).toMatchObject({ kind: 'conflict', stakeholderId: null })
    expect(first.register[dario]).toEqual(DARIO)

    await company.decide('rehireNewRecord', 'new_contract', dario)
    const second = await company.sync()

    expect(change(second, 'rehireNewRecord')).toMatchObject({ kind: 'returned', stakeholderId: dario })
    expect(second.register[dario]).toMatchObject({
      status: 'active',
      startDate: day(-90),
      endDate: DARIO.endDate,
    })
    const { plan, changes } = await company.plan()
    expect(plan.toApply).toBe(0)
    // The old contract's end date: a blank clears nothing, so a person is asked.
    expect(change({ changes }, 'rehireNewRecord')).toMatchObject({
      kind: 'conflict',
      reason: 'both_changed',
      detail: { fields: { endDate: { before: DARIO.endDate, after: null } } },
    })
    expect(change({ changes }, 'rehireOldRecord')).toMatchObject({ kind: 'skip', reason: 'left_before' })
  })

  test('other capitals are the same mailbox, and no reason to rewrite it', async () => {
    const leo = await seed({
      firstName: 'Leo',
      lastName: 'Marchetti',
      workEmail: 'leo.marchetti@acme.example',
    })

    const first = await company.day()

    expect(stakeholderOf(first, 'untidyWorkEmail')).toBe(leo)
    expect(change(first, 'untidyWorkEmail')?.fields).not.toHaveProperty('workEmail')
    expect(first.register[leo]).toMatchObject({
      workEmail: 'leo.marchetti@acme.example',
      employeeNumber: '1024',
    })
    expect(first.again.toApply).toBe(0)
  })

  test('who is there under an older work email is not created a second time, but asked about', async () => {
    const inHr = [...company.hris.company().people()].find(({ id }) => id === difficultId('twoEntities'))
    const employeeNumber = inHr?.employeeNumber ?? ''
    const old = { firstName: 'Carla', lastName: 'Weiss', workEmail: 'carla@old.example', employeeNumber }
    const carla = await seed(old)

    const first = await company.day()

    expect(change(first, 'twoEntities')).toMatchObject({
      kind: 'conflict',
      reason: 'maybe_known',
      reasonText: `Nobody in the register has the work email carla.weiss@acme.example, but Carla Weiss has the same employee number ${employeeNumber}.`,
      detail: { stakeholders: [{ stakeholderId: carla }] },
    })
    expect(first.register[carla]).toEqual(old)
    expect(first.again.toApply).toBe(0)

    await company.decide('twoEntities', 'link', carla)
    const second = await company.sync()

    expect(stakeholderOf(second, 'twoEntities')).toBe(carla)
    expect(standing(second, 'twoEntities')).toMatchObject({ workEmail: 'carla.weiss@acme.example' })
    expect(Object.keys(second.register)).toEqual(Object.keys(first.register))
    expect(second.again.toApply).toBe(0)
  })

  test('a stakeholder without an email is nobody without an email, and who is not in HR is left alone', async () => {
    const gus = { firstName: 'Gus', lastName: 'Petrakis', status: 'active' }
    const board = { firstName: 'Bo', lastName: 'Ard', workEmail: 'bo@elsewhere.example' }
    const ids = [await seed(gus), await seed(board)]

    const first = await company.day()

    expect(change(first, 'blankWorkEmail')).toMatchObject({ kind: 'conflict', reason: 'no_identifier' })
    expect(ids.map((id) => first.register[id])).toEqual([gus, board])
    for (const id of ids) expect([...first.links.values()]).not.toContain(id)
  })
})

describe('as it happens', () => {
  test('rehire: the old record leaves, the new one waits as claimed, and a new contract brings them back', async () => {
    company.hris.patch('rehireOldRecord', { terminationDate: null })
    company.hris.patch('rehireNewRecord', { workEmail: null })
    const first = await company.day()
    const dario = stakeholderOf(first, 'rehireOldRecord')
    company.hris.patch('rehireOldRecord', { terminationDate: day(-1) })
    company.hris.patch('rehireNewRecord', { workEmail: 'dario.conti@acme.example' })

    const second = await company.day()

    expect(change(second, 'rehireOldRecord')).toMatchObject({ kind: 'left', stakeholderId: dario })
    expect(change(second, 'rehireNewRecord')).toMatchObject({
      kind: 'conflict',
      reason: 'claimed',
      stakeholderId: dario,
      detail: { records: [{ recordId: difficultId('rehireOldRecord') }] },
    })
    expect(second.register[dario]).toMatchObject({ status: 'left', endDate: day(-1), employeeNumber: '1004' })

    await company.decide('rehireNewRecord', 'new_contract', dario)
    const third = await company.sync()

    expect(change(third, 'rehireOldRecord')).toMatchObject({ kind: 'skip', reason: 'superseded' })
    expect(change(third, 'rehireNewRecord')).toMatchObject({ kind: 'returned', stakeholderId: dario })
    expect(third.register[dario]).toMatchObject({ status: 'active', employeeNumber: '1005' })
    expect(Object.keys(third.register)).toEqual(Object.keys(first.register))
    expect(third.again.toApply).toBe(0)
  })

  test('reused email: somebody linked gets the email of a leaver, and both keep their stakeholders', async () => {
    company.hris.patch('yearEdgeDate', { terminationDate: null })
    company.hris.patch('reusedWorkEmail', { workEmail: 'olu.grant@acme.example' })
    const first = await company.day()
    company.hris.patch('yearEdgeDate', { terminationDate: day(-1) })
    company.hris.patch('reusedWorkEmail', { workEmail: 'partners@acme.example' })

    const second = await company.day()

    expect(changesOf(second.changes, 'yearEdgeDate').map(({ kind }) => kind)).toEqual(['left'])
    expect(changesOf(second.changes, 'reusedWorkEmail')).toMatchObject([
      { kind: 'update', fields: { workEmail: { after: 'partners@acme.example' } } },
    ])
    for (const key of ['yearEdgeDate', 'reusedWorkEmail'] as const)
      expect(stakeholderOf(second, key)).toBe(stakeholderOf(first, key))
    expect(standing(second, 'yearEdgeDate')).toMatchObject({ firstName: 'Noor', status: 'left' })
    expect(standing(second, 'reusedWorkEmail')).toMatchObject({ firstName: 'Olu', status: 'active' })
    const { changes } = await company.plan()
    expect(changesOf(changes, 'yearEdgeDate').concat(changesOf(changes, 'reusedWorkEmail'))).toEqual([])
  })

  test('a withdrawn end date goes where HR may clear it, with the return or after it', async () => {
    for (const when of ['before', 'after'] as const) {
      await company.close()
      company = await rehearse(database, { people: 25 })
      await company.day()
      company.hris.advance(4)
      const left = await company.day()
      expect(standing(left, 'rescindedLeaver')).toMatchObject({ status: 'left', endDate: day(3) })
      company.hris.advance(1)
      if (when === 'after') {
        const back = await company.day()
        expect(standing(back, 'rescindedLeaver')).toMatchObject({ status: 'active', endDate: day(3) })
      }
      await save({ mapping: MAY_CLEAR_END_DATE })

      const cleared = await company.day()

      expect(change(cleared, 'rescindedLeaver')).toMatchObject({
        kind: when === 'before' ? 'returned' : 'update',
        reasonText: null,
        fields: { endDate: { before: day(3), after: null } },
      })
      expect(standing(cleared, 'rescindedLeaver')).toMatchObject({ status: 'active' })
      expect(standing(cleared, 'rescindedLeaver')).not.toHaveProperty('endDate')
      expect(standing(cleared, 'backDatedLeaver')).toMatchObject({ endDate: day(-20) })
    }
  })
})

describe('what a person decides', () => {
  test('one answer each settles everybody who waited', async () => {
    const first = await company.day()
    for (const key of WAITING) await company.decide(key, 'create')

    const second = await company.sync()

    for (const key of WAITING) {
      expect(change(second, key)).toMatchObject({ kind: 'create', reason: 'separate' })
      expect(standing(second, key)).toMatchObject({ status: 'active' })
    }
    expect(second.again).toMatchObject({ toApply: 0, counts: { conflict: 0, skip: 2 } })
    for (const [id, fields] of Object.entries(first.register)) expect(second.register[id]).toEqual(fields)
  })

  test('another identifier breaks no link, and finds those who have no email of their own', async () => {
    const first = await company.day()
    await save({ identifier: 'employeeNumber' })

    const second = await company.sync()

    for (const [recordId, id] of first.links) expect(second.links.get(recordId)).toBe(id)
    for (const [id, fields] of Object.entries(first.register)) expect(second.register[id]).toEqual(fields)
    const added = second.changes.filter(({ kind }) => kind === 'create').map(({ recordId }) => recordId)
    expect(added.toSorted()).toEqual(WAITING.map(difficultId))
    expect(second.again).toMatchObject({ toApply: 0, counts: { conflict: 0 } })
    expect(Object.keys(await register())).toHaveLength(Object.keys(first.register).length + 5)
  })
})

const WAITING = [
  'sharedWorkEmailA',
  'sharedWorkEmailB',
  'blankWorkEmail',
  'rehireNewRecord',
  'reusedWorkEmail',
] as const

const MAY_CLEAR_END_DATE = {
  version: 1 as const,
  fields: { endDate: { owner: 'hr' as const, mayClear: true } },
  custom: [],
}

async function save(change: Omit<Parameters<typeof saveSettings>[2], 'version'>): Promise<void> {
  const { version } = await getSettings(database.db, company.place)
  await saveSettings(company.ctx(), company.place, { ...change, version })
}
