import { expect, test } from 'vitest'
import { PLAN_KINDS, type PlanCounts } from '../../src/model.ts'
import type { PlanView } from '../../src/sync/plan.ts'
import { whatMoved } from '../../src/sync/what-moved.ts'
import { counts } from '../bot/support/fixtures.ts'

const planOf = (some: Partial<PlanCounts>) => ({ counts: counts(some) }) as PlanView

test('every kind of change that moved between two plans is named; who stays unchanged is not one', () => {
  for (const kind of PLAN_KINDS.filter((it) => it !== 'unchanged')) {
    const [more, ...others] = whatMoved(planOf({}), planOf({ [kind]: 2 }))
    expect(more).toMatch(/^2 more \S/)
    expect(others).toEqual([])
    expect(whatMoved(planOf({ [kind]: 2 }), planOf({ unchanged: 2 }))).toEqual([
      more?.replaceAll('more', 'fewer'),
    ])
  }
  expect(whatMoved(planOf({}), planOf({ vanished: 1, link: 3 }))).toEqual([
    '3 more matched with nothing to write',
    '1 more missing from HR',
  ])
  expect(whatMoved(planOf({ update: 13 }), planOf({ update: 13, left: 1 }))).toEqual([
    '1 more to update (1 more who left)',
  ])
  expect(whatMoved(planOf({ update: 13 }), planOf({ update: 12, left: 1 }))).toEqual(['1 more who left'])
  expect(whatMoved(planOf({ update: 1, left: 2 }), planOf({ update: 1, returned: 1 }))).toEqual([
    '1 fewer to update (2 fewer who left, 1 more who came back)',
  ])
  expect(whatMoved(planOf({}), planOf({ unchanged: 1 }))).toEqual([
    'the same number of people, with other values',
  ])
})
