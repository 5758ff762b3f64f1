import { expect, test } from 'vitest'
import { MAX_CHOSEN, mergeChosen, packChosen, unpackChosen } from '../../src/bot/screens/chosen.view.ts'
import {
  leftOutNote,
  type PersonState,
  parsePersonList,
  personView,
  takenBackNote,
} from '../../src/bot/screens/person.view.ts'
import {
  kindsOf,
  lookWords,
  OPENABLE_KINDS,
  type PlanRow,
  planNumbers,
  whatSyncDoes,
  worthALook,
} from '../../src/bot/screens/plan.view.ts'
import {
  firstKind,
  noPlanView,
  parsePersonButton,
  parsePreviewButton,
  previewView,
} from '../../src/bot/screens/preview.view.ts'
import type { Standing } from '../../src/bot/screens/standing.view.ts'
import { checkChoice, chooseView, parseChoose } from '../../src/bot/screens/sync-selected.view.ts'
import { PLAN_KINDS, STANDARD_FIELD_KEYS, WORTH_A_LOOK } from '../../src/model.ts'
import { expectView, HOSTILE, id, labels, markup, plan, primaries, row } from './support/fixtures.ts'
import { allText } from './support/words.ts'

const everyField = Object.fromEntries(
  [...STANDARD_FIELD_KEYS, ...Array.from({ length: 200 }, (_, n) => `custom:f${n}`)].map((key) => [
    key,
    { before: HOSTILE, after: HOSTILE },
  ]),
)
const longest = (n: number): PlanRow =>
  row({ ordinal: n, name: HOSTILE, kind: 'update', fields: everyField, recordId: 'r'.repeat(200) })

const preview = (items: readonly PlanRow[], some: Partial<Parameters<typeof previewView>[0]> = {}) =>
  previewView({
    connectionId: id(9),
    label: 'HiBob',
    plan: plan(Object.fromEntries(PLAN_KINDS.map((kind) => [kind, 14]))),
    kind: 'create',
    search: '',
    page: { offset: 0, shown: items.length, total: items.length },
    items,
    held: null,
    confirming: false,
    ...some,
  })

test.each(WORTH_A_LOOK)('a change of %s is named where somebody looks twice', (key) => {
  const fields = {
    [key]: { before: '2025-10-06', after: '2026-12-02' },
    jobTitle: { before: 'a', after: 'b' },
  }
  expect(worthALook(key)).not.toBeNull()
  expect(lookWords(row({ fields }))).toMatch(/^[a-z ]+( 2 Dec 2026)?$/)
  expect(lookWords(row({ fields }))).not.toContain('job title')
})

test('a plan that only remembers matches says so', () => {
  const numbers = (some: Parameters<typeof plan>[0]) => planNumbers(plan(some).counts)
  expect(numbers({ link: 1, conflict: 235 })).toBe('*1* matched, *235* need a look')
  expect(numbers({ create: 2, link: 1 })).toBe('*2* will be created, *0* updated, *1* matched')
  expect(numbers({ conflict: 1 })).toBe('nothing to sync, *1* needs a look')
})

test('the list of those to update has whoever left or returned in it, by the number that Home gives', () => {
  const counts = { create: 2, update: 13, left: 1 }
  const blocks = [
    preview([row()], { plan: plan(counts), kind: 'update' }).blocks,
    choose([row()], [], { plan: plan(counts), kind: 'update' }).blocks,
  ]
  for (const shown of blocks.map(allText)) {
    expect(shown).toContain('To update (14)')
    expect(shown).toContain('To update because they left (1)')
  }
  expect(allText(blocks[0])).toContain('*14* · To update')
  expect(kindsOf('update')).toEqual(['update', 'left', 'returned'])
  expect(kindsOf('left')).toEqual(['left'])
  expect(firstKind(plan({ left: 1 }))).toBe('update')
})

test.each(OPENABLE_KINDS)('Slack takes the preview with nobody, one and ten people: %s', (kind) => {
  for (const items of [[], [row({ kind })], Array.from({ length: 10 }, (_, n) => longest(n))]) {
    const view = preview(items, { kind, search: HOSTILE.slice(0, 100) })
    expectView(view)
    expect(markup(view.blocks)).not.toContain('<!channel>')
    expect(primaries(view.blocks)).toEqual(['Sync Now'])
  }
})

test('a page of the preview says where it is and leads on and back', () => {
  const items = Array.from({ length: 10 }, (_, n) => row({ ordinal: n }))
  const middle = preview(items, { page: { offset: 10, shown: 10, total: 1024 } })
  expect(allText(middle.blocks)).toContain('11-20 of 1,024')
  expect(labels(middle.blocks)).toEqual(expect.arrayContaining(['Back', 'Next']))
  expect(labels(preview(items).blocks)).not.toContain('Next')
  expect(allText(preview([row()]).blocks)).toContain(
    'ana.nunez@acme.example · Designer · start date 1 Dec 2026',
  )
})

test('a preview within a confirmation has no buttons of its own to sync', () => {
  expect(labels(preview([row()], { confirming: true }).blocks)).toEqual(['Open'])
})

const shown = (change: PlanRow, some: Partial<PersonState> = {}): PersonState => ({
  connectionId: id(9),
  recordId: change.recordId,
  name: change.name,
  row: change,
  standing: { is: 'unmatched' },
  confirmed: false,
  leftOut: null,
  kept: [],
  note: null,
  list: { viewId: 'V1', connectionId: id(9), kind: change.kind, confirming: false },
  ...some,
})

const SINCE = new Date('2026-03-03T10:00:00Z')
const dana = { by: 'decision', actor: { kind: 'slack', userId: 'U_DANA' } } as const
const workEmail = { by: 'identifier', identifier: 'workEmail' } as const
test.each<[Standing, string]>([
  [{ is: 'linked', since: SINCE, made: workEmail }, 'matched by work email · linked since 3 Mar 2026'],
  [
    { is: 'linked', since: SINCE, made: dana },
    'matched by a decision of <@U_DANA> · linked since 3 Mar 2026',
  ],
  [{ is: 'linked', since: SINCE, made: { by: 'creation' } }, 'created by a sync · linked since 3 Mar 2026'],
  [{ is: 'linked', since: SINCE, made: null }, 'linked since 3 Mar 2026'],
  [{ is: 'to_create' }, 'will be created'],
  [{ is: 'to_match', made: workEmail }, 'will be matched by work email'],
  [{ is: 'to_match', made: dana }, 'will be matched by a decision of <@U_DANA>'],
  [{ is: 'unmatched' }, 'not linked'],
])('the first line of a person says how they stand to the register: %o', (standing, words) => {
  const view = personView(shown(row({ kind: 'update', name: 'Priya Raman' }), { standing }))
  expectView(view)
  const [first] = markup(view.blocks).split('\n')
  expect(first?.replace(/<!date\^\d+\^\{date_short\}\|([^>]+)>/, '$1')).toBe(`Priya Raman · ${words}`)
})

test('an update is shown before and after, and a changed name is worth a look', () => {
  const change = row({
    kind: 'update',
    name: 'Priya Raman',
    fields: {
      status: { before: 'active', after: 'left' },
      jobTitle: { before: 'Engineer', after: null },
      lastName: { before: 'Raman', after: 'Raman-Lee' },
    },
  })
  const words = allText(personView(shown(change)).blocks)
  expect(words).toContain('Raman → Raman-Lee\\nworth a look: a name changes')
  expect(words).toContain('Engineer → empty')
  expect(words).toContain('Active → Left')
  expect(words.indexOf('Last name')).toBeLessThan(words.indexOf('Job title'))
})

test.each(PLAN_KINDS)('Slack takes one person with no field and with more than fit: %s', (kind) => {
  expectView(personView(shown(row({ kind, fields: {}, reasonText: 'Two people in HR share this email.' }))))
  const view = personView(shown({ ...longest(0), kind, reasonText: HOSTILE }))
  expectView(view)
  expect(allText(view.blocks)).toContain('more fields are not shown')
})

const BUTTON = 'Leave this person out'
test.each(PLAN_KINDS)(
  'who would be written, or waits, can be left out; of others there is nothing to leave out: %s',
  (kind) => {
    const can = ['create', 'update', 'left', 'returned', 'link', 'conflict'].includes(kind)
    expect(labels(personView(shown(row({ kind }))).blocks)).toEqual(can ? [BUTTON, 'Why?'] : ['Why?'])
    expect(labels(personView(shown(row({ kind }), { confirmed: true })).blocks)).toEqual(['Why?'])
  },
)

test('whoever tells a screen reader the words on the button is understood', () => {
  const words = allText(personView(shown(row({ kind: 'create' }))).blocks)
  expect(words).toContain(`${BUTTON}: Ana Núñez`)
})

const leftOut = { by: { kind: 'slack', userId: 'U_SAM' }, at: SINCE } as const
test('who is left out already shows by whom, no change of theirs, and both ways back', () => {
  for (const change of [row({ kind: 'update' }), row({ kind: 'skip', reasonText: 'By a decision.' })]) {
    const view = personView(shown(change, { leftOut, note: leftOutNote('7f3a') }))
    expectView(view)
    expect(labels(view.blocks)).toEqual(['Take back', 'Decisions', 'Why?'])
    const words = allText(view.blocks)
    expect(words).toContain('Left out by <@U_SAM> <!date')
    expect(words).toContain('Nothing is done about this person until that is taken back')
    expect(words).not.toMatch(/Designer|By a decision/)
  }
})

test('who was left out after the plan was confirmed is not promised that nothing is done', () => {
  const view = personView(
    shown(row({ kind: 'update' }), { leftOut, confirmed: true, note: leftOutNote(null) }),
  )
  expectView(view)
  expect(allText(view.blocks)).toContain('What was confirmed before is still written')
  expect(allText(view.blocks)).not.toContain('Nothing is done')
})

test('taken back with nothing left to do, the page says so and offers nothing to leave out', () => {
  const state = shown(row(), { row: null, note: takenBackNote('7f3a') })
  expectView(personView(state))
  expect(allText(personView(state).blocks)).toContain('Nothing changes')
  expect(labels(personView(state).blocks)).toEqual(['Why?'])
  expect(parsePersonList(personView(state).private_metadata ?? '')).toEqual(state.list)
})

test('before the first retrieval the preview says so', () => {
  expectView(noPlanView('HiBob'))
  expect(allText(noPlanView('HiBob').blocks)).toContain('Nothing was read from HiBob yet')
})

test('a value that came back through a client is taken only in its own form', () => {
  expect(parsePreviewButton(`${id(9)}:update`)).toEqual({ connectionId: id(9), kind: 'update' })
  expect(parsePreviewButton(id(9))).toEqual({ connectionId: id(9), kind: null })
  for (const forged of ['', 'x', `${id(9)}:nonsense`, `${id(9)}:create:more`])
    expect(parsePreviewButton(forged)).toBeNull()
  expect(parsePersonButton('12:a:b')).toEqual({ ordinal: 12, recordId: 'a:b' })
  expect(parsePersonButton('a:12')).toBeNull()
})

const choose = (
  items: readonly PlanRow[],
  chosen: { ordinal: number; creates: boolean }[] = [],
  some: Partial<Parameters<typeof chooseView>[0]> = {},
) =>
  chooseView({
    connectionId: id(9),
    label: 'HiBob',
    plan: plan({ create: 500, update: 3 }),
    kind: 'create',
    search: '',
    page: { offset: 0, shown: items.length, total: 500 },
    items,
    chosen,
    ...some,
  })

test('Slack takes the choice of people with nobody, one and as many as it remembers', () => {
  const all = Array.from({ length: MAX_CHOSEN }, (_, n) => ({ ordinal: 99_999_000 + n, creates: true }))
  for (const items of [[], [row()], Array.from({ length: 10 }, (_, n) => longest(n))]) {
    expectView(choose(items))
    expectView(choose(items, all))
  }
})

test('ticks of one page are remembered on the next, and unticking forgets', () => {
  const before = [
    { ordinal: 1, creates: true },
    { ordinal: 12, creates: false },
  ]
  expect(mergeChosen(before, [1, 2, 3], [{ ordinal: 2, creates: true }])).toEqual([
    { ordinal: 12, creates: false },
    { ordinal: 2, creates: true },
  ])
  expect(mergeChosen([], [1], [{ ordinal: 7, creates: true }])).toEqual([])
  expect(unpackChosen(packChosen(before))).toEqual(before)
  expect(unpackChosen('c1,<x>,u2;drop,c')).toEqual([{ ordinal: 1, creates: true }])
})

test('nobody ticked is said at the field, and the window stays', () => {
  const { private_metadata: metadata = '' } = choose([row({ ordinal: 4 })])
  const none = { 'people:4': { 'choose.people': { selected_options: [] } } }
  expect(checkChoice({ metadata, values: none })).toEqual({ 'people:4': 'Choose at least one person.' })
  const one = { 'people:4': { 'choose.people': { selected_options: [{ value: 'c4' }] } } }
  expect(checkChoice({ metadata, values: one })).toBeNull()
  expect(parseChoose(metadata, one).chosen).toEqual([{ ordinal: 4, creates: true }])
})

test.each([
  [{ create: 14, update: 3 }, 'Create 14 and update 3 stakeholders'],
  [{ create: 1, update: 0 }, 'Create 1 stakeholder'],
  [{ create: 0, update: 2 }, 'Update 2 stakeholders'],
  [{ create: 0, update: 0 }, 'Remember the matches'],
])('the confirm dialog asks in numbers: %o', (numbers, words) => {
  expect(whatSyncDoes(numbers)).toBe(words)
})

test('what the register keeps because HR has no value is one line, of somebody unchanged as well', () => {
  const kept = [
    { key: 'officeLocation', label: 'Office location', value: 'Berlin' },
    { key: 'startDate', label: 'Start date', value: '2024-03-01' },
  ]
  for (const change of [row({ kind: 'update' }), null])
    expect(allText(personView(shown(row(), { row: change, kept })).blocks)).toContain(
      'HR has no value, and the register keeps: Office location Berlin · Start date 1 Mar 2024 ',
    )
  expect(allText(personView(shown(row())).blocks)).not.toContain('HR has no value')
  const many = Array.from({ length: 99 }, (_, n) => ({ key: `custom:${n}`, label: HOSTILE, value: HOSTILE }))
  const view = personView(shown(longest(1), { kept: many }))
  expectView(view)
  expect(allText(view.blocks)).toContain('and 89 more')
})
