import { describe, expect, test } from 'vitest'
import { createCompany } from '../../demo/hris/company.ts'
import { DIFFICULT_PEOPLE } from '../../demo/hris/difficult.ts'
import { DIFFICULT_KEYS, type DifficultKey, difficultId } from '../../demo/hris/difficult-person.ts'
import { hasLeft, lifecycleOf } from '../../demo/hris/person.ts'
import { DAY_0 } from './hris-support.ts'

const company = (people = 250, seed = 1) => createCompany({ people, seed, today: DAY_0 })
const difficult = (from: ReturnType<typeof company>, key: DifficultKey) => from.findById(difficultId(key))!

describe('the model company', () => {
  test('is the same for the same seed and another for another', () => {
    expect([...company().people()]).toEqual([...company().people()])
    const [one, two] = [[...company(250, 1).people()], [...company(250, 2).people()]]
    const sameName = one
      .slice(25)
      .filter(({ displayName }, index) => displayName === two[index + 25]!.displayName)
    expect(sameName.length).toBeLessThan(10)
  })

  test('has exactly as many people as asked for, whatever the number', () => {
    for (const size of [1, 24, 25, 26, 250]) expect([...company(size).people()]).toHaveLength(size)
  })

  test('keeps a person the same when the company is larger', () => {
    expect([...company(40).people()]).toEqual([...company(400).people()].slice(0, 40))
  })

  test('gives ordinary people work emails and ids that nobody else has', () => {
    const people = [...company(20_000).people()]
    const emails = people.slice(25).map(({ workEmail }) => workEmail)
    expect(new Set(emails).size).toBe(emails.length)
    const theirs = new Set(people.slice(0, 25).map(({ workEmail }) => workEmail))
    expect(emails.filter((email) => theirs.has(email))).toEqual([])
    expect(new Set(people.map(({ id }) => id)).size).toBe(people.length)
  })

  test('looks like a company: offices, departments, leavers, leave, joiners and managers', () => {
    const people = [...company().people()]
    const count = (values: unknown[]) => new Set(values).size
    expect(count(people.map(({ office }) => office))).toBe(7)
    expect(count(people.map(({ department }) => department))).toBe(10)
    expect(count(people.map(({ legalEntity }) => legalEntity))).toBe(2)
    const stages = people.map((person) => lifecycleOf(person, DAY_0))
    expect(new Set(stages)).toEqual(new Set(['employed', 'terminated', 'leave', 'hired', 'secondment pilot']))
    const managers = people.flatMap(({ managerId }) => managerId ?? [])
    expect(managers.length).toBeGreaterThan(200)
    for (const id of managers) expect(people.map((person) => person.id)).toContain(id)
  })
})

describe('the difficult people', () => {
  test('are 25, come first, and each has a name and a reason', () => {
    expect(DIFFICULT_KEYS).toHaveLength(25)
    const first = [...company().people()].slice(0, 25)
    expect(first.map(({ id }) => id)).toEqual(DIFFICULT_KEYS.map(difficultId))
    const reasons = DIFFICULT_KEYS.map((key) => DIFFICULT_PEOPLE[key].why)
    for (const why of reasons) expect(why).toMatch(/^[A-Z].{20,}\.$/)
    expect(new Set(reasons).size).toBe(25)
  })

  test('are difficult in the way their name says', () => {
    const one = company()
    const who = (key: DifficultKey) => difficult(one, key)
    expect(who('sharedWorkEmailA').workEmail).toBe(who('sharedWorkEmailB').workEmail)
    expect(who('blankWorkEmail').workEmail).toBeNull()
    expect(who('blankEmployeeNumber').employeeNumber).toBe('')
    expect(who('rehireNewRecord').workEmail).toBe(who('rehireOldRecord').workEmail)
    expect(hasLeft(who('rehireOldRecord'), DAY_0)).toBe(true)
    expect(hasLeft(who('rehireNewRecord'), DAY_0)).toBe(false)
    expect(who('preferredName').legalFirstName).not.toBe(who('preferredName').firstName)
    expect(who('accents').firstName).not.toBe(who('accents').firstName.normalize('NFC'))
    expect(who('rightToLeftName').firstName).toMatch(/\p{Script=Arabic}/u)
    expect(lifecycleOf(who('futureJoiner'), DAY_0)).toBe('hired')
    expect(who('yearEdgeDate')).toMatchObject({ startDate: '2022-01-01', terminationDate: '2025-12-31' })
    expect(who('zonePlus13')).toMatchObject({ office: 'Auckland', startDate: DAY_0 })
    expect(who('zoneMinus10')).toMatchObject({ office: 'Honolulu', startDate: DAY_0 })
    expect(who('title300Characters').title).toHaveLength(300)
    expect(who('emojiName').lastName).toContain('👩🏽‍🚀')
    expect(who('markupInName').lastName).toContain('<script>')
    expect(who('reusedWorkEmail').workEmail).toBe(who('yearEdgeDate').workEmail)
    expect(who('leadingZeros').employeeNumber).toBe('00042')
    expect(who('untidyWorkEmail').workEmail).not.toBe(who('untidyWorkEmail').workEmail!.trim().toLowerCase())
  })

  test('change on their day and not before', () => {
    const one = company()
    one.advance(1)
    expect(difficult(one, 'marriedName').lastName).toBe('Raman')
    one.advance(2)
    expect(difficult(one, 'marriedName')).toMatchObject({
      lastName: 'Raman-Lee',
      workEmail: 'priya.raman-lee@acme.example',
    })
    expect(difficult(one, 'backDatedLeaver').terminationDate).toBe('2026-11-03')
    expect(difficult(one, 'contractorTurnedEmployee')).toMatchObject({
      employmentType: 'Permanent',
      employeeNumber: '977',
    })
    expect(difficult(one, 'twoEntities').legalEntity).toBe('Acme Ltd')
    one.advance(1)
    expect(difficult(one, 'twoEntities').legalEntity).toBe('Acme GmbH')
    expect(hasLeft(difficult(one, 'rescindedLeaver'), one.today())).toBe(true)
    one.advance(1)
    expect(difficult(one, 'rescindedLeaver').terminationDate).toBeNull()
    one.advance(4)
    expect(lifecycleOf(difficult(one, 'futureJoiner'), one.today())).toBe('employed')
  })
})

describe('advancing a day', () => {
  test('changes the same few people whenever it is done from the same seed', () => {
    const [one, two] = [company(), company()]
    const changes = one.advance(5)
    expect([1, 2, 3, 4, 5].flatMap(() => two.advance(1))).toEqual(changes)
    expect([...two.people()]).toEqual([...one.people()])
    for (const day of [1, 2, 3, 4, 5]) {
      const count = changes.filter((change) => change.day === day).length
      expect(count).toBeGreaterThanOrEqual(4)
      expect(count).toBeLessThanOrEqual(9)
    }
    const kinds = new Set(changes.map(({ kind }) => kind))
    expect(kinds).toEqual(new Set(['joiner', 'leaver', 'move', 'promotion', 'correction', 'difficult']))
  })

  test('reports every change and touches nobody else', () => {
    const one = company()
    const before = new Map([...one.people()].map((person) => [person.id, person]))
    const changes = one.advance(1)
    const changed = new Set(changes.map(({ id }) => id))
    for (const person of one.people()) {
      if (changed.has(person.id)) expect(person).not.toEqual(before.get(person.id))
      else expect(person).toEqual(before.get(person.id))
    }
    for (const { id, before: was, after, kind } of changes) {
      if (kind === 'joiner') expect(before.has(id)).toBe(false)
      else expect(before.get(id)).toMatchObject(was)
      expect(one.findById(id)).toMatchObject(after)
    }
    expect(one.size()).toBe(251)
  })

  test('does not tear an answer that is being read', () => {
    const one = company()
    const reading = one.people()
    const [first] = reading.take(1)
    const steady = one.people()
    steady.next()
    one.patch(difficultId('sharedWorkEmailB'), { firstName: 'Changed' })
    expect(steady.next().value).toMatchObject({ firstName: 'Ben' })
    expect(first).toMatchObject({ firstName: 'Ana' })
    expect(difficult(one, 'sharedWorkEmailB').firstName).toBe('Changed')
  })

  test('works in a company of one', () => {
    const one = company(1)
    expect(one.advance(3).map(({ kind }) => kind)).toContain('joiner')
    expect(one.size()).toBe(4)
  })
})
