import { expect, test } from 'vitest'
import {
  checkDecision,
  type DecisionState,
  decisionView,
  foundOption,
  parseDecision,
  parseDecisionMetadata,
} from '../../src/bot/screens/decision.view.ts'
import type { DecisionChoice } from '../../src/bot/screens/decision-choices.view.ts'
import { type DecisionRow, decisionsView } from '../../src/bot/screens/decisions.view.ts'
import { type ResolveState, resolveView } from '../../src/bot/screens/resolve.view.ts'
import { employee } from '../sync/core/people.ts'
import { buttons, expectView, HOSTILE, id, labels, markup, NOW, plan, row } from './support/fixtures.ts'
import { allText } from './support/words.ts'

const conflict = (name = 'Ana Núñez', recordId = '104') =>
  row({ kind: 'conflict', name, recordId, fields: {}, reasonText: 'Has the same work email as Ben Ode.' })

const resolve = (some: Partial<ResolveState> = {}) =>
  resolveView({
    connectionId: id(9),
    label: 'HiBob',
    plan: plan({ create: 14, conflict: 2 }),
    search: '',
    page: { offset: 0, shown: 1, total: 1 },
    items: [conflict()],
    elsewhere: null,
    note: null,
    ...some,
  })

test('where many have a stakeholder of another HR system, disconnecting it is named as the shorter way', () => {
  const elsewhere = { people: 214, label: 'Personio', identifier: 'workEmail' } as const
  const view = resolve({ elsewhere })
  expectView(view)
  expect(allText(view.blocks)).toContain(
    '*214* of them have a stakeholder of Personio. If HiBob takes its place, disconnect Personio on Home',
  )
  expectView(resolve({ elsewhere: { ...elsewhere, label: HOSTILE.slice(0, 300) } }))
  expect(allText(resolve({ elsewhere: { ...elsewhere, label: null } }).blocks)).toContain(
    'the other HR system',
  )
  expect(allText(resolve({ elsewhere: { ...elsewhere, people: 2 } }).blocks)).not.toContain('disconnect')
})

test('everybody who waits is listed with the one sentence that says why', () => {
  const view = resolve()
  expectView(view)
  expect(allText(view.blocks)).toContain('*2* from HiBob need a look')
  expect(allText(view.blocks)).toContain('Has the same work email as Ben Ode.')
  expect(buttons(view.blocks)[0]).toMatchObject({ value: '104' })
  const items = Array.from({ length: 10 }, () => conflict(HOSTILE, 'r'.repeat(250)))
  const full = resolve({ label: HOSTILE.slice(0, 200), items, page: { offset: 10, shown: 10, total: 999 } })
  expectView(full)
  expect(markup(full.blocks)).not.toContain('<!channel>')
})

test('after an answer: the new numbers, and once nobody waits, the way on', () => {
  const done = resolve({
    plan: plan({ create: 15 }),
    items: [],
    page: { offset: 0, shown: 0, total: 0 },
    note: 'Remembered.',
  })
  expectView(done)
  expect(allText(done.blocks)).toContain('Remembered. Now *15* will be created')
  expect(allText(done.blocks)).toContain('Nothing from HiBob needs a look')
  expect(labels(done.blocks)).toEqual(['Sync Now', 'Decisions'])
  expect(done.submit).toBeUndefined()
  expect(labels(resolve().blocks)).toEqual(['Open', 'Decisions'])
})

const ana = {
  recordId: '104',
  name: 'Ana Núñez',
  employee: employee({ employeeNumber: 'E-104' }),
  waits: true,
}
const ben = {
  recordId: '221',
  name: 'Ben Ode',
  employee: employee({ employeeNumber: 'E-221', jobTitle: 'Chef' }),
  waits: true,
}
const stakeholder = (n: number, name = 'Ana Núñez') => ({
  stakeholderId: id(n),
  name,
  fields: { workEmail: `a${n}@acme.example`, startDate: '2026-03-01' },
  from: n === 1 ? 'HiBob' : null,
})
const two: DecisionChoice[] = [
  { kind: 'is', recordId: '104', stakeholderId: null },
  { kind: 'is', recordId: '221', stakeholderId: null },
  { kind: 'nobody' },
  { kind: 'separate' },
]
const decision = (some: Partial<DecisionState> = {}) =>
  decisionView({
    connectionId: id(9),
    label: 'HiBob',
    recordId: '104',
    name: 'Ana Núñez',
    reason: 'shared_identifier',
    sentence: 'Has the same work email as Ben Ode.',
    records: [ana, ben],
    stakeholders: [],
    fields: {},
    choices: two,
    mark: 'abc',
    note: null,
    ...some,
  })
const optionsOf = (view: ReturnType<typeof decisionView>) => {
  const input = view.blocks.find(({ block_id }) => block_id === 'choice') as unknown as {
    element: { options: { value: string; text: { text: string }; description?: { text: string } }[] }
  }
  return input.element.options.map(({ value, text, description }) => [
    value,
    text.text,
    description?.text ?? '',
  ])
}

test('a shared email: both people with what tells them apart, and the answers of the sketch', () => {
  const view = decision()
  expectView(view)
  expect(allText(view.blocks)).toMatch(/In HiBob: Ana Núñez.+E-104.+In HiBob: Ben Ode.+E-221.+Chef/)
  expect(optionsOf(view).map(([value, text]) => [value, text])).toEqual([
    ['0', 'Ana Núñez (E-104)'],
    ['1', 'Ben Ode (E-221)'],
    ['2', 'Neither, for now'],
    ['3', 'They are separate people'],
  ])
  expect(view.submit?.text).toBe('Save')
  expect(parseDecisionMetadata(view.private_metadata ?? '')).toEqual({
    connectionId: id(9),
    recordId: '104',
    mark: 'abc',
  })
})

test('an answer for several says that it is for those who need a look, where that is not everybody named', () => {
  const noor = { ...ben, recordId: '7', name: 'Noor Visser', waits: false }
  const means = (records: DecisionState['records']) => {
    const view = decision({ records })
    expectView(view)
    return optionsOf(view).map(([, , description]) => description)
  }
  expect(means([ana, ben])).toEqual([
    'Becomes a stakeholder; the other is left out',
    'Becomes a stakeholder; the other is left out',
    'Both are left out',
    'Each gets a stakeholder of their own',
  ])
  expect(means([ana, ben, noor]).slice(1)).toEqual([
    'Becomes a stakeholder; the other is left out',
    'All who need a look are left out',
    'Each who needs a look gets a stakeholder of their own',
  ])
})

test('each other kind of conflict has its own answers in words', () => {
  const words = (some: Partial<DecisionState>) => {
    const view = decision({ records: [ana], stakeholders: [stakeholder(1), stakeholder(2, 'Bea')], ...some })
    expectView(view)
    return optionsOf(view).map(([, text]) => text)
  }
  const link = (n: number) => ({ kind: 'link', stakeholderId: id(n) }) as const
  expect(words({ reason: 'link_disagrees', choices: [link(1), link(2), { kind: 'ignore' }] })).toEqual([
    'Keep the link to Ana Núñez',
    'Link to Bea instead',
    'Leave out',
  ])
  expect(
    words({
      reason: 'claimed',
      choices: [{ kind: 'new_contract', stakeholderId: id(1) }, { kind: 'create' }],
    }),
  ).toEqual(['The same person as Ana Núñez', 'Somebody new'])
  const same = { stakeholders: [stakeholder(1), stakeholder(2)], choices: [link(1), link(2)] }
  expect(words({ reason: 'shared_stakeholder_identifier', ...same })).toEqual([
    'The same person as Ana Núñez (number 1 above)',
    'The same person as Ana Núñez (number 2 above)',
  ])
})

test('nobody to match by: somebody in the register is looked for, and must be chosen', () => {
  const view = decision({
    reason: 'no_identifier',
    records: [ana],
    choices: [{ kind: 'find' }, { kind: 'create' }],
  })
  expectView(view)
  const form = (values: object) => ({ metadata: '', values: values as never })
  const find = { choice: { 'decision.choice': { selected_option: { value: '0:find' } } } }
  expect(checkDecision(form(find))).toEqual({ found: 'Choose a stakeholder.' })
  const found = { ...find, found: { 'decision.find': { selected_option: { value: id(3) } } } }
  expect(checkDecision(form(found))).toBeNull()
  expect(parseDecision(form(found))).toEqual({ choice: 0, found: id(3) })
  const other = { ...found, choice: { 'decision.choice': { selected_option: { value: '1' } } } }
  expect(Object.keys(checkDecision(form(other)) ?? {})).toEqual(['choice'])
  expect(checkDecision(form({ choice: other.choice }))).toBeNull()
  expect(parseDecision(form({}))).toEqual({ choice: null, found: null })
  expect(foundOption(stakeholder(1))).toMatchObject({ value: id(1), text: { text: 'Ana Núñez' } })
})

test('both changed: field by field, ours and HR side by side', () => {
  const view = decision({
    reason: 'both_changed',
    choices: [],
    fields: {
      phone: { before: '+49 30 1', after: '+49 30 2' },
      status: { before: 'active', after: 'leave' },
    },
  })
  expectView(view)
  expect(allText(view.blocks)).toMatch(
    /Phone.+ours: \+49 30 1.+HiBob: \+49 30 2.+Employment status.+Active.+On leave/,
  )
  expect(buttons(view.blocks).map(({ text, value }) => [text?.text, value])).toEqual([
    ['Take HR', 'phone'],
    ['Keep ours', 'phone'],
    ['Take HR', 'status'],
    ['Keep ours', 'status'],
    ['All that need a look', id(9)],
  ])
  expect(view.submit).toBeUndefined()
})

test('what nobody can decide is explained, and offers nothing to save', () => {
  const view = decision({ reason: 'unreadable', choices: [], records: [{ ...ana, employee: null }] })
  expectView(view)
  expect(view.submit).toBeUndefined()
  expect(allText(view.blocks)).toContain('Correct the record in HR')
})

test('Slack takes the most there can be', () => {
  const records = Array.from({ length: 30 }, (_, n) => ({
    recordId: `${n}`.repeat(200),
    name: HOSTILE,
    employee: employee({ jobTitle: HOSTILE, workEmail: HOSTILE }),
    waits: n < 8,
  }))
  const stakeholders = Array.from({ length: 30 }, (_, n) => ({
    ...stakeholder(n),
    name: HOSTILE,
    from: HOSTILE.slice(0, 99),
  }))
  const choices = records
    .slice(0, 8)
    .map(({ recordId }, n) => ({ kind: 'is' as const, recordId, stakeholderId: id(n) }))
  const most = decision({
    name: HOSTILE,
    sentence: HOSTILE,
    records,
    stakeholders,
    choices,
    recordId: 'r'.repeat(255),
  })
  expectView(most)
  expect(markup(most.blocks)).not.toContain('<!channel>')
  const fields = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [`custom:f${n}`, { before: HOSTILE, after: HOSTILE }]),
  )
  expectView(decision({ fields, choices: [], label: HOSTILE.slice(0, 99) }))
})

const decided = {
  decisionId: id(1),
  name: 'Ana Núñez',
  employeeNumber: 'E-104',
  decidedBy: { kind: 'slack', userId: 'U_DANA' },
  decidedAt: NOW,
} as const
const match = { ...decided, about: 'match', stakeholder: 'Bea' } as const

test('decisions in force: what, who and when, each to be revoked', () => {
  const items: DecisionRow[] = [
    { ...match, verdict: 'link' },
    { ...match, verdict: 'new_contract' },
    { ...match, verdict: 'create' },
    { ...match, verdict: 'ignore', stakeholder: null, name: HOSTILE, employeeNumber: null },
    { ...decided, about: 'field', verdict: 'hr', field: 'phone', hrValue: '2' },
    { ...decided, about: 'field', verdict: 'register', field: 'custom:x', hrValue: HOSTILE },
  ]
  const page = { offset: 0, shown: 6, total: 60 }
  const view = decisionsView({ connectionId: id(9), items, page, note: null })
  expectView(view)
  expect(allText(view.blocks)).toMatch(/Ana Núñez \(E-104\): the same person as Bea\\n<@U_DANA> <!date/)
  expect(allText(view.blocks)).toContain('Phone, take HR (2)')
  expect(labels(view.blocks).filter((it) => it === 'Revoke')).toHaveLength(6)
  expect(markup(view.blocks)).not.toContain('<!channel>')
  const none = decisionsView({
    connectionId: null,
    items: [],
    page: { ...page, shown: 0, total: 0 },
    note: null,
  })
  expectView(none)
  expect(allText(none.blocks)).toContain('No answer is in force')
})
