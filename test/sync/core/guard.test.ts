import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classify } from '../../../src/sync/core/classify.ts'
import {
  allowedBy,
  BRAKES,
  countTouched,
  DEFAULT_LIMITS,
  explainHold,
  holdsOf,
  nothingTouched,
} from '../../../src/sync/core/guard.ts'
import { candidate, employee, rules } from './people.ts'

const touched = (over: Partial<ReturnType<typeof nothingTouched>>) => ({ ...nothingTouched(), ...over })

test('31 new emails among 40 people are held with the numbers, 2 are not', () => {
  const [hold, ...more] = holdsOf(touched({ emails: 31 }), 40, DEFAULT_LIMITS)
  expect(more).toEqual([])
  expect(hold).toEqual({ brake: 'emails', count: 31, of: 40, allowed: 3 })
  expect(hold && explainHold(hold).what).toBe('This would change the email of 31 of 40 people.')
  expect(holdsOf(touched({ emails: 2 }), 40, DEFAULT_LIMITS)).toEqual([])
})

test('40,000 people are not stopped by a hundred ordinary changes, and are by a thousand', () => {
  expect(holdsOf(touched({ emails: 100, created: 100, names: 100 }), 40_000, DEFAULT_LIMITS)).toEqual([])
  expect(holdsOf(touched({ emails: 1_000 }), 40_000, DEFAULT_LIMITS)).toHaveLength(1)
})

test('the very first sync is not held for creating everybody', () => {
  expect(holdsOf(touched({ created: 250 }), 0, DEFAULT_LIMITS)).toEqual([])
})

test('more touched people never release a brake, and a wider limit never sets one', () => {
  const counts = fc.record(Object.fromEntries(BRAKES.map((brake) => [brake, fc.nat(500)])))
  fc.assert(
    fc.property(
      counts,
      fc.integer({ min: 1, max: 100_000 }),
      fc.constantFrom(...BRAKES),
      fc.nat(50),
      (given, of, brake, more) => {
        const before = touched(given)
        const held = holdsOf(before, of, DEFAULT_LIMITS).map((hold) => hold.brake)
        const heldWithMore = holdsOf({ ...before, [brake]: before[brake] + more }, of, DEFAULT_LIMITS).map(
          (hold) => hold.brake,
        )
        expect(heldWithMore).toEqual(expect.arrayContaining(held))
        const wider = {
          ...DEFAULT_LIMITS,
          [brake]: { absolute: DEFAULT_LIMITS[brake].absolute + more, percent: 100 },
        }
        expect(held).toEqual(expect.arrayContaining(holdsOf(before, of, wider).map((hold) => hold.brake)))
        expect(allowedBy(DEFAULT_LIMITS[brake], of + more)).toBeGreaterThanOrEqual(
          allowedBy(DEFAULT_LIMITS[brake], of),
        )
      },
    ),
  )
})

test('a person counts once for a brake, and filling an empty field is no rewrite', () => {
  const fields = { firstName: 'Priya', workEmail: 'old@acme.example', personalEmail: 'old@home.example' }
  const linked = { stakeholderId: 's1', version: 1, fields, base: fields, claimedBy: null }
  const moved = employee({ workEmail: 'new@acme.example', personalEmail: 'new@home.example' })
  const count = nothingTouched()
  for (const change of classify(candidate({ employee: moved, linked }), rules())) countTouched(count, change)
  expect(count).toEqual(touched({ emails: 1 }))
})
