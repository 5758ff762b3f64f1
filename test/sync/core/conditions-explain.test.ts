import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CoveredField, Employee } from '../../../src/model.ts'
import { type Condition, type ConditionTree, conditionTreeSchema } from '../../../src/sync/core/conditions.ts'
import { checkConditions } from '../../../src/sync/core/conditions-check.ts'
import { explainConditions } from '../../../src/sync/core/conditions-explain.ts'
import { createCatalogue } from '../../../src/sync/core/conditions-fields.ts'
import * as any from './conditions-arbitraries.ts'
import { evaluate } from './conditions-evaluator.ts'
import { employee } from './people.ts'

const catalogue = createCatalogue([
  { id: 'n', label: 'Badge', type: 'number' },
  { id: 'l', label: 'Skills', type: 'list' },
  { id: 'd', label: 'Probation ends', type: 'date' },
])
const TODAY = '2026-11-23'

function explain(person: Employee, items: ConditionTree['items'], match: 'all' | 'any' = 'all') {
  const check = checkConditions({ version: 1, match, items }, catalogue)
  if (!check.ok) throw new Error(JSON.stringify(check.problems))
  return explainConditions(check.conditions, person, { today: TODAY, held: [] })
}
const passes = (person: Partial<Employee>, condition: Condition) =>
  explain(employee(person), [condition]).passes
const office = (
  officeLocation: string | null,
  operator: 'is' | 'is_not' | 'contains' | 'starts_with',
  value: string,
) => passes({ officeLocation }, { field: 'officeLocation', operator, value })

describe('text', () => {
  test.each([
    ['case', 'LONDON', 'london'],
    ['surrounding space, hard spaces too', ' \u00a0London\u3000\t', 'London'],
    ['how an accent is stored', 'Cafe\u0301', 'Café'],
    ['the Turkish I', 'DİYARBAKIR', 'diyarbakır'],
    ['the German ß', 'STRASSE', 'Straße'],
    ['the Greek sigma', 'ΟΔΟΣ', 'οδος'],
    ['a capital that comes in parts only', 'Καΐλας'.toUpperCase(), 'Καΐλας'],
    ['Arabic presentation forms', 'ﻋ', 'ع'],
    ['width', 'ＴＯＫＹＯ　東京', 'Tokyo 東京'],
    ['ligatures', 'oﬃce', 'office'],
    ['Georgian capitals', 'ᲗᲑᲘᲚᲘᲡᲘ', 'თბილისი'],
  ])('%s makes no difference', (_, actual, wanted) => {
    expect(office(actual, 'is', wanted)).toBe(true)
    expect(office(wanted, 'is', actual)).toBe(true)
  })

  test('an accent does make a difference', () => {
    expect(office('Jose', 'is', 'José')).toBe(false)
    expect(office('ΑΘΗΝΑ', 'is', 'Αθήνα')).toBe(false)
  })

  test('a part is found wherever the sigma stands', () => {
    expect(office('ΟΔΟΣΑ', 'contains', 'ΟΔΟΣ')).toBe(true)
    expect(office('Office LONDON', 'starts_with', 'london')).toBe(false)
  })

  test('signs that mean something to a database stand for themselves', () => {
    expect(office('100% remote', 'contains', '100%')).toBe(true)
    expect(office('1000 remote', 'contains', '100%')).toBe(false)
    expect(office('a_b\\c', 'is', 'A_B\\C')).toBe(true)
  })
})

describe('no value', () => {
  test('a negated condition includes people without a value, a plain one does not', () => {
    for (const blank of [null, ' ']) {
      expect(office(blank, 'is_not', 'London')).toBe(true)
      expect(office(blank, 'is', 'London')).toBe(false)
    }
  })

  test('blank is empty, and so is a list of blanks', () => {
    const isEmpty = (field: string): Condition => ({ field, operator: 'is_empty' })
    expect(passes({ officeLocation: ' \u00a0' }, isEmpty('officeLocation'))).toBe(true)
    expect(passes({ officeLocation: 'London' }, isEmpty('officeLocation'))).toBe(false)
    expect(passes({ custom: { l: ['', ' '] } }, isEmpty('custom:l'))).toBe(true)
    expect(passes({ custom: { l: ['', 'Java'] } }, isEmpty('custom:l'))).toBe(false)
    expect(passes({ custom: { l: null } }, isEmpty('custom:l'))).toBe(true)
  })

  test('a field that was not delivered cannot be told, not even as empty', () => {
    const person = { officeLocation: null, unread: ['officeLocation'] } as const
    expect(passes(person, { field: 'officeLocation', operator: 'is_not', value: 'London' })).toBeNull()
    expect(passes(person, { field: 'officeLocation', operator: 'is_empty' })).toBeNull()
    expect(passes(person, { field: 'jobTitle', operator: 'is', value: 'Engineer' })).toBe(true)
  })

  test('a custom field without a key was not delivered, one with a blank is empty', () => {
    const isNot = { field: 'custom:d', operator: 'is_not', value: '2026-11-23' } as const
    const isEmpty = { field: 'custom:d', operator: 'is_empty' } as const
    for (const condition of [isNot, isEmpty]) {
      expect(passes({ custom: {} }, condition)).toBeNull()
      expect(passes({ custom: { d: null } }, condition)).toBe(true)
    }
  })

  test('a status that was not delivered is not the status Unknown', () => {
    const unread = { status: 'unknown', statusText: null, unread: ['status'] } as const
    const unknown = { status: 'unknown', statusText: 'Mutterschutz' } as const
    for (const [operator, answer] of [
      ['is', true],
      ['is_not', false],
    ] as const) {
      const condition = { field: 'status', operator, value: 'unknown' } as const
      expect(passes(unread, condition)).toBeNull()
      expect(passes(unknown, condition)).toBe(answer)
      expect(explain(employee(unread), [condition]).lines[0]?.actual).toBe('not delivered by HR')
    }
  })

  test('what cannot be told gives way to a condition that settles it', () => {
    const person = employee({ officeLocation: null, unread: ['officeLocation'], status: 'active' })
    const items: Condition[] = [
      { field: 'officeLocation', operator: 'is', value: 'London' },
      { field: 'status', operator: 'is', value: 'active' },
    ]
    expect(explain(person, items, 'all').passes).toBeNull()
    expect(explain(person, items, 'any').passes).toBe(true)
    expect(explain({ ...person, status: 'left' }, items, 'all').passes).toBe(false)
    expect(explain({ ...person, status: 'left' }, items, 'any').passes).toBeNull()
  })
})

describe('numbers', () => {
  const badge = (value: string | number, operator: 'is' | 'greater_than' | 'less_than', number: string) =>
    passes({ custom: { n: value } }, { field: 'custom:n', operator, value: number })

  test('compare by value, to the last digit', () => {
    expect(badge('0042', 'is', '42.0')).toBe(true)
    expect(badge('9', 'less_than', '10')).toBe(true)
    expect(badge('9007199254740993', 'is', '9007199254740992')).toBe(false)
    expect(badge(1e21, 'is', '1000000000000000000000')).toBe(true)
    expect(badge(5e-7, 'greater_than', '0.0000004')).toBe(true)
  })

  test('a text that is no number meets no comparison and is not empty', () => {
    for (const text of ['about 5', '1,200', '1e5', '']) {
      expect(badge(text, 'greater_than', '-1')).toBe(false)
      expect(badge(text, 'less_than', '99999')).toBe(false)
    }
    expect(passes({ custom: { n: 'about 5' } }, { field: 'custom:n', operator: 'is_empty' })).toBe(false)
  })
})

describe('dates', () => {
  const starts = (startDate: string, condition: Omit<Condition, 'field'>) =>
    passes({ startDate }, { field: 'startDate', ...condition } as Condition)

  test('today and the Nth day count, the day beyond does not', () => {
    const last = { operator: 'in_last_days', days: 7 } as const
    expect(['2026-11-15', '2026-11-16', '2026-11-23', '2026-11-24'].map((day) => starts(day, last))).toEqual([
      false,
      true,
      true,
      false,
    ])
    const next = { operator: 'in_next_days', days: 7 } as const
    expect(['2026-11-22', '2026-11-23', '2026-11-30', '2026-12-01'].map((day) => starts(day, next))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('“on or” makes the difference of a day, and between has both ends', () => {
    const day = '2026-01-31'
    expect(starts(day, { operator: 'after', value: day } as never)).toBe(false)
    expect(starts(day, { operator: 'on_or_after', value: day } as never)).toBe(true)
    expect(starts(day, { operator: 'before', value: day } as never)).toBe(false)
    expect(starts(day, { operator: 'on_or_before', value: day } as never)).toBe(true)
    expect(starts(day, { operator: 'between', from: day, to: day } as never)).toBe(true)
  })

  test('what is no date meets no comparison', () => {
    for (const d of ['23.11.2026', '2026-13-01', '2026-11-23T00:00:00Z', 'soon']) {
      expect(passes({ custom: { d } }, { field: 'custom:d', operator: 'after', value: '0001-01-01' })).toBe(
        false,
      )
      expect(passes({ custom: { d } }, { field: 'custom:d', operator: 'before', value: '9999-12-31' })).toBe(
        false,
      )
    }
  })
})

test('a list meets “contains” by a whole element', () => {
  const skills = (
    operator: 'contains' | 'does_not_contain',
    value: string,
    l: string | string[] = ['JavaScript', 'Go '],
  ) => passes({ custom: { l } }, { field: 'custom:l', operator, value })
  expect(skills('contains', 'go')).toBe(true)
  expect(skills('contains', 'Java')).toBe(false)
  expect(skills('does_not_contain', 'Java')).toBe(true)
  expect(skills('contains', 'GO', 'go')).toBe(true)
})

test('a list in a field of another type meets a condition by any of its elements, and an empty one is empty', () => {
  const catalogued = createCatalogue([{ id: 't', label: 'Colour', type: 'text' }])
  const colour = (t: string[], condition: object, held: CoveredField[] = []) => {
    const items = [{ field: 'custom:t', ...condition } as Condition]
    const check = checkConditions({ version: 1, match: 'all', items }, catalogued)
    if (!check.ok) throw new Error(JSON.stringify(check.problems))
    return explainConditions(check.conditions, employee({ custom: { t } }), { today: TODAY, held }).passes
  }
  for (const condition of [
    { operator: 'is', value: 'red' },
    { operator: 'is_any_of', values: ['red', 'black'] },
    { operator: 'starts_with', value: 're' },
    { operator: 'ends_with', value: 'ed' },
  ]) {
    expect(colour(['Blue', 'Red'], condition)).toBe(true)
    expect(colour(['Blue'], condition)).toBe(false)
    expect(colour([], condition)).toBe(false)
  }
  expect(colour(['Blue', 'Red'], { operator: 'is_not', value: 'red' })).toBe(false)
  expect(colour([], { operator: 'is_empty' })).toBe(true)
  expect(colour(['Red'], { operator: 'is_empty' })).toBe(false)
  // Held: what is empty may be lost.
  expect(colour(['Red'], { operator: 'is_not', value: 'blue' }, ['custom:t'])).toBe(true)
  expect(colour([], { operator: 'is_not', value: 'blue' }, ['custom:t'])).toBeNull()
})

test('each line shows the condition, what the person has, and the answer, in its place', () => {
  const person = employee({
    officeLocation: 'Berlin',
    status: 'leave',
    endDate: null,
    startDate: '2026-12-01',
    unread: ['endDate'],
    custom: { l: null },
  })
  const explained = explain(person, [
    { field: 'officeLocation', operator: 'is_any_of', values: ['London', 'New York'] },
    {
      match: 'any',
      items: [
        { field: 'status', operator: 'is', value: 'active' },
        { field: 'endDate', operator: 'is_empty' },
        { field: 'startDate', operator: 'after', value: '2026-11-23' },
        { field: 'custom:l', operator: 'is_empty' },
        { field: 'custom:n', operator: 'is', value: '7' },
      ],
    },
  ])
  expect(explained).toEqual({
    passes: false,
    lines: [
      { path: [0], text: 'Office location is any of London, New York', actual: 'Berlin', passes: false },
      { path: [1, 0], text: 'Employment status is Active', actual: 'On leave', passes: false },
      { path: [1, 1], text: 'End date is empty', actual: 'not delivered by HR', passes: null },
      { path: [1, 2], text: 'Start date is after 23 Nov 2026', actual: '1 Dec 2026', passes: true },
      { path: [1, 3], text: 'Skills is empty', actual: 'empty', passes: true },
      { path: [1, 4], text: 'Badge is 7', actual: 'not delivered by HR', passes: null },
    ],
  })
})

test('an unknown status is shown in the provider’s own word', () => {
  const person = employee({ status: 'unknown', statusText: 'On sabbatical' })
  const { lines, passes } = explain(person, [{ field: 'status', operator: 'is', value: 'active' }])
  expect(lines[0]?.actual).toBe('Unknown (“On sabbatical”)')
  expect(passes).toBe(false)
})

test('the explanation agrees with a second evaluator, and a checked tree survives being stored', () => {
  fc.assert(
    fc.property(any.tree, any.employee, any.held, (tree, person, held) => {
      const stored = conditionTreeSchema.parse(JSON.parse(JSON.stringify(tree)))
      const check = checkConditions(stored, any.catalogue)
      if (!check.ok) throw new Error(JSON.stringify(check.problems))
      const before = structuredClone(person)
      const explained = explainConditions(check.conditions, person, { today: any.TODAY, held })
      expect(explained.passes).toBe(evaluate(stored, any.types, any.packed(person), any.TODAY, held))
      expect(person).toEqual(before)
    }),
    { numRuns: 2000 },
  )
})
