import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Match } from '../../../src/sync/core/candidate.ts'
import { classify } from '../../../src/sync/core/classify.ts'
import { anyEmployee, anyMapping, anyRegisterFields, candidate, employee, rules } from './people.ts'

const row = (fields: Record<string, string> = {}, stakeholderId = 's1') => ({
  stakeholderId,
  version: 3,
  claimedBy: null,
  formerBase: null,
  fields: {
    firstName: 'Priya',
    lastName: 'Raman',
    workEmail: 'priya@acme.example',
    status: 'active',
    ...fields,
  },
})
const linked = (fields: Record<string, string> = {}) => ({ ...row(fields), base: row(fields).fields })
const match = (fields: Record<string, string> = {}, claimedBy: Match['claimedBy'] = null, id = 's1') => ({
  ...row(fields, id),
  claimedBy,
})
const kinds = (...given: Parameters<typeof classify>) => classify(...given).map(({ kind }) => kind)

describe('matching', () => {
  test('somebody nobody knows is created with every value that HR states', () => {
    const [change] = classify(candidate(), rules())
    expect(change).toMatchObject({ kind: 'create', name: 'Priya Raman', before: {} })
    expect(change?.after).toMatchObject({ workEmail: 'priya@acme.example', startDate: '2024-03-01' })
    expect(change?.after).not.toHaveProperty('phone')
  })

  test('a blank identifier matches nobody', () => {
    const [change] = classify(candidate({ identifierValue: null, matches: [] }), rules())
    expect(change).toMatchObject({ kind: 'conflict', reason: 'no_identifier', after: {} })
  })

  test('people who share an identifier wait, and both are named', () => {
    const shared = candidate({ sharedWith: [{ recordId: '2', name: 'Ben Ode' }], matches: [match()] })
    const [change] = classify(shared, rules())
    expect(change).toMatchObject({ kind: 'conflict', reason: 'shared_identifier', after: {} })
    expect(change?.reasonText).toContain('Ben Ode')
    expect(change?.detail?.records).toHaveLength(2)
  })

  test('two stakeholders with the identifier wait, and both are named', () => {
    const twice = candidate({ matches: [match(), match({ firstName: 'Pia' }, null, 's2')] })
    const [change] = classify(twice, rules())
    expect(change).toMatchObject({ kind: 'conflict', reason: 'shared_stakeholder_identifier', after: {} })
    expect(change?.reasonText).toContain('Pia Raman')
  })

  test.each([
    [2, 'Nr 0, Nr 1'],
    [6, 'Nr 0, Nr 1, Nr 2, Nr 3, Nr 4, Nr 5'],
    [7, 'Nr 0, Nr 1, Nr 2, Nr 3, Nr 4 and 2 more'],
    [1_300, 'Nr 0, Nr 1, Nr 2, Nr 3, Nr 4 and 1,295 more'],
  ])('of %i others a sentence names a few', (all, words) => {
    const few = Array.from({ length: Math.min(all, 20) }, (_, n) => n)
    const sharedWith = few.map((n) => ({ recordId: `${n}`, name: `Nr ${n}` }))
    const matches = few.map((n) => match({ firstName: 'Nr', lastName: `${n}` }, null, `s${n}`))
    const beyond = all - few.length
    const reason = (some: Parameters<typeof candidate>[0]) =>
      classify(candidate(some), rules())[0]?.reasonText
    expect(reason({ sharedWith, sharedBeyond: beyond })).toContain(`as ${words}. A stakeholder`)
    expect(reason({ matches, matchesBeyond: beyond })).toContain(`: ${words}.`)
    expect(reason({ sharedWith, sharedBeyond: beyond, matches, matchesBeyond: beyond })).toContain(
      all > 20 ? `${words}, and as 1,300 stakeholders.` : `${words}. A stakeholder`,
    )
  })

  test('a stakeholder who belongs to another record is not taken over', () => {
    for (const sameConnection of [true, false]) {
      const taken = match({}, { recordId: 'other', sameConnection, provider: 'personio', name: 'Ben Ode' })
      expect(classify(candidate({ matches: [taken] }), rules())[0]).toMatchObject({
        kind: 'conflict',
        reason: sameConnection ? 'claimed' : 'two_connections',
        after: {},
      })
    }
  })

  test.each([
    [true, 'hibob', 'Ben Ode', 'the HR record of Ben Ode'],
    [true, 'hibob', 'Ana Núñez (E-104)', 'the HR record of Ana Núñez (E-104)'],
    [true, 'hibob', null, 'another HR record'],
    [false, 'personio', 'Ana Núñez (E-104)', 'the record of Ana Núñez (E-104) in Personio'],
    [false, 'personio', null, 'a record in Personio'],
    [false, 'hibob', 'Ben Ode', 'the record of Ben Ode in another HiBob connection'],
  ])(
    'whose the stakeholder is, is named with their HR system: %s %s %s',
    (sameConnection, provider, name, whose) => {
      const claimedBy = { recordId: 'other', sameConnection, provider, name }
      const reason = (some: Parameters<typeof candidate>[0]) =>
        classify(candidate(some), rules())[0]?.reasonText
      expect(reason({ matches: [match({}, claimedBy)] })).toContain(`linked to ${whose}.`)
      const two = { ...linked(), claimedBy }
      expect(reason({ linked: two })).toContain(`belongs to ${whose} too, and can follow only one of them.`)
    },
  )

  test('a link survives a changed email', () => {
    const [change] = classify(
      candidate({ linked: linked(), employee: employee({ workEmail: 'new@acme.example' }) }),
      rules(),
    )
    expect(change).toMatchObject({
      kind: 'update',
      stakeholderId: 's1',
      after: { workEmail: 'new@acme.example' },
    })
  })

  test('a link that the identifier contradicts waits', () => {
    const torn = candidate({ linked: linked(), matches: [match({ firstName: 'Pia' }, null, 's2')] })
    expect(classify(torn, rules())[0]).toMatchObject({
      kind: 'conflict',
      reason: 'link_disagrees',
      after: {},
    })
  })

  test('a first match with nothing to write is remembered, with the values both agree on', () => {
    const same = employee({
      jobTitle: null,
      department: null,
      officeLocation: null,
      country: null,
      legalEntity: null,
      employmentType: null,
      startDate: null,
      employeeNumber: null,
    })
    const [change] = classify(candidate({ employee: same, matches: [match()] }), rules())
    expect(change).toMatchObject({
      kind: 'link',
      after: {},
      base: { workEmail: 'priya@acme.example', status: 'active' },
    })
  })
})

describe('decisions of a person', () => {
  const decided = (
    verdict: 'link' | 'create' | 'ignore' | 'new_contract',
    stakeholder: ReturnType<typeof row> | null = null,
  ) => ({
    decision: { verdict, stakeholder, isOfNow: true },
    sharedWith: [{ recordId: '2', name: 'Ben Ode' }],
  })

  test('link: the chosen stakeholder is written although the identifier is shared', () => {
    const [change] = classify(candidate(decided('link', row({}, 's9'))), rules())
    expect(change).toMatchObject({ kind: 'update', stakeholderId: 's9' })
  })

  test('link: a choice brings nobody in who is outside the conditions', () => {
    expect(
      classify(candidate({ ...decided('link', row({}, 's9')), meetsConditions: false }), rules()),
    ).toEqual([])
  })

  test('create: a second person with the same identifier gets a stakeholder of their own', () => {
    expect(classify(candidate({ ...decided('create'), matches: [match()] }), rules())[0]).toMatchObject({
      kind: 'create',
      stakeholderId: null,
    })
  })

  test('ignore: nothing is done, and it says that this can be revoked', () => {
    expect(classify(candidate(decided('ignore')), rules())[0]).toMatchObject({
      kind: 'skip',
      reason: 'ignored',
      after: {},
    })
  })

  test('new contract: the newer record writes, the earlier one is silent', () => {
    const [newer] = classify(candidate(decided('new_contract', row({ status: 'left' }))), rules())
    expect(newer).toMatchObject({ kind: 'returned', stakeholderId: 's1' })
    const ended = employee({ status: 'left', endDate: '2025-01-31' })
    expect(
      classify(candidate({ linked: linked(), superseded: true, employee: ended }), rules())[0],
    ).toMatchObject({
      kind: 'skip',
      reason: 'superseded',
      after: {},
    })
  })

  test('somebody new: a linked record gets a stakeholder of its own, also beside one who took the old one over', () => {
    const decision = { verdict: 'create', stakeholder: null, isOfNow: true } as const
    for (const superseded of [false, true]) {
      const [change, ...more] = classify(
        candidate({ linked: linked(), superseded, leaving: true, decision }),
        rules(),
      )
      expect(change).toMatchObject({ kind: 'create', reason: 'separate', stakeholderId: null, base: null })
      expect(more).toEqual([])
    }
    const done = candidate({ linked: linked(), decision })
    expect(classify(done, rules()).map(({ kind }) => kind)).not.toContain('create')
    for (const over of [{ vanished: true }, { meetsConditions: false }])
      for (const { kind } of classify(
        candidate({ linked: linked(), leaving: true, decision, ...over }),
        rules(),
      ))
        expect(kind).not.toBe('create')
  })

  test('keeping a link settles what the identifier contradicts', () => {
    const torn = candidate({
      linked: linked(),
      matches: [match({ firstName: 'Pia' }, null, 's2')],
      decision: { verdict: 'link', stakeholder: row(), isOfNow: true },
    })
    expect(kinds(torn, rules())).toEqual(['update'])
  })

  test('an answer is about the identifier of then: whoever else it leads to by now is asked about', () => {
    const then = { isOfNow: false } as const
    const other = match({ firstName: 'Nora' }, null, 's2')
    for (const decision of [
      { verdict: 'link' as const, stakeholder: row(), ...then },
      { verdict: 'create' as const, stakeholder: null, ...then },
    ]) {
      const carriedOut = candidate({ linked: linked(), matches: [other], decision })
      expect(classify(carriedOut, rules())).toMatchObject([{ kind: 'conflict', reason: 'link_disagrees' }])
      expect(kinds({ ...carriedOut, matches: [] }, rules())).not.toContain('conflict')
      const leaving = candidate({ linked: linked(), matches: [other], leaving: true, decision })
      expect(classify(leaving, rules())).toMatchObject([{ kind: 'conflict', reason: 'link_disagrees' }])
    }
    const waiting = candidate({
      matches: [other],
      decision: { verdict: 'link', stakeholder: row({}, 's9'), ...then },
    })
    const [asked] = classify(waiting, rules())
    expect(asked).toMatchObject({ kind: 'conflict', reason: 'link_disagrees', stakeholderId: 's9' })
    expect(asked?.reasonText).toMatch(/^Said to be .+, but the work email now belongs to Nora/)
    expect(kinds({ ...waiting, matches: [row({}, 's9')] }, rules())).toEqual(['update'])
  })

  test('somebody new by an answer about another identifier is matched like anybody', () => {
    const decision = { verdict: 'create', stakeholder: null, isOfNow: false } as const
    expect(kinds(candidate({ decision, matches: [match()] }), rules())).not.toContain('create')
    const [created] = classify(candidate({ decision }), rules())
    expect(created).toMatchObject({ kind: 'create', reason: null })
  })

  test('whoever an answer gave to somebody else does not leave on the stakeholder they are linked to', () => {
    const gone = employee({ status: 'left', endDate: '2026-11-20' })
    const outside = { linked: linked(), employee: gone, meetsConditions: false } as const
    const answers: Parameters<typeof candidate>[0][] = [
      { decision: { verdict: 'link', stakeholder: row({}, 's9'), isOfNow: true } },
      { leaving: true, decision: { verdict: 'create', stakeholder: null, isOfNow: true } },
    ]
    for (const answer of answers)
      expect(classify(candidate({ ...outside, ...answer }), rules())).toMatchObject([
        { kind: 'out_of_conditions', after: {} },
      ])
    expect(classify(candidate(outside), rules())).toMatchObject([{ kind: 'left' }])
  })

  test('a field is decided for what HR stated and what we had written then, and asks again for another', () => {
    const torn = (
      verdict: 'hr' | 'register',
      hrValue: string,
      base = 'Engineer',
      registerValue = 'Founder',
    ) =>
      candidate({
        linked: { ...row({ jobTitle: 'Founder' }), base: { ...row().fields, jobTitle: 'Engineer' } },
        employee: employee({ jobTitle: 'Senior Engineer' }),
        fieldDecisions: { jobTitle: { verdict, hrValue, base, registerValue } },
      })
    expect(classify(torn('hr', 'Senior Engineer'), rules())[0]?.after).toMatchObject({
      jobTitle: 'Senior Engineer',
    })
    const [kept] = classify(torn('register', 'Senior Engineer'), rules())
    expect(kept?.after).not.toHaveProperty('jobTitle')
    expect(kinds(torn('register', 'Senior Engineer'), rules())).not.toContain('conflict')
    expect(kinds(torn('register', 'Principal'), rules())).toContain('conflict')
    for (const verdict of ['hr', 'register'] as const)
      expect(kinds(torn(verdict, 'Senior Engineer', 'Principal'), rules())).toContain('conflict')
    // HR's side was taken over another edit than this one; what we keep is ours, whatever it says.
    expect(kinds(torn('hr', 'Senior Engineer', 'Engineer', 'Advisor'), rules())).toContain('conflict')
    expect(kinds(torn('register', 'Senior Engineer', 'Engineer', 'Advisor'), rules())).not.toContain(
      'conflict',
    )
  })
})

describe('coming and going', () => {
  test('somebody who left gets the status and the date that HR states', () => {
    const [change] = classify(
      candidate({ linked: linked(), employee: employee({ status: 'left', endDate: '2026-11-30' }) }),
      rules(),
    )
    expect(change).toMatchObject({ kind: 'left', after: { status: 'left', endDate: '2026-11-30' } })
  })

  test('leaving is followed outside the conditions, and nothing else is', () => {
    const gone = employee({ status: 'left', endDate: '2026-11-30', jobTitle: 'Advisor' })
    const [change] = classify(
      candidate({ linked: linked(), employee: gone, meetsConditions: false }),
      rules(),
    )
    expect(change?.kind).toBe('left')
    expect(change?.after).toEqual({ status: 'left', endDate: '2026-11-30' })
    expect(change?.settles).toBe(false)
  })

  test('somebody who left before the register knew them is not created', () => {
    expect(classify(candidate({ employee: employee({ status: 'left' }) }), rules())[0]).toMatchObject({
      kind: 'skip',
      reason: 'left_before',
    })
  })

  test('somebody back is named as such', () => {
    expect(kinds(candidate({ linked: linked({ status: 'left' }) }), rules())).toEqual(['returned'])
  })

  test('somebody missing from HR or outside the conditions is reported and left alone', () => {
    for (const change of [
      ...classify(candidate({ linked: linked(), vanished: true }), rules()),
      ...classify(candidate({ linked: linked(), meetsConditions: false }), rules()),
    ]) {
      expect(['vanished', 'out_of_conditions']).toContain(change.kind)
      expect(change.after).toEqual({})
    }
    expect(classify(candidate({ vanished: true }), rules())).toEqual([])
    expect(classify(candidate({ meetsConditions: false }), rules())).toEqual([])
  })
})

test('an unknown status stays unknown and shows the word that HR used', () => {
  const [change] = classify(
    candidate({ employee: employee({ status: 'unknown', statusText: 'Secondee' }) }),
    rules(),
  )
  expect(change).toMatchObject({ kind: 'create', reason: 'unknown_status', after: { status: 'unknown' } })
  expect(change?.reasonText).toContain('Secondee')
})

test('a row that could not be read is shown and writes nothing', () => {
  expect(
    classify(candidate({ employee: null, problem: 'Start date "2026-02-31" is no date.' }), rules())[0],
  ).toMatchObject({
    kind: 'conflict',
    reason: 'unreadable',
    after: {},
  })
})

test('where one field is undecided the others are written and the person is looked at again', () => {
  const torn = candidate({
    linked: { ...row({ jobTitle: 'Founder' }), base: { ...row().fields, jobTitle: 'Engineer' } },
    employee: employee({ jobTitle: 'Senior Engineer', lastName: 'Raman-Lee' }),
  })
  const changes = classify(torn, rules())
  expect(changes.map(({ kind }) => kind)).toEqual(['update', 'conflict'])
  expect(changes[0]?.after).not.toHaveProperty('jobTitle')
  expect(changes[0]?.settles).toBe(false)
  expect(changes[1]?.detail?.fields).toEqual({ jobTitle: { before: 'Founder', after: 'Senior Engineer' } })
})

test('planning again on the outcome leaves nothing to write, for anybody', () => {
  fc.assert(
    fc.property(
      anyEmployee,
      anyMapping,
      anyRegisterFields,
      fc.boolean(),
      (person, mapping, fields, known) => {
        const given = candidate({
          employee: person,
          recordId: person.recordId,
          matches: known ? [{ ...row({}, 's1'), fields }] : [],
        })
        for (const change of classify(given, rules({ mapping }))) {
          if (!['create', 'update', 'left', 'returned', 'link'].includes(change.kind)) continue
          const after = Object.fromEntries(
            Object.entries({ ...(known ? fields : {}), ...change.after }).filter(
              ([, value]) => value !== null,
            ),
          ) as Record<string, string>
          const base = change.base ?? (change.after as Record<string, string>)
          const again = candidate({
            employee: person,
            recordId: person.recordId,
            linked: { stakeholderId: 's1', version: 4, fields: after, base, claimedBy: null },
          })
          for (const next of classify(again, rules({ mapping }))) expect(next.after).toEqual({})
        }
      },
    ),
  )
})
