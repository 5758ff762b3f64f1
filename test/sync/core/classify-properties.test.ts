import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Candidate, Match } from '../../../src/sync/core/candidate.ts'
import { classify } from '../../../src/sync/core/classify.ts'
import { anyEmployee, anyMapping, anyRegisterFields, rules } from './people.ts'

const anyClaim = fc.option(
  fc.record({
    recordId: fc.constantFrom('2', '9'),
    sameConnection: fc.boolean(),
    provider: fc.constantFrom('hibob', 'personio'),
    name: fc.option(fc.constant('Ben Ode'), { nil: null }),
  }),
  { nil: null, freq: 1 },
)
const seldom = fc.constantFrom(false, false, false, true)
const anyMatch: fc.Arbitrary<Match> = fc.record({
  stakeholderId: fc.constantFrom('s1', 's2', 's3'),
  version: fc.nat(9),
  fields: anyRegisterFields,
  formerBase: fc.option(anyRegisterFields, { nil: null }),
  claimedBy: anyClaim,
})
const anyAlike: fc.Arbitrary<Candidate['alike'][number]> = fc.record({
  stakeholderId: fc.constantFrom('s4', 's5'),
  version: fc.nat(9),
  fields: anyRegisterFields,
  agrees: fc.constantFrom(['employeeNumber'], ['personalEmail'], ['employeeNumber', 'personalEmail']),
})
const anyLinked = fc
  .tuple(anyMatch, anyRegisterFields)
  .map(([match, base]): Candidate['linked'] => ({ ...match, base }))

const anyCandidate: fc.Arbitrary<Candidate> = fc.record({
  recordId: fc.constant('1'),
  employee: fc.option(anyEmployee, { nil: null }),
  problem: fc.option(fc.constant('Start date is "2026-02-31", which is not a date.'), { nil: null }),
  vanished: seldom,
  meetsConditions: fc.constantFrom(true, false, null),
  identifierValue: fc.option(fc.constant('a@x.example'), { nil: null }),
  sharedWith: fc.constantFrom<Candidate['sharedWith']>([], [{ recordId: '2', name: 'Ben Ode' }]),
  sharedBeyond: fc.constantFrom(0, 300),
  matchesBeyond: fc.constantFrom(0, 300),
  alike: fc.array(anyAlike, { maxLength: 2 }),
  alikeBeyond: seldom,
  linked: fc.option(anyLinked, { nil: null }),
  superseded: seldom,
  leaving: seldom,
  matches: fc.array(anyMatch, { maxLength: 2 }),
  decision: fc.option(
    fc.record({
      verdict: fc.constantFrom('link', 'create', 'ignore', 'new_contract'),
      stakeholder: fc.option(anyMatch, { nil: null }),
      isOfNow: fc.boolean(),
    }),
    { nil: null, freq: 1 },
  ),
  fieldDecisions: fc.constantFrom<Candidate['fieldDecisions']>(
    {},
    { status: { verdict: 'hr', hrValue: 'left', base: 'active', registerValue: 'active' } },
  ),
})

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

test('classify changes nothing of what it is given, and answers the same again', () => {
  fc.assert(
    fc.property(anyCandidate, anyMapping, (given, mapping) => {
      const [person, by] = [freeze(given), freeze(rules({ mapping }))]
      const before = JSON.stringify([person, by])
      const first = classify(person, by)
      expect(classify(person, by)).toEqual(first)
      expect(JSON.stringify([person, by])).toBe(before)
    }),
    { numRuns: 1_000 },
  )
})

test('a record that is absent, unreadable or without its status makes nobody a leaver', () => {
  const incomplete = fc
    .tuple(anyCandidate, fc.constantFrom('absent', 'unreadable', 'unread'))
    .map(([it, how]) => ({
      ...it,
      vanished: it.vanished || how === 'absent',
      employee:
        how === 'unreadable' || it.employee === null
          ? null
          : { ...it.employee, unread: how === 'unread' ? (['status'] as const) : it.employee.unread },
    }))
  fc.assert(
    fc.property(incomplete, anyMapping, (person, mapping) => {
      for (const change of classify(person, rules({ mapping }))) {
        expect(change.kind).not.toBe('left')
        expect(change.after['status']).toBeUndefined()
        if (person.vanished || person.employee === null) expect(change.after).toEqual({})
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a stakeholder of another record is never written to, unless a person said whose it is', () => {
  fc.assert(
    fc.property(anyCandidate, anyMapping, (person, mapping) => {
      const taken = new Set(
        [person.linked, person.decision?.stakeholder, ...person.matches].flatMap((it) =>
          it?.claimedBy ? [it.stakeholderId] : [],
        ),
      )
      const free = [person.linked, person.decision?.stakeholder, ...person.matches].flatMap((it) =>
        it && !it.claimedBy ? [it.stakeholderId] : [],
      )
      for (const { kind, stakeholderId } of classify(person, rules({ mapping })))
        if (stakeholderId !== null && taken.has(stakeholderId) && !free.includes(stakeholderId))
          expect(['conflict', 'skip', 'vanished', 'out_of_conditions']).toContain(kind)
    }),
    { numRuns: 1_000 },
  )
})

test('nobody whom the register may have already is created, unless a person said so', () => {
  fc.assert(
    fc.property(anyCandidate, anyMapping, (person, mapping) => {
      for (const { kind, reason } of classify(person, rules({ mapping })))
        if (kind === 'create' && person.alike.length > 0) expect(reason).toBe('separate')
    }),
    { numRuns: 1_000 },
  )
})
