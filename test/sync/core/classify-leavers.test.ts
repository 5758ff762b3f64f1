import { describe, expect, test } from 'vitest'
import type { Candidate, Match } from '../../../src/sync/core/candidate.ts'
import { classify } from '../../../src/sync/core/classify.ts'
import { candidate, employee, rules } from './people.ts'

const OLD = { recordId: '1', name: 'Noor Visser' }
const gone = employee({ recordId: '1', status: 'left', endDate: '2025-12-31' })
const fields = { firstName: 'Priya', lastName: 'Raman', workEmail: 'priya@acme.example', status: 'active' }
const match = (over: Partial<Match> = {}): Match => ({
  stakeholderId: 's1',
  version: 3,
  fields,
  claimedBy: null,
  formerBase: null,
  ...over,
})
const linked = (over: Record<string, string> = {}): Candidate['linked'] => ({
  stakeholderId: 's1',
  version: 3,
  fields: { ...fields, ...over },
  base: { ...fields, ...over },
  claimedBy: null,
})
const only = (person: Partial<Candidate>) => {
  const changes = classify(candidate(person), rules())
  expect(changes).toHaveLength(1)
  return changes[0]
}

describe('a leaver whose identifier somebody else has now', () => {
  const sharedWith = [{ recordId: '2', name: 'Olu Grant' }]
  const taken = match({
    claimedBy: { recordId: '2', sameConnection: true, provider: 'hibob', name: 'Ben Ode' },
  })

  test('asks nothing while no stakeholder could be theirs, and names the other', () => {
    for (const matches of [[], [taken]]) {
      const change = only({ employee: gone, sharedWith, matches })
      expect(change).toMatchObject({ kind: 'skip', reason: 'left_before', stakeholderId: null, after: {} })
      expect(change?.reasonText).toContain('Olu Grant')
    }
  })

  test('waits where a stakeholder could be theirs: a free one, or one of a record that has gone', () => {
    expect(only({ employee: gone, sharedWith, matches: [match()] })).toMatchObject({
      kind: 'conflict',
      reason: 'shared_identifier',
      detail: { stakeholders: [{ stakeholderId: 's1' }] },
    })
    for (const claimedBy of [
      { recordId: '9', sameConnection: true, provider: 'hibob', name: 'Ben Ode' },
      { recordId: '2', sameConnection: false, provider: 'personio', name: 'Ben Ode' },
    ])
      expect(only({ employee: gone, sharedWith, matches: [match({ claimedBy })] })?.kind).toBe('conflict')
  })
})

test('whose stakeholder it is counts before who shares the identifier', () => {
  const claimedBy = { recordId: '1', sameConnection: true, provider: 'hibob', name: 'Ben Ode' }
  expect(only({ sharedWith: [OLD], matches: [match({ claimedBy })] })).toMatchObject({
    kind: 'conflict',
    reason: 'claimed',
    detail: { stakeholders: [{ stakeholderId: 's1' }], records: [{ recordId: '1' }] },
  })
})

describe('a stakeholder who has left', () => {
  const noor = match({ fields: { ...fields, firstName: 'Noor', lastName: 'Visser', status: 'left' } })

  test('does not become somebody of another name who has their identifier', () => {
    for (const status of ['active', 'onboarding', 'leave', 'unknown'] as const)
      expect(only({ employee: employee({ status }), matches: [noor] })).toMatchObject({
        kind: 'conflict',
        reason: 'claimed',
        stakeholderId: 's1',
        after: {},
      })
  })

  test('comes back under the same name, in whatever capitals', () => {
    const same = match({ fields: { ...fields, lastName: 'RAMAN', status: 'left' } })
    expect(only({ matches: [same] })).toMatchObject({ kind: 'returned', stakeholderId: 's1' })
  })

  test('still matches a record that has left, whatever its name', () => {
    expect(only({ employee: gone, matches: [noor] })).toMatchObject({ stakeholderId: 's1' })
    expect(only({ employee: gone, matches: [noor] })?.kind).not.toBe('conflict')
  })

  test('comes back, and whether the end date goes that HR no longer states is for a person to say', () => {
    const back = candidate({ linked: linked({ status: 'left', endDate: '2026-11-26' }) })
    const [returned, conflict, ...more] = classify(back, rules())
    expect(more).toEqual([])
    expect(returned).toMatchObject({ kind: 'returned', after: { status: 'active' } })
    expect(returned?.after).not.toHaveProperty('endDate')
    expect(conflict).toMatchObject({ kind: 'conflict', reason: 'both_changed', after: {} })
    expect(conflict?.reasonText).toContain('26 Nov 2026')
    for (const verdict of ['hr', 'register'] as const) {
      const decided = {
        ...back,
        fieldDecisions: {
          endDate: { verdict, hrValue: null, base: '2026-11-26', registerValue: '2026-11-26' },
        },
      }
      const [change, ...others] = classify(decided, rules())
      expect(others).toEqual([])
      expect(change?.after).toEqual(
        expect.objectContaining(
          verdict === 'hr' ? { status: 'active', endDate: null } : { status: 'active' },
        ),
      )
      expect('endDate' in (change?.after ?? {})).toBe(verdict === 'hr')
    }
    for (const known of [employee({ endDate: '2027-01-31' }), employee({ unread: ['endDate'] })])
      expect(classify({ ...back, employee: known }, rules()).map(({ kind }) => kind)).toEqual(['returned'])
  })

  test('and whom the register has at work again is asked about, though HR said so all along', () => {
    const base = { status: 'left', endDate: '2025-12-31' }
    const edited = { stakeholderId: 's1', version: 3, fields, base: { ...fields, ...base }, claimedBy: null }
    const asked = (person: Partial<Candidate>) =>
      classify(candidate({ linked: edited, employee: gone, ...person }), rules())
        .filter(({ kind }) => kind === 'conflict')
        .map(({ detail }) => detail?.fields)
    const bothDiffer = {
      status: { before: 'active', after: 'left' },
      endDate: { before: null, after: '2025-12-31' },
    }
    const kept = { verdict: 'register', hrValue: 'left', base: 'left', registerValue: 'active' } as const
    const fieldDecisions = { status: kept, endDate: { ...kept, hrValue: '2025-12-31', base: '2025-12-31' } }
    for (const meetsConditions of [true, false]) {
      expect(asked({ meetsConditions })).toEqual([bothDiffer])
      expect(asked({ meetsConditions, fieldDecisions })).toEqual([])
    }
    // Of anything else the edit stands.
    const renamed = { ...edited, fields: { ...fields, ...base, firstName: 'Pri' } }
    expect(asked({ linked: renamed })).toEqual([])
  })

  test('whose status is unknown now has not come back', () => {
    const change = only({
      linked: linked({ status: 'left' }),
      employee: employee({ status: 'unknown', statusText: 'pilot' }),
    })
    expect(change).toMatchObject({ kind: 'update', reason: 'unknown_status', after: { status: 'unknown' } })
  })
})

describe('a linked record whose identifier another stakeholder has too', () => {
  const other = (claimedBy: Match['claimedBy']) => match({ stakeholderId: 's2', claimedBy })

  test('goes on where that one belongs to another record of today with this identifier', () => {
    const person = { linked: linked(), sharedWith: [OLD] }
    expect(
      only({
        ...person,
        matches: [other({ recordId: '1', sameConnection: true, provider: 'hibob', name: 'Ben Ode' })],
      }),
    ).toMatchObject({
      kind: 'update',
      stakeholderId: 's1',
    })
  })

  test('waits where that one belongs to nobody, or to somebody else', () => {
    for (const claimedBy of [
      null,
      { recordId: '9', sameConnection: true, provider: 'hibob', name: 'Ben Ode' },
      { recordId: '1', sameConnection: false, provider: 'personio', name: 'Ben Ode' },
    ])
      expect(only({ linked: linked(), sharedWith: [OLD], matches: [other(claimedBy)] })).toMatchObject({
        kind: 'conflict',
        reason: 'link_disagrees',
        after: {},
      })
  })
})

describe('a leaver outside the conditions', () => {
  const outside = { employee: gone, meetsConditions: false }

  test('whose end date HR corrects gets the corrected one, and nothing else of theirs', () => {
    const left = linked({ status: 'left', endDate: '2025-11-30', jobTitle: 'Clerk' })
    expect(only({ ...outside, linked: left })).toMatchObject({
      kind: 'left',
      reason: 'left_outside_conditions',
      before: { endDate: '2025-11-30' },
      after: { endDate: '2025-12-31' },
    })
  })

  test('is said to be outside only where that is known', () => {
    const followed = 'only the status and the end date are followed.'
    expect(only({ ...outside, linked: linked() })).toMatchObject({
      kind: 'left',
      after: { status: 'left', endDate: '2025-12-31' },
      reasonText: `Outside your conditions: ${followed}`,
    })
    expect(only({ ...outside, meetsConditions: null, linked: linked() })).toMatchObject({
      kind: 'left',
      after: { status: 'left', endDate: '2025-12-31' },
      reasonText: `Whether they meet your conditions cannot be told: ${followed}`,
    })
  })

  test('is left alone once the register says the same, or where the register keeps both fields', () => {
    const keeps = { owner: 'register' as const, mayClear: false }
    const mapping = { version: 1 as const, fields: { status: keeps, endDate: keeps }, custom: [] }
    const same = linked({ status: 'left', endDate: '2025-12-31' })
    expect(only({ ...outside, linked: same })?.kind).toBe('out_of_conditions')
    const kept = classify(candidate({ ...outside, linked: linked() }), { ...rules(), mapping })
    expect(kept.map(({ kind }) => kind)).toEqual(['out_of_conditions'])
  })
})

test('an email in other capitals is not rewritten, a different one is', () => {
  const emails = { workEmail: 'PRIYA@acme.example', personalEmail: ' Priya@Mail.example' }
  const person = { linked: linked({ personalEmail: 'priya@mail.example' }), employee: employee(emails) }
  expect(only(person)?.after).not.toHaveProperty('workEmail')
  expect(only(person)?.after).not.toHaveProperty('personalEmail')
  const changed = employee({ workEmail: 'priya.r@acme.example' })
  expect(only({ ...person, employee: changed })?.after).toMatchObject({ workEmail: 'priya.r@acme.example' })
})

describe('who left before their first sync, outside the conditions', () => {
  const outside = { linked: null, employee: gone, meetsConditions: false } as const

  test('is told of where the register has them at work, and nothing is written', () => {
    const [told, ...more] = classify(candidate({ ...outside, matches: [match()] }), rules())
    expect(more).toEqual([])
    expect(told).toMatchObject({ kind: 'out_of_conditions', stakeholderId: 's1', after: {}, base: null })
    expect(told?.reasonText).toContain('the register has them at work')
  })

  test('is passed over where the register knows it, or it may be somebody else', () => {
    const others: Partial<Candidate>[] = [
      { matches: [] },
      { matches: [match({ fields: { ...fields, status: 'left' } })] },
      { matches: [match({ fields: { ...fields, firstName: 'Noor' } })] },
      { matches: [match(), match({ stakeholderId: 's2' })] },
      {
        matches: [
          match({ claimedBy: { recordId: '2', sameConnection: true, provider: 'hibob', name: null } }),
        ],
      },
      { matches: [match()], sharedWith: [OLD] },
      { matches: [match()], employee: employee({ recordId: '1' }) },
      { matches: [match()], vanished: true },
      { matches: [match()], decision: { verdict: 'create', stakeholder: null, isOfNow: true } },
    ]
    for (const over of others) expect(classify(candidate({ ...outside, ...over }), rules())).toEqual([])
  })
})

test('a name in other capitals is rewritten: people write their own names', () => {
  expect(only({ linked: linked({ lastName: 'RAMAN' }) })?.after).toMatchObject({ lastName: 'Raman' })
})

test('a stakeholder of their own is not said to share a blank identifier', () => {
  const blank = {
    identifierValue: null,
    decision: { verdict: 'create' as const, stakeholder: null, isOfNow: true },
  }
  expect(only(blank)?.reasonText).toContain('without any work email')
  expect(only({ ...blank, identifierValue: 'priya@acme.example' })?.reasonText).toContain(
    'has the same work email',
  )
})
