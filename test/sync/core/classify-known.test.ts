import { describe, expect, test } from 'vitest'
import type { Alike, Candidate } from '../../../src/sync/core/candidate.ts'
import { classify } from '../../../src/sync/core/classify.ts'
import { candidate, employee, rules } from './people.ts'

const CARLA = employee({ employeeNumber: ' 1042', personalEmail: 'carla@home.example' })
const known = (over: Partial<Alike> = {}): Alike => ({
  stakeholderId: 's1',
  version: 3,
  fields: { firstName: 'Carla', lastName: 'Weiss', employeeNumber: '1042' },
  agrees: ['employeeNumber'],
  ...over,
})
const only = (over: Partial<Candidate> = {}) => {
  const changes = classify(candidate({ employee: CARLA, alike: [known()], ...over }), rules())
  expect(changes).toHaveLength(1)
  return changes[0]!
}

describe('somebody new whom the register may have under another identifier', () => {
  test('waits, and the sentence says what differs and what agrees', () => {
    expect(only()).toMatchObject({
      kind: 'conflict',
      reason: 'maybe_known',
      reasonText:
        'Nobody in the register has the work email priya@acme.example, but Carla Weiss has the same employee number 1042.',
      stakeholderId: 's1',
      stakeholderVersion: 3,
      after: {},
      detail: { stakeholders: [{ stakeholderId: 's1', name: 'Carla Weiss' }] },
    })
    const both = known({ agrees: ['employeeNumber', 'personalEmail'] })
    expect(only({ alike: [both] }).reasonText).toMatch(
      /Carla Weiss has the same employee number 1042 and personal email carla@home\.example\.$/,
    )
  })

  test('of several all are named, of very many one', () => {
    const more = [known(), known({ stakeholderId: 's2', fields: { firstName: 'Carl' } })]
    expect(only({ alike: more })).toMatchObject({
      reasonText: expect.stringMatching(
        /but 2 stakeholders have the same employee number 1042: Carla Weiss, Carl\.$/,
      ),
      stakeholderId: null,
      detail: { stakeholders: [{ stakeholderId: 's1' }, { stakeholderId: 's2' }] },
    })
    const other = known({ stakeholderId: 's2', agrees: ['personalEmail'] })
    expect(only({ alike: [known(), other] }).reasonText).toContain(
      '2 stakeholders have the same employee number or personal email: ',
    )
    const crowd = Array.from({ length: 20 }, (_, n) => known({ stakeholderId: `s${n}` }))
    expect(only({ alike: crowd, alikeBeyond: true }).reasonText).toMatch(
      /but more than 20 stakeholders have the same employee number 1042, Carla Weiss among them\.$/,
    )
  })

  test('is asked about that before who shares the identifier in HR, and is told both', () => {
    const change = only({ sharedWith: [{ recordId: '2', name: 'Ben Ode' }] })
    expect(change).toMatchObject({ reason: 'maybe_known', detail: { records: [{}, { recordId: '2' }] } })
    expect(change.reasonText).toMatch(/1042\. In HR Ben Ode has this work email too\.$/)
  })

  test('is created once a person said so, and that says what it was decided against', () => {
    expect(only({ decision: { verdict: 'create', stakeholder: null, isOfNow: true } })).toMatchObject({
      kind: 'create',
      reason: 'separate',
      reasonText: expect.stringContaining(
        'although Carla Weiss has the same employee number 1042, by a decision',
      ),
      detail: null,
    })
  })
})

test('who has no identifier at all waits for that reason, as before', () => {
  expect(only({ identifierValue: null })).toMatchObject({
    kind: 'conflict',
    reason: 'no_identifier',
    detail: null,
  })
})

test('somebody who left long ago is still not created, and is not called unknown', () => {
  for (const identifierValue of ['priya@acme.example', null]) {
    const gone = only({ employee: { ...CARLA, status: 'left' }, identifierValue })
    expect(gone).toMatchObject({ kind: 'skip', reason: 'left_before', stakeholderId: null })
    expect(gone.reasonText).toBe(
      'Left the company and is not created; in the register Carla Weiss has the same employee number 1042.',
    )
  }
})
