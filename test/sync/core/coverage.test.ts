import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countFilled, coverageOf, emptyCount, judgeCoverage } from '../../../src/sync/core/coverage.ts'
import { anyEmployee, employee } from './people.ts'

const counted = (people: readonly Parameters<typeof employee>[0][]) => {
  const count = emptyCount()
  for (const person of people) countFilled(count, employee(person))
  return count
}
const forty = (phones: number) =>
  counted(Array.from({ length: 40 }, (_, i) => ({ phone: i < phones ? '1' : null })))

test('a field that nearly everybody had and nobody has any more is held, and only that field', () => {
  expect(judgeCoverage(coverageOf(forty(39)), forty(0))).toMatchObject({
    held: ['phone'],
    baseline: { phone: 39 / 40, jobTitle: 1 },
  })
})

test('it stays held while it is gone, and is free again once it is back', () => {
  const { baseline } = judgeCoverage(coverageOf(forty(39)), forty(0))
  expect(judgeCoverage(baseline, forty(0)).held).toEqual(['phone'])
  expect(judgeCoverage(baseline, forty(38))).toMatchObject({ held: [], baseline: { phone: 38 / 40 } })
})

test('a few blanks are an ordinary day, and the first read cannot lose anything', () => {
  expect(judgeCoverage(coverageOf(forty(39)), forty(33)).held).toEqual([])
  expect(judgeCoverage({}, forty(0)).held).toEqual([])
})

test('more people with a value never hold a field, and an unchanged read holds none', () => {
  fc.assert(
    fc.property(
      fc.array(anyEmployee, { maxLength: 30 }),
      fc.array(anyEmployee, { maxLength: 30 }),
      (before, after) => {
        const [was, is] = [before, after].map((people) => {
          const count = emptyCount()
          for (const person of people) countFilled(count, person)
          return count
        })
        if (!was || !is) return
        expect(judgeCoverage(coverageOf(is), is).held).toEqual([])
        const held = judgeCoverage(coverageOf(was), is).held
        const fuller = { ...is, filled: { ...is.filled, phone: is.people } }
        expect(judgeCoverage(coverageOf(was), fuller).held).toEqual(held.filter((key) => key !== 'phone'))
      },
    ),
  )
})
