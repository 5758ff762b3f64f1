import fc from 'fast-check'
import { expect, test } from 'vitest'
import { STANDARD_FIELD_KEYS } from '../../../src/model.ts'
import {
  type CoverageCount,
  countFilled,
  coverageOf,
  emptyCount,
  judgeCoverage,
} from '../../../src/sync/core/coverage.ts'
import { DEFAULT_LIMITS } from '../../../src/sync/core/guard.ts'
import { anyEmployee, employee } from './people.ts'

const RULES = { limit: DEFAULT_LIMITS.coverage, watched: [] }
const counted = (people: readonly Parameters<typeof employee>[0][]) => {
  const count = emptyCount([])
  for (const person of people) countFilled(count, employee(person))
  return count
}
const forty = (phones: number) =>
  counted(Array.from({ length: 40 }, (_, i) => ({ phone: i < phones ? '1' : null })))

test('a field that nearly everybody had and nobody has any more is held, and only that field', () => {
  expect(judgeCoverage(coverageOf(forty(39)), forty(0), RULES)).toMatchObject({
    held: ['phone'],
    baseline: { phone: 39 / 40, jobTitle: 1 },
  })
})

test('every standard field counts for itself, and a blank for nothing', () => {
  const nobody = Object.fromEntries(STANDARD_FIELD_KEYS.map((field) => [field, field === 'status' ? 1 : 0]))
  for (const field of STANDARD_FIELD_KEYS) {
    const blank = Object.fromEntries(STANDARD_FIELD_KEYS.map((key) => [key, key === 'status' ? 'left' : ' ']))
    const count = counted([{ ...blank, [field]: field === 'status' ? 'left' : 'x' }])
    expect(coverageOf(count)).toEqual({ ...nobody, [field]: 1 })
  }
})

test('it stays held while it is gone, and is free again once it is back', () => {
  const { baseline } = judgeCoverage(coverageOf(forty(39)), forty(0), RULES)
  expect(judgeCoverage(baseline, forty(0), RULES).held).toEqual(['phone'])
  expect(judgeCoverage(baseline, forty(38), RULES)).toMatchObject({ held: [], baseline: { phone: 38 / 40 } })
})

test('a few blanks are an ordinary day, and the first read cannot lose anything', () => {
  expect(judgeCoverage(coverageOf(forty(39)), forty(33), RULES).held).toEqual([])
  expect(judgeCoverage({}, forty(0), RULES).held).toEqual([])
})

test('more people with a value never hold a field, and an unchanged read holds none', () => {
  fc.assert(
    fc.property(
      fc.array(anyEmployee, { maxLength: 30 }),
      fc.array(anyEmployee, { maxLength: 30 }),
      (before, after) => {
        const [was, is] = [before, after].map((people) => {
          const count = emptyCount([])
          for (const person of people) countFilled(count, person)
          return count
        })
        if (!was || !is) return
        expect(judgeCoverage(coverageOf(is), is, RULES).held).toEqual([])
        const held = judgeCoverage(coverageOf(was), is, RULES).held
        const fuller = { ...is, standard: { ...is.standard, phone: is.people } }
        expect(judgeCoverage(coverageOf(was), fuller, RULES).held).toEqual(
          held.filter((key) => key !== 'phone'),
        )
      },
    ),
  )
})

/** Forty people, of whom so many have a T-shirt size; the others a blank one, or none at all. */
function sized(sizes: number, none: 'blank' | 'absent' = 'blank'): CoverageCount {
  const count = emptyCount(['size', 'desk'])
  for (let n = 0; n < 40; n++) {
    const without = none === 'blank' ? { size: n % 2 ? '' : null, desk: [] } : {}
    countFilled(count, employee({ custom: n < sizes ? { size: 'M', desk: ['4', '5'] } : without }))
  }
  return count
}
const watched = { ...RULES, watched: ['size'] }

test('a custom field that is relied on and lost is held, blank or not delivered, and any other is not', () => {
  for (const none of ['blank', 'absent'] as const)
    expect(judgeCoverage(coverageOf(sized(39)), sized(0, none), watched)).toMatchObject({
      held: ['custom:size'],
      baseline: { 'custom:size': 39 / 40, 'custom:desk': 0, phone: 0 },
    })
  expect(judgeCoverage(coverageOf(sized(39)), sized(0), RULES).held).toEqual([])
  expect(judgeCoverage(coverageOf(sized(39)), sized(33), watched).held).toEqual([])
  const { baseline } = judgeCoverage(coverageOf(sized(39)), sized(0), watched)
  expect(judgeCoverage(baseline, sized(0), watched).held).toEqual(['custom:size'])
  expect(judgeCoverage(baseline, sized(38), watched).held).toEqual([])
})

test("the limit is the company's own", () => {
  const strict = { ...watched, limit: { absolute: 2, percent: 5 } }
  expect(judgeCoverage(coverageOf(sized(39)), sized(36), strict).held).toEqual(['custom:size'])
  const loose = { ...watched, limit: { absolute: 3, percent: 100 } }
  expect(judgeCoverage(coverageOf(sized(39)), sized(0), loose).held).toEqual([])
})
