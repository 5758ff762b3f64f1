import { beforeEach, describe, expect, test } from 'vitest'
import type { Employee } from '../../src/model.ts'
import { decideMatch, listDecisions, revoke } from '../../src/sync/decide.ts'
import { removeConnection } from '../../src/sync/disconnect.ts'
import { findConflict } from '../../src/sync/resolve.ts'
import { getSettings, saveSettings } from '../../src/sync/settings.ts'
import { explainPerson } from '../../src/sync/why.ts'
import { type Engine, inNewCompany, type Register } from '../support/company.ts'
import type { TestDatabase } from '../support/database.ts'
import { engineAt, person } from '../support/engine.ts'
import {
  makeContext,
  type Place,
  readRegister,
  seedCache,
  seedConnectionOf,
  seedStakeholder,
} from '../support/seed.ts'

let database: TestDatabase
let place: Place
let engine: Engine
let register: Register
inNewCompany((its) => {
  ;({ database, place, engine, register } = its)
})

const ctx = () => makeContext(database)
/** In HR: a new work email, the number and the personal email of before. */
const carla = (over: Partial<Employee> = {}) =>
  person(1, { firstName: 'Carla', employeeNumber: '1042', personalEmail: 'carla@home.example', ...over })
const CARLA = {
  firstName: 'Carla',
  lastName: 'Weiss',
  workEmail: 'carla@old.example',
  employeeNumber: '1042',
}
const enter = (fields: Record<string, string>) => seedStakeholder(database.db, place, fields)
const outcome = async () =>
  (await engine.changes()).map(({ recordId, kind, reason }) => [recordId, kind, reason])
const WAITS = [['1', 'conflict', 'maybe_known']]
const CREATED = [['1', 'create', null]]

describe('somebody with another work email than the register has', () => {
  let id: string
  beforeEach(async () => {
    id = await enter(CARLA)
    await seedCache(database.db, place, [carla()])
  })

  test('is not created a second time: both sides are shown, and looking writes nothing', async () => {
    const before = await register.everything()
    expect(await outcome()).toEqual(WAITS)
    const conflict = await findConflict(ctx(), place, '1')
    expect(conflict).toMatchObject({
      sentence:
        'Nobody in the register has the work email p1@acme.example, but Carla Weiss has the same employee number 1042.',
      records: [{ recordId: '1' }],
      stakeholders: [{ stakeholderId: id, fields: CARLA }],
      choices: [{ kind: 'link', stakeholderId: id }, { kind: 'create' }, { kind: 'ignore' }],
    })
    const why = await explainPerson(ctx(), place, '1')
    expect(why).toMatchObject({ match: { how: 'none' }, changes: [{ reasonText: conflict?.sentence }] })
    expect((await engine.confirm(await engine.plan())).outcome).toBe('nothing')
    expect(await register.everything()).toEqual(before)
  })

  test('is the same person: the stakeholder gets the new email, and nothing is open any more', async () => {
    await engine.answer('1', 'link')
    await engine.sync()
    const { [id]: known, ...others } = await readRegister(database.db, place)
    expect(known).toMatchObject({ workEmail: 'p1@acme.example', employeeNumber: '1042', lastName: 'Raman' })
    expect(others).toEqual({})
    expect((await engine.plan()).counts).toMatchObject({ conflict: 0, create: 0, update: 0, link: 0 })
  })

  test('is somebody new: created, remembered, and not asked again; revoked before, it is', async () => {
    await engine.answer('1', 'create')
    const [decision] = await listDecisions(database.db, place.companyId)
    expect(decision).toMatchObject({ verdict: 'create', recordId: '1' })
    expect(await outcome()).toEqual([['1', 'create', 'separate']])
    await revoke(ctx(), place.companyId, decision!.decisionId)
    expect(await outcome()).toEqual(WAITS)
    await engine.answer('1', 'create')
    expect((await engine.sync()).counts).toMatchObject({ created: 1, skipped: 0 })
    expect(await outcome()).toEqual([])
    expect((await readRegister(database.db, place))[id]).toEqual(CARLA)
  })

  test('is left out until that is taken back', async () => {
    await engine.answer('1', 'ignore')
    expect(await outcome()).toEqual([['1', 'skip', 'ignored']])
    expect((await engine.plan()).toApply).toBe(0)
  })

  test('an edit of that stakeholder overtakes the plan that asked', async () => {
    const { planId } = await engine.plan()
    await register.edit(id, { employeeNumber: '7' })
    expect((await engine.plan()).planId).not.toBe(planId)
    expect(await outcome()).toEqual(CREATED)
  })
})

describe('what counts as the same', () => {
  test.each([
    ['the personal email, whatever its capitals', { personalEmail: ' Carla@HOME.example ' }, WAITS],
    ['the employee number, without blanks around it', { employeeNumber: ' 1042 ' }, WAITS],
    ['no number with other zeros', { employeeNumber: '01042' }, CREATED],
    ['no name', { firstName: 'Carla', lastName: 'Raman' }, CREATED],
    ['nothing that is blank', { employeeNumber: ' ', personalEmail: '' }, CREATED],
  ])('%s', async (_what, fields, expected) => {
    await enter({ workEmail: 'carla@old.example', ...fields })
    await seedCache(database.db, place, [carla()])
    expect(await outcome()).toEqual(expected)
  })

  test('a blank of HR matches no blank of the register', async () => {
    await enter({ workEmail: 'carla@old.example' })
    await seedCache(database.db, place, [carla({ employeeNumber: ' ', personalEmail: null })])
    expect(await outcome()).toEqual(CREATED)
  })

  test('where people are matched by employee number, the emails', async () => {
    await enter({ workEmail: 'P1@acme.example', employeeNumber: '7' })
    await seedCache(database.db, place, [carla()])
    const { version } = await getSettings(database.db, place)
    await saveSettings(ctx(), place, { identifier: 'employeeNumber', version })
    const [change] = await engine.changes()
    expect(change?.reasonText).toMatch(
      /the employee number 1042, but .+ has the same work email p1@acme\.example\.$/,
    )
  })

  test('nobody who is matched by the identifier', async () => {
    await enter(CARLA)
    await enter({ firstName: 'C', workEmail: 'p1@acme.example' })
    await seedCache(database.db, place, [carla()])
    expect(await outcome()).toEqual([['1', 'update', null]])
  })
})

describe('a stakeholder who belongs to somebody is nobody new', () => {
  const other = person(2, { employeeNumber: '1042' })

  test('to a record that is linked, whether HR shows it or not', async () => {
    await seedCache(database.db, place, [other])
    await engine.sync()
    for (const people of [[other, carla()], [carla()]]) {
      await seedCache(database.db, place, people)
      expect(await outcome()).toContainEqual(CREATED[0])
    }
  })

  test('to a record of another connection, until that one is removed', async () => {
    const elsewhere = await seedConnectionOf(database.db, place.companyId, 'bamboohr')
    await seedCache(database.db, elsewhere, [other])
    await engineAt(database, elsewhere).sync()
    await seedCache(database.db, place, [carla()])
    expect(await outcome()).toEqual(CREATED)
    await removeConnection(ctx(), place.companyId, elsewhere.connectionId)
    await seedCache(database.db, place, [carla()])
    expect(await outcome()).toEqual(WAITS)
  })

  test('to somebody for whom a person named them', async () => {
    const id = await enter(CARLA)
    await seedCache(database.db, place, [carla(), person(2)])
    await decideMatch(ctx(), place, { recordId: '2', verdict: 'link', stakeholderId: id })
    expect(await outcome()).toEqual([...CREATED, ['2', 'update', null]])
  })
})

test('two new people who may be the same stakeholder are both asked about; one gets them, the other is new', async () => {
  const id = await enter({ ...CARLA, personalEmail: 'twin@home.example' })
  await seedCache(database.db, place, [carla(), person(2, { personalEmail: 'twin@home.example' })])
  expect(await outcome()).toEqual([...WAITS, ['2', 'conflict', 'maybe_known']])
  await engine.answer('1', 'link')
  expect(await outcome()).toEqual([
    ['1', 'update', null],
    ['2', 'create', null],
  ])
  await engine.sync()
  expect(Object.keys(await readRegister(database.db, place))).toHaveLength(2)
  expect((await readRegister(database.db, place))[id]).toMatchObject({ workEmail: 'p1@acme.example' })
  expect(await outcome()).toEqual([])
})

test('several stakeholders: who agrees in more comes first, and each can be chosen', async () => {
  const number = await enter({ firstName: 'Carl', employeeNumber: '1042' })
  const both = await enter({ ...CARLA, personalEmail: 'carla@home.example' })
  const email = await enter({ firstName: 'Cara', personalEmail: 'carla@home.example' })
  await seedCache(database.db, place, [carla()])
  const conflict = await findConflict(ctx(), place, '1')
  expect(conflict?.sentence).toContain(
    '3 stakeholders have the same employee number or personal email: Carla Weiss, ',
  )
  expect(conflict?.stakeholders.map(({ stakeholderId }) => stakeholderId)).toEqual([
    both,
    ...[number, email].toSorted(),
  ])
  await engine.answer('1', 'link', null, email)
  expect(await engine.changes()).toMatchObject([{ kind: 'update', stakeholderId: email }])
})

test('a number that very many have names some of them, and anybody can still be named', async () => {
  const ids: string[] = []
  for (let n = 0; n < 30; n++) ids.push(await enter({ firstName: `Old${n}`, employeeNumber: '0' }))
  await seedCache(database.db, place, [carla({ employeeNumber: '0' }), person(2, { employeeNumber: '0' })])
  const [change, ...others] = await engine.changes()
  expect(others).toHaveLength(1)
  expect(change?.reasonText).toContain('more than 20 stakeholders have the same employee number 0, ')
  expect(change?.detail?.stakeholders).toHaveLength(20)
  const last = ids.toSorted().at(-1)!
  await engine.answer('1', 'find', last)
  expect(await engine.changes()).toContainEqual(
    expect.objectContaining({ recordId: '1', kind: 'update', stakeholderId: last }),
  )
})
