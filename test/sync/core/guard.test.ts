import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classify } from '../../../src/sync/core/classify.ts'
import {
  allowedBy,
  BRAKES,
  countTouched,
  DEFAULT_LIMITS,
  explainHold,
  type Hold,
  holdsAmong,
  holdsOf,
  type Measured,
  nothingTouched,
} from '../../../src/sync/core/guard.ts'
import { candidate, employee, rules } from './people.ts'

/** A connection of which everybody was synced. */
const synced = (known: number): Measured => ({ known, unmatched: 0, syncedWhole: true })
/** One of which a few were tried at the most. */
const fresh = (known: number, unmatched: number): Measured => ({ known, unmatched, syncedWhole: false })
const touched = (over: Partial<ReturnType<typeof nothingTouched>>) => ({ ...nothingTouched(), ...over })

const anyTouched = fc.record(Object.fromEntries(BRAKES.map((brake) => [brake, fc.nat(500)])))
const anyMeasured: fc.Arbitrary<Measured> = fc.record({
  known: fc.nat(100_000),
  unmatched: fc.nat(2_000),
  syncedWhole: fc.boolean(),
})

test('31 new emails among 40 people are held with the numbers, 2 are not', () => {
  const [hold, ...more] = holdsOf(touched({ emails: 31 }), synced(40), DEFAULT_LIMITS)
  expect(more).toEqual([])
  expect(hold).toEqual({ brake: 'emails', count: 31, of: 40, allowed: 3 })
  expect(hold && explainHold(hold).what).toBe('This would change the email of 31 of 40 people.')
  expect(holdsOf(touched({ emails: 2 }), synced(40), DEFAULT_LIMITS)).toEqual([])
})

test('40,000 people are not stopped by a hundred ordinary changes, and are by a thousand', () => {
  expect(holdsOf(touched({ emails: 100, created: 100, names: 100 }), synced(40_000), DEFAULT_LIMITS)).toEqual(
    [],
  )
  expect(holdsOf(touched({ emails: 1_000 }), synced(40_000), DEFAULT_LIMITS)).toHaveLength(1)
})

test('a first sync creates everybody without being held, also after a few were tried', () => {
  expect(holdsOf(touched({ created: 250 }), fresh(0, 0), DEFAULT_LIMITS)).toEqual([])
  expect(holdsOf(touched({ created: 90 }), fresh(3, 0), DEFAULT_LIMITS)).toEqual([])
  expect(holdsOf(touched({ created: 90 }), synced(3), DEFAULT_LIMITS)).toMatchObject([
    { brake: 'created', count: 90, of: 3, allowed: 20 },
  ])
})

test('a first sync that may create the register once more is held, and says what the identifier has to do with it', () => {
  const [hold, ...more] = holdsOf(touched({ created: 40 }), fresh(0, 40), DEFAULT_LIMITS)
  expect(more).toEqual([])
  expect(hold).toEqual({ brake: 'created', count: 40, of: 0, allowed: 20, unmatched: 40 })
  expect(hold && explainHold(hold)).toMatchObject({
    what: 'This would create 40 stakeholders, and 40 in your register match nobody in HR: they may be the same people.',
    check: 'Is the identifier the one that your register has?',
  })
  for (const investors of [0, 12, 20])
    expect(holdsOf(touched({ created: 400 }), fresh(0, investors), DEFAULT_LIMITS)).toEqual([])
  expect(holdsOf(touched({ created: 12 }), fresh(28, 400), DEFAULT_LIMITS)).toEqual([])
})

test('a first sync is held by how many may be in the register already, in a company of any size', () => {
  const isHeld = (created: number, known: number, unmatched: number) =>
    holdsOf(touched({ created }), fresh(known, unmatched), DEFAULT_LIMITS).length > 0
  // Everybody is in the register under another identifier, among ever more stakeholders who are not in HR.
  for (const others of [0, 1, 40, 160, 165, 400, 40_000]) {
    expect(isHeld(40, 0, 40 + others)).toBe(true)
    expect(isHeld(40_000, 0, 40_000 + others)).toBe(true)
  }
  for (const company of [1, 3, 20]) expect(isHeld(company, 0, company)).toBe(false)
  // A few joiners and a register that matches, whoever else is in it.
  expect(isHeld(5, 400, 5_000)).toBe(false)
  expect(isHeld(100, 40_000, 5_000)).toBe(false)
})

test('more stakeholders whom nobody matches never release a brake or raise its limit', () => {
  fc.assert(
    fc.property(anyTouched, anyMeasured, fc.nat(100_000), (given, measured, more) => {
      const held = holdsOf(touched(given), measured, DEFAULT_LIMITS)
      const among = { ...measured, unmatched: measured.unmatched + more }
      const then = holdsOf(touched(given), among, DEFAULT_LIMITS)
      for (const { brake, allowed } of held)
        expect(then).toContainEqual(expect.objectContaining({ brake, allowed }))
    }),
  )
})

test('a first sync into an empty register is not held for creating, however many they are', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), (created, known) => {
      expect(holdsOf(touched({ created }), fresh(known, 0), DEFAULT_LIMITS)).toEqual([])
    }),
  )
})

test('a first sync is held for what it rewrites of people whom it matches', () => {
  const rewriting = touched({ emails: 40, created: 500 })
  expect(holdsOf(rewriting, fresh(40, 0), DEFAULT_LIMITS)).toEqual([
    { brake: 'emails', count: 40, of: 40, allowed: 3 },
  ])
})

test('of several brakes the gravest comes first, and creating last', () => {
  const all = touched(Object.fromEntries(BRAKES.map((brake) => [brake, 39])))
  expect(holdsOf(all, synced(40), DEFAULT_LIMITS).map(({ brake }) => brake)).toEqual([
    'vanished',
    'blanks',
    'emails',
    'names',
    'statuses',
    'endDates',
    'created',
  ])
})

const brakesOf = (holds: readonly { brake: string }[]) => holds.map(({ brake }) => brake)

test('more touched people never release a brake, in whatever ways at once, and wider limits never set one', () => {
  fc.assert(
    fc.property(anyTouched, anyTouched, anyTouched, anyMeasured, (given, more, wider, measured) => {
      const few = touched(given)
      const many = touched(Object.fromEntries(BRAKES.map((it) => [it, few[it] + (more[it] ?? 0)])))
      const held = brakesOf(holdsOf(few, measured, DEFAULT_LIMITS))
      expect(brakesOf(holdsOf(many, measured, DEFAULT_LIMITS))).toEqual(expect.arrayContaining(held))
      const loose = { ...DEFAULT_LIMITS }
      for (const it of BRAKES)
        loose[it] = { absolute: DEFAULT_LIMITS[it].absolute + (wider[it] ?? 0), percent: 100 }
      expect(held).toEqual(expect.arrayContaining(brakesOf(holdsOf(few, measured, loose))))
    }),
  )
})

test('the second sync is never held less than the first for the same people, and rewriting not at all differently', () => {
  fc.assert(
    fc.property(anyTouched, anyMeasured, (given, { known, unmatched }) => {
      const few = touched(given)
      const first = holdsOf(few, { known, unmatched, syncedWhole: false }, DEFAULT_LIMITS)
      const second = holdsOf(few, { known, unmatched: 0, syncedWhole: true }, DEFAULT_LIMITS)
      if (known > 0) expect(brakesOf(second)).toEqual(expect.arrayContaining(brakesOf(first)))
      const rewriting = (holds: typeof first) => holds.filter(({ brake }) => brake !== 'created')
      expect(rewriting(second)).toEqual(rewriting(first))
    }),
  )
})

test('a choice is held by no brake that does not hold its plan, all of it by the same ones', () => {
  fc.assert(
    fc.property(anyTouched, anyTouched, anyMeasured, (given, part, measured) => {
      const all = touched(given)
      const some = touched(Object.fromEntries(BRAKES.map((it) => [it, Math.min(all[it], part[it] ?? 0)])))
      const holds = holdsOf(all, measured, DEFAULT_LIMITS)
      expect(holdsAmong(holds, all)).toEqual(holds)
      expect(brakesOf(holdsAmong(holds, some))).toEqual(brakesOf(holdsOf(some, measured, DEFAULT_LIMITS)))
    }),
  )
})

test('what is judged is left as it was', () => {
  fc.assert(
    fc.property(anyTouched, anyMeasured, (given, measured) => {
      const inputs = { few: touched(given), measured, limits: DEFAULT_LIMITS }
      const before = structuredClone(inputs)
      const holds = holdsOf(inputs.few, inputs.measured, inputs.limits)
      const found = structuredClone(holds)
      holdsAmong(holds, inputs.few)
      expect(inputs).toEqual(before)
      expect(holds).toEqual(found)
    }),
  )
})

test('the percent part grows with the company', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(50), fc.constantFrom(...BRAKES), (of, more, brake) => {
      const limit = DEFAULT_LIMITS[brake]
      expect(allowedBy(limit, of + more)).toBeGreaterThanOrEqual(allowedBy(limit, of))
    }),
  )
})

test('a percentage with decimals is taken as it is written', () => {
  expect(allowedBy({ absolute: 0, percent: 33.3 }, 3_000)).toBe(999)
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(10_000), (of, hundredths) => {
      const exact = Math.floor((of * hundredths) / 10_000)
      expect(allowedBy({ absolute: 0, percent: hundredths / 100 }, of)).toBe(exact)
    }),
  )
})

test('what is created is told in one or in many, beside whoever is linked or matched', () => {
  const what = (created: number, measured: Measured) => {
    const [hold] = holdsOf(touched({ created }), measured, {
      ...DEFAULT_LIMITS,
      created: { absolute: 0, percent: 0 },
    })
    return hold && explainHold(hold).what
  }
  expect(what(1, synced(1))).toBe('This would create 1 stakeholder; 1 other is linked or matched.')
  expect(what(30, synced(35))).toBe('This would create 30 stakeholders; 35 others are linked or matched.')
  expect(what(1, fresh(0, 1))).toBe(
    'This would create 1 stakeholder, and 1 in your register matches nobody in HR: that may be the same person.',
  )
  expect(what(40, fresh(0, 1))).toBe(
    'This would create 40 stakeholders, and 1 in your register matches nobody in HR: that may be the same person.',
  )
  expect(what(1, fresh(0, 40))).toBe(
    'This would create 1 stakeholder, and 40 in your register match nobody in HR: one of them may be the same person.',
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

test('each hold says what confirming writes of its people, and what it leaves as it is', () => {
  const confirming = (hold: Omit<Hold, 'of' | 'allowed'>) =>
    explainHold({ of: 40, allowed: 3, ...hold }).confirming
  expect(BRAKES.map((brake) => confirming({ brake, count: 12 }))).toEqual([
    'Confirming writes the other changes. These 12 people stay in the register as they are.',
    'Confirming empties these fields in the register.',
    'Confirming writes the new emails.',
    'Confirming writes the new names.',
    'Confirming writes the new statuses. Nobody is deleted.',
    'Confirming writes the end dates as HR states them.',
    'Confirming creates all 12.',
  ])
  expect(confirming({ brake: 'vanished', count: 1 })).toContain('This person stays in the register')
  expect(confirming({ brake: 'created', count: 40, unmatched: 38 })).toBe(
    'Confirming creates all 40. The 38 in your register who match nobody stay as they are.',
  )
  expect(confirming({ brake: 'created', count: 1, unmatched: 1 })).toBe(
    'Confirming creates this stakeholder. The one in your register who matches nobody stays as is.',
  )
})
