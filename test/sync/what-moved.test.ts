import { expect, test } from 'vitest'
import { PLAN_KINDS, type PlanCounts } from '../../src/model.ts'
import { type PlanView, whatMoved } from '../../src/sync/plan.ts'
import { counts } from '../bot/support/fixtures.ts'

const planOf = (some: Partial<PlanCounts>) => ({ counts: counts(some) }) as PlanView

test('every kind of change that moved between two plans is named; who stays unchanged is not one', () => {
  for (const kind of PLAN_KINDS.filter((it) => it !== 'unchanged')) {
    const [more, ...others] = whatMoved(planOf({}), planOf({ [kind]: 2 }))
    expect(more).toMatch(/^2 more \S/)
    expect(others).toEqual([])
    expect(whatMoved(planOf({ [kind]: 2 }), planOf({ unchanged: 2 }))).toEqual([
      more?.replace('more', 'fewer'),
    ])
  }
  expect(whatMoved(planOf({}), planOf({ vanished: 1, link: 3 }))).toEqual([
    '3 more matched with nothing to write',
    '1 more missing from HR',
  ])
  expect(whatMoved(planOf({}), planOf({ unchanged: 1 }))).toEqual([
    'the same number of people, with other values',
  ])
})
