import { expect, test } from 'vitest'
import { type WhyState, whoDoYouMeanView, whyView } from '../../src/bot/screens/why.view.ts'
import { parseWhy, whyPerson, whyStakeholder, whyUnsaved } from '../../src/bot/screens/why-subject.view.ts'
import { PLAN_KINDS } from '../../src/model.ts'
import { buttons, expectView, HOSTILE, id, labels, markup, NOW } from './support/fixtures.ts'
import { allText } from './support/words.ts'

const why = (some: Partial<WhyState> = {}): WhyState => ({
  unsaved: false,
  connectionId: id(9),
  label: 'HiBob',
  name: 'Tom Okafor',
  retrievedAt: NOW,
  readAgainAt: null,
  vanishedAt: null,
  problem: null,
  conditions: {
    match: 'all',
    passes: false,
    lines: [
      { text: 'Office location is any of London, New York', actual: 'Berlin', passes: false, group: null },
      {
        text: 'Employment status is Active',
        actual: 'Active',
        passes: true,
        group: { number: 2, match: 'any' },
      },
    ],
  },
  identifier: 'work email',
  identifierValue: 'tom@acme.example',
  match: { how: 'linked', names: ['Tom Okafor'], more: 0 },
  outcomes: [{ kind: 'out_of_conditions', reasonText: 'Outside your conditions.', fields: {} }],
  ...some,
})

test('the answer is a question, what was read, each condition with its value, the match, and what follows', () => {
  const view = whyView(why())
  expectView(view)
  const words = allText(view.blocks)
  expect(words).toMatch(
    /Why is Tom Okafor not in the plan\?.+Retrieved.+complete.+Sync if.+ALL of these: no.+London, New York.+Berlin · no.+Group 2, ANY: Employment status is Active.+Active · yes.+Match.+stakeholder Tom Okafor.+So.+Outside your conditions/,
  )
})

test('somebody who needs a look can be resolved from here; of anybody else there is nothing to press', () => {
  const conflict = { kind: 'conflict' as const, reasonText: 'Has no work email.', fields: {} }
  const view = whyView(why({ outcomes: [conflict] }))
  expectView(view)
  expect(buttons(view.blocks).map(({ action_id, value }) => [action_id, value])).toEqual([
    ['resolve.open.turn', id(9)],
  ])
  expect(labels(whyView(why()).blocks)).toEqual([])
  expect(labels(whyView(why({ outcomes: [conflict], unsaved: true })).blocks)).toEqual([])
})

test('somebody who was read again alone: when that was, beside the last complete read', () => {
  const words = allText(whyView(why({ readAgainAt: new Date('2026-11-20T10:12:00Z') })).blocks)
  expect(words).toMatch(/09:30 UTC> from HiBob, complete; this person again <!date.+10:12 UTC>/)
})

test('by unsaved conditions it says so at the top, of the conditions, and of what follows', () => {
  const unsaved = whyView(why({ unsaved: true }))
  expectView(unsaved)
  expect(allText(unsaved.blocks)).toMatch(
    /Why would Tom Okafor not be in the plan\?.+not saved: until then the saved ones hold.+Sync if, not saved.+So, once saved/,
  )
  expect(allText(whyView(why({ unsaved: true, outcomes: [] })).blocks)).toContain('So, once saved')
  expect(allText(whyView(why()).blocks)).not.toMatch(/saved/)
})

test('somebody in the plan: each field before and after', () => {
  const fields = {
    jobTitle: { before: 'Engineer', after: 'Lead' },
    status: { before: 'active', after: 'left' },
  }
  const words = allText(whyView(why({ outcomes: [{ kind: 'update', reasonText: null, fields }] })).blocks)
  expect(words).toContain('Why is Tom Okafor in the plan?')
  expect(words).toContain('Engineer → Lead')
  expect(words).toContain('Active → Left')
})

test('nobody is matched for a reason, and nothing to do has one too', () => {
  const words = (some: Partial<WhyState>) => allText(whyView(why({ outcomes: [], ...some })).blocks)
  const none = { how: 'none', names: [], more: 0 } as const
  expect(words({ match: none, identifierValue: null })).toContain('nobody: no work email in HR')
  expect(words({ match: none })).toContain('nobody has the work email tom@acme.example')
  expect(
    words({ match: { ...none, how: 'decision', names: ['Aditya Iyer'] }, identifierValue: null }),
  ).toContain('stakeholder Aditya Iyer, by a decision that you can revoke')
  expect(words({})).toContain('Nothing is done: outside your conditions')
  expect(words({ conditions: { match: 'all', lines: [], passes: true } })).toContain(
    'no conditions: everybody',
  )
  expect(words({ conditions: null })).toContain('the register has what HR says already')
  expect(words({ vanishedAt: NOW })).toContain('missing from HiBob since')
})

test('of many who match some are named, and the number of the others is never cut off', () => {
  const matching = (names: readonly string[]) =>
    allText(whyView(why({ match: { how: 'identifier', names, more: 1_280 } })).blocks)
  expect(matching(['Ana Núñez', 'Ben Ode'])).toContain(
    'stakeholder Ana Núñez, Ben Ode and 1,280 more, by work email',
  )
  expect(matching(Array(20).fill('Maximiliana Featherstonehaugh-Cholmondeley'))).toContain('and 1,280 more')
})

test.each(PLAN_KINDS)('Slack takes the longest and the most hostile answer: %s', (kind) => {
  const fields = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`custom:${n}${HOSTILE}`, { before: HOSTILE, after: HOSTILE }]),
  )
  const line = { text: HOSTILE, actual: HOSTILE, passes: null, group: { number: 50, match: 'any' } } as const
  const view = whyView({
    unsaved: true,
    connectionId: id(9),
    label: HOSTILE,
    name: HOSTILE,
    retrievedAt: null,
    readAgainAt: null,
    vanishedAt: NOW,
    problem: HOSTILE,
    conditions: { match: 'any', passes: null, lines: Array.from({ length: 2_500 }, () => line) },
    identifier: 'employee number',
    identifierValue: HOSTILE,
    match: { how: 'identifier', names: Array.from({ length: 30 }, () => HOSTILE), more: 3_000 },
    outcomes: [{ kind, reasonText: HOSTILE, fields }],
  })
  expectView(view)
  expect(markup(view.blocks)).not.toContain('<!channel>')
  expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000)
})

test('a change that is half written and half waiting fits too', () => {
  const fields = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [`custom:${n}`, { before: 'a', after: 'b' }]),
  )
  const lines = Array.from({ length: 60 }, () => ({ text: 'x', actual: 'y', passes: true, group: null }))
  const outcome = { kind: 'update', reasonText: null, fields } as const
  expectView(
    whyView(
      why({
        conditions: { match: 'all', passes: true, lines },
        outcomes: [outcome, { ...outcome, kind: 'conflict' }],
      }),
    ),
  )
})

test('nobody, several and too many are each a sentence, with a button per person', () => {
  expectView(whoDoYouMeanView(`Nobody in HR matches “${HOSTILE}”.`, []))
  const people = Array.from({ length: 20 }, (_, n) => ({
    connectionId: id(n),
    recordId: 'r'.repeat(255),
    name: HOSTILE,
    detail: HOSTILE,
  }))
  const view = whoDoYouMeanView('20 people match', people)
  expectView(view)
  expect(labels(view.blocks)).toEqual(people.map(() => 'Why?'))
  expect(markup(view.blocks)).not.toContain('<!channel>')
})

test('a button names an HR record or a stakeholder, and nothing else', () => {
  expect(parseWhy(whyPerson({ connectionId: id(1), recordId: 'a:b' }))).toEqual({
    connectionId: id(1),
    recordId: 'a:b',
  })
  expect(parseWhy(whyUnsaved({ draftId: id(3), recordId: 'a:b' }))).toEqual({
    draftId: id(3),
    recordId: 'a:b',
  })
  expect(parseWhy(whyStakeholder(id(2)))).toEqual({ stakeholderId: id(2) })
  for (const forged of ['', 'p:x:1', 's:x', `p:${id(1)}:`, 'd:x:1', `d:${id(1)}:`])
    expect(parseWhy(forged)).toBeNull()
})
