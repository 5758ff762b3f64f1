import { describe, expect, test } from 'vitest'
import {
  type ConditionTree,
  conditionTreeSchema,
  NO_CONDITIONS,
  unreadFields,
  usedFields,
} from '../../../src/sync/core/conditions.ts'
import { checkConditions } from '../../../src/sync/core/conditions-check.ts'
import { describeCondition } from '../../../src/sync/core/conditions-describe.ts'
import { createCatalogue, operatorsFor } from '../../../src/sync/core/conditions-fields.ts'

const catalogue = createCatalogue([
  { id: 'column_1', label: 'T-shirt size', type: 'choice' },
  { id: 'column_2', label: 'Works from home', type: 'boolean' },
  { id: 'column_3', label: 'Badge number', type: 'number' },
  { id: 'column_4', label: 'Skills', type: 'list' },
])
const treeOf = (...items: unknown[]): ConditionTree =>
  conditionTreeSchema.parse({ version: 1, match: 'all', items })
const parses = (item: unknown) =>
  conditionTreeSchema.safeParse({ version: 1, match: 'all', items: [item] }).success

describe('the stored tree', () => {
  test('takes one level of groups and no more', () => {
    const one = { field: 'status', operator: 'is', value: 'active' }
    expect(parses({ match: 'any', items: [one] })).toBe(true)
    expect(parses({ match: 'any', items: [{ match: 'all', items: [one] }] })).toBe(false)
    expect(parses({ match: 'any', items: [] })).toBe(false)
    expect(conditionTreeSchema.safeParse({ ...NO_CONDITIONS, version: 2 }).success).toBe(false)
  })

  test.each([
    { operator: 'is', values: ['London'] },
    { operator: 'is_any_of', value: 'London' },
    { operator: 'is_any_of', values: [] },
    { operator: 'is_empty', value: 'London' },
    { operator: 'before', value: '2026-02-30' },
    { operator: 'before', value: 'soon' },
    { operator: 'in_last_days', days: 0 },
    { operator: 'in_last_days', days: 1.5 },
    { operator: 'greater_than', value: '1,200' },
    { operator: 'between', from: '2026-01-01' },
    { operator: 'is', value: ' \u00a0' },
    { operator: 'is', value: 'a\0b' },
    { operator: 'is', value: '\ud800' },
    { operator: 'resembles', value: 'London' },
  ])('refuses $operator with another shape of value', (condition) => {
    expect(parses({ field: 'officeLocation', ...condition })).toBe(false)
  })

  test('says which fields it asks about, and which of them were not delivered', () => {
    const tree = treeOf(
      { field: 'status', operator: 'is', value: 'active' },
      {
        match: 'any',
        items: [
          { field: 'endDate', operator: 'is_empty' },
          { field: 'status', operator: 'is', value: 'leave' },
        ],
      },
    )
    expect(usedFields(tree)).toEqual(['status', 'endDate'])
    expect(unreadFields(tree, ['endDate', 'phone'])).toEqual(['endDate'])
    expect(unreadFields(tree, [])).toEqual([])
  })
})

describe('checking against the fields of the connection', () => {
  test('a vanished field is reported with its place, and nothing can be compiled', () => {
    const tree = treeOf(
      { field: 'status', operator: 'is', value: 'active' },
      {
        match: 'any',
        items: [
          { field: 'status', operator: 'is', value: 'left' },
          { field: 'custom:gone', operator: 'is_empty' },
        ],
      },
    )
    expect(checkConditions(tree, catalogue)).toEqual({
      ok: false,
      problems: [
        {
          path: [1, 1],
          sentence: 'The field “gone” is no longer there. Choose another field or remove this condition.',
        },
      ],
    })
  })

  test('every problem is reported, not only the first', () => {
    const tree = treeOf(
      { field: 'startDate', operator: 'contains', value: '2024' },
      { field: 'startDate', operator: 'is', value: 'soon' },
      { field: 'custom:column_3', operator: 'is', value: 'many' },
      { field: 'custom:column_2', operator: 'is', value: 'London' },
      { field: 'officeLocation', operator: 'is', value: true },
      { field: 'status', operator: 'is_any_of', values: ['active', 'Gone'] },
      { field: 'startDate', operator: 'between', from: '2026-02-01', to: '2026-01-01' },
      { field: 'custom:column_3', operator: 'between', from: '10', to: '9' },
      { field: 'custom:column_3', operator: 'between', from: '2026-01-01', to: '2026-02-01' },
      { field: 'officeLocation', operator: 'is', value: 'London' },
    )
    const check = checkConditions(tree, catalogue)
    expect(check.ok ? [] : check.problems).toEqual([
      { path: [0], sentence: '“contains” does not go with Start date. Choose another comparison.' },
      { path: [1], sentence: 'Start date: “soon” is not a date.' },
      { path: [2], sentence: 'Badge number: “many” is not a number.' },
      { path: [3], sentence: 'Works from home: choose Yes or No.' },
      { path: [4], sentence: 'Office location: Yes and No go with yes/no fields only.' },
      { path: [5], sentence: 'Employment status: “Gone” is not one of the statuses.' },
      { path: [6], sentence: 'Start date: the first value lies after the second.' },
      { path: [7], sentence: 'Badge number: the first value lies after the second.' },
      { path: [8], sentence: 'Badge number: “2026-01-01” is not a number.' },
    ])
  })

  test('an object’s own inherited names are no fields', () => {
    const tree = treeOf(
      { field: 'toString', operator: 'is_empty' },
      { field: 'recordId', operator: 'is_empty' },
    )
    expect(checkConditions(tree, catalogue)).toMatchObject({
      ok: false,
      problems: [{ path: [0] }, { path: [1] }],
    })
  })

  test('a status is compared as a whole only', () => {
    expect(operatorsFor('choice', 'status')).not.toContain('contains')
    expect(operatorsFor('choice', 'department')).toContain('contains')
    expect(
      checkConditions(treeOf({ field: 'status', operator: 'contains', value: 'act' }), catalogue).ok,
    ).toBe(false)
  })
})

test.each([
  [
    { field: 'officeLocation', operator: 'is_any_of', values: ['London', 'New York'] },
    'Office location is any of London, New York',
  ],
  [{ field: 'status', operator: 'is_not', value: 'leave' }, 'Employment status is not On leave'],
  [
    { field: 'startDate', operator: 'on_or_after', value: '2024-01-01' },
    'Start date is on or after 1 Jan 2024',
  ],
  [
    { field: 'startDate', operator: 'between', from: '2024-01-01', to: '2024-12-31' },
    'Start date is between 1 Jan 2024 and 31 Dec 2024',
  ],
  [{ field: 'startDate', operator: 'in_last_days', days: 30 }, 'Start date is in the last 30 days'],
  [{ field: 'endDate', operator: 'in_next_days', days: 1 }, 'End date is in the next day'],
  [{ field: 'endDate', operator: 'is_empty' }, 'End date is empty'],
  [{ field: 'custom:column_2', operator: 'is', value: true }, 'Works from home is Yes'],
  [
    { field: 'custom:column_3', operator: 'greater_than', value: '12.5' },
    'Badge number is greater than 12.5',
  ],
  [{ field: 'custom:gone', operator: 'contains', value: 'x' }, 'gone contains x'],
] as const)('people read %j as a sentence', (condition, sentence) => {
  expect(describeCondition(condition, catalogue)).toBe(sentence)
})
