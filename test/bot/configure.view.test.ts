import type { ModalView } from '@slack/types'
import { expect, test } from 'vitest'
import { withIds } from '../../demo/slack/block-kit/identify.ts'
import { anyView } from '../../demo/slack/block-kit/surfaces.ts'
import { formValues } from '../../demo/slack/values.ts'
import { type ConfigureState, configureView } from '../../src/bot/screens/configure.view.ts'
import {
  type Draft,
  fieldOfValueBlock,
  metadataOfDraft,
  parseConfigure,
} from '../../src/bot/screens/configure-draft.view.ts'
import { addGroup, addRow, removeRow, rowsOf } from '../../src/bot/screens/configure-edit.ts'
import {
  checkFields,
  type FieldsState,
  fieldsView,
  parseFields,
  RULE_NAMES,
} from '../../src/bot/screens/configure-fields.view.ts'
import { settle } from '../../src/bot/screens/configure-kinds.ts'
import {
  type BrakeState,
  checkLimits,
  limitsView,
  parseLimits,
  parseSeen,
} from '../../src/bot/screens/configure-limits.view.ts'
import { roomFor } from '../../src/bot/screens/configure-room.ts'
import { errorsAt, rowBlocks } from '../../src/bot/screens/configure-row.view.ts'
import { rowStates } from '../../src/bot/screens/configure-rows.ts'
import { ruleOf, withRule } from '../../src/bot/screens/configure-rules.ts'
import {
  nothingChangedView,
  type Planned,
  type Saved,
  savedView,
} from '../../src/bot/screens/configure-saved.view.ts'
import { tokenOf, withoutTokens } from '../../src/bot/screens/configure-tokens.ts'
import { toDraft, toTree } from '../../src/bot/screens/configure-tree.ts'
import { parseWhoMetadata, type Who, whoView } from '../../src/bot/screens/configure-who.view.ts'
import type { Held } from '../../src/bot/screens/held-words.view.ts'
import { KIND_LABELS } from '../../src/bot/screens/plan.view.ts'
import { parseWhy } from '../../src/bot/screens/why-subject.view.ts'
import { PLAN_KINDS, type PlanCounts } from '../../src/model.ts'
import { type Condition, type ConditionTree, conditionTreeSchema } from '../../src/sync/core/conditions.ts'
import { createCatalogue, OPERATOR_LABELS } from '../../src/sync/core/conditions-fields.ts'
import { DEFAULT_LIMITS, LIMIT_KEYS } from '../../src/sync/core/guard.ts'
import { OWNERS } from '../../src/sync/core/mapping.ts'
import { buttons, counts, expectView, HOSTILE, held, id, labels, markup } from './support/fixtures.ts'
import { allText } from './support/words.ts'

const catalogue = createCatalogue([
  { id: 'size', label: 'T-shirt size', type: 'text' },
  { id: 'fte', label: 'FTE', type: 'number' },
  { id: 'remote', label: 'Remote', type: 'boolean' },
  { id: 'skills', label: HOSTILE.slice(0, 200), type: 'list' },
])

const everyOperator: Condition[] = [
  { field: 'jobTitle', operator: 'is', value: 'Engineer' },
  { field: 'jobTitle', operator: 'is_any_of', values: ['Engineer', 'x'.repeat(300)] },
  { field: 'jobTitle', operator: 'contains', value: '100 % <b>' },
  { field: 'department', operator: 'is_not', value: 'Product' },
  { field: 'status', operator: 'is_any_of', values: ['active', 'leave'] },
  { field: 'startDate', operator: 'on_or_after', value: '2024-01-01' },
  { field: 'startDate', operator: 'between', from: '2024-01-01', to: '2024-12-31' },
  { field: 'endDate', operator: 'in_next_days', days: 30 },
  { field: 'personalEmail', operator: 'is_empty' },
  { field: 'custom:fte', operator: 'between', from: '0.5', to: '+1' },
  { field: 'custom:fte', operator: 'greater_than', value: '-12.50' },
  { field: 'custom:remote', operator: 'is', value: false },
  { field: 'custom:skills', operator: 'contains', value: 'TypeScript' },
]
const tree = (items: ConditionTree['items'], match: 'all' | 'any' = 'all'): ConditionTree => ({
  version: 1,
  match,
  items,
})
const draftOf = (conditions: ConditionTree) => toDraft(conditions, 'workEmail', catalogue)

function state(draft: Draft, some: Partial<ConfigureState> = {}): ConfigureState {
  return {
    label: 'HiBob',
    notice: null,
    unreadable: false,
    match: draft.match,
    items: draft.items && rowStates(draft.items, catalogue),
    room: roomFor(draft.items ?? []),
    scope: { state: 'counted', people: 253, before: 214, after: 187, moved: 31 },
    identifier: draft.identifier,
    figures: { people: 187, having: 185, sharing: 2 },
    exceptions: 0,
    mapped: 0,
    requested: { connected: 0, waiting: 0, declined: 0, problems: [] },
    connectionId: id(9),
    metadata: metadataOfDraft({ connectionId: id(9), seen: 'abc' }, draft),
    ...some,
  }
}

/** What Slack would send back of a window in which nobody touched anything. */
function untouched(view: ModalView) {
  const { blocks } = anyView.parse(view)
  let n = 0
  return formValues(withIds(blocks, () => `b${n++}`))
}
const reread = (draft: Draft): Draft => {
  const view = configureView(state(draft))
  return parseConfigure(view.private_metadata ?? '', untouched(view)).draft
}

const GROUPED = tree(
  [
    everyOperator[0]!,
    { match: 'any', items: [everyOperator[3]!, everyOperator[6]!] },
    { match: 'all', items: [everyOperator[9]!] },
  ],
  'all',
)
const drafts: Record<string, Draft> = {
  'no condition': draftOf(tree([])),
  'one condition': draftOf(tree([everyOperator[4]!])),
  'every operator': draftOf(tree(everyOperator)),
  groups: draftOf(GROUPED),
  'a fresh row': addRow(draftOf(tree([])), null),
  'a field that is gone': draftOf(tree([{ field: 'custom:gone', operator: 'is', value: 'M' }])),
  'as many rows as fit': fill(draftOf(tree([])), (draft) => addRow(draft, null)),
  'as many long rows as fit': draftOf(tree(Array.from({ length: 28 }, () => everyOperator[6]!))),
  'as many groups as fit': fill(draftOf(tree([])), addGroup),
  'as many values as fit': draftOf(
    tree(
      Array.from({ length: 4 }, (_, n) => ({
        field: 'jobTitle',
        operator: 'is_any_of' as const,
        values: Array.from({ length: 100 }, (_, i) => `${n} ${i} ${'漢'.repeat(300)}`),
      })),
    ),
  ),
  'more than fits': draftOf(tree(Array.from({ length: 50 }, () => everyOperator[6]!))),
}
function fill(draft: Draft, grow: (draft: Draft) => Draft): Draft {
  const { group, row } = roomFor(draft.items ?? [])
  return (grow === addGroup ? group : row) ? fill(grow(draft), grow) : draft
}

test.each(Object.entries(drafts))('Slack takes Configure: %s', (_name, draft) => {
  for (const scope of [
    state(draft).scope,
    { state: 'incomplete' },
    { state: 'unknown' },
    { state: 'counted', people: 0, before: null, after: 0, moved: 0 },
  ] as const) {
    const view = configureView(
      state(draft, { scope, notice: HOSTILE, label: HOSTILE, exceptions: 16, mapped: 3 }),
    )
    expectView(view)
    expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000)
    expect(markup(view.blocks)).not.toContain('<!channel>')
  }
})

test.each(['all', 'any'] as const)(
  'a window nobody touched stands for the conditions as they were saved: %s of them',
  (match) => {
    const saved = conditionTreeSchema.parse({
      ...tree(everyOperator.filter((it) => it !== everyOperator[9])),
      match,
    })
    const again = withoutTokens(reread(draftOf(saved)), ['x'.repeat(300)])
    expect(toTree(settle(again, catalogue), catalogue)).toEqual({ ok: true, tree: saved })
  },
)

test('groups come back as they were, each with its own ANY or ALL', () => {
  const back = toTree(settle(reread(draftOf(GROUPED)), catalogue), catalogue)
  const plus = { field: 'custom:fte', operator: 'between', from: '0.5', to: '1' }
  expect(back).toEqual({
    ok: true,
    tree: { ...GROUPED, items: [...GROUPED.items.slice(0, 2), { match: 'all', items: [plus] }] },
  })
})

test('adding and removing rows touches no other row, and a group goes with its last one', () => {
  const draft = draftOf(GROUPED)
  const before = rowsOf(draft)
  const grown = addRow(addGroup(addRow(draft, null)), 2)
  expect(rowsOf(grown)).toHaveLength(before.length + 3)
  for (const row of before)
    expect(rowsOf(reread(grown)).find(({ key }) => key === row.key)).toMatchObject({
      key: row.key,
      operator: row.operator,
      field: row.field,
    })
  const keys = rowsOf(grown).map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
  const last = draft.items?.at(-1)
  const [only] = last && 'items' in last ? last.items : []
  expect(removeRow(draft, only!.key).items).toHaveLength(2)
  expect(rowsOf(removeRow(draft, only!.key))).toEqual(before.filter(({ key }) => key !== only!.key))
})

test('a new field starts without the old value; another comparison keeps what still fits', () => {
  const view = configureView(
    state(draftOf(tree([{ field: 'department', operator: 'is_any_of', values: ['Sales', 'Legal'] }]))),
  )
  const values = untouched(view)
  const block = Object.keys(values).find((it) => it.startsWith('c1:'))!
  const choose = (action: string, value: string) => ({
    ...values,
    [block]: {
      ...values[block],
      [action]: { type: 'static_select', selected_option: { value, text: { text: value } } },
    },
  })
  const read = (changed: ReturnType<typeof choose>) =>
    rowsOf(settle(parseConfigure(view.private_metadata ?? '', changed as never).draft, catalogue))[0]
  expect(read(choose('configure.field', 'country'))).toMatchObject({ operator: 'is_any_of', values: [] })
  expect(read(choose('configure.operator', 'is'))).toMatchObject({
    kind: 'choice',
    values: [{ value: 'Sales' }],
  })
  expect(read(choose('configure.operator', 'contains'))).toMatchObject({ kind: 'text', values: [] })
  expect(read(choose('configure.operator', 'is_none_of'))?.values).toHaveLength(2)
})

test('what is wrong is said at the field of its row', () => {
  const draft = settle(
    addRow(draftOf(tree([everyOperator[6]!, { field: 'custom:gone', operator: 'is', value: 'M' }])), null),
    catalogue,
  )
  const [between, gone, fresh] = rowsOf(draft)
  const wrong = {
    ...draft,
    items: [
      {
        ...between!,
        values: [
          { value: '2025-01-01', label: '' },
          { value: '2024-01-01', label: '' },
        ],
      },
      gone!,
      fresh!,
    ],
  }
  const check = toTree(wrong, catalogue)
  expect(check).toEqual({
    ok: false,
    problems: [
      { key: between!.key, sentence: 'Start date: the first value lies after the second.' },
      {
        key: gone!.key,
        sentence: 'The field “gone” is no longer there. Choose another field or remove this condition.',
      },
      { key: fresh!.key, sentence: 'Choose a field, or remove this condition.' },
    ],
  })
  const view = configureView(state(wrong))
  const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id)
  const errors = errorsAt(check.ok ? [] : check.problems, untouched(view) as never)
  expect(Object.keys(errors ?? {})).toHaveLength(3)
  for (const block of Object.keys(errors ?? {})) expect(inputs).toContain(block)
  expect(allText(view.blocks)).toContain('The field “gone” is no longer there')
  const blank = configureView(state(draftOf(tree([everyOperator[8]!]))))
  expect(errorsAt([{ key: 1, sentence: 'x' }], untouched(blank) as never)).toBeNull()
})

test('each missing value has its own sentence, and none of them is the schema talking', () => {
  const emptied = draftOf(tree(everyOperator))
  const items = rowsOf(emptied).map((row) => ({
    ...row,
    values: row.values.map(() => ({ value: '', label: '' })),
  }))
  const check = toTree({ ...emptied, items }, catalogue)
  const sentences = check.ok ? [] : check.problems.map(({ sentence }) => sentence)
  expect(sentences).toHaveLength(everyOperator.length - 1)
  for (const sentence of sentences) expect(sentence).toMatch(/^(Give|Choose) [^{}]+\.$/)
})

test('long fields and values travel as short marks and come back whole', () => {
  const long = 'x'.repeat(76)
  expect(tokenOf('London')).toBe('London')
  expect(tokenOf(long).length).toBeLessThan(75)
  expect(tokenOf(long)).not.toBe(tokenOf(`${long}y`))
  expect(fieldOfValueBlock('v3:choices:0:custom:a:b')).toBe('custom:a:b')
  expect(fieldOfValueBlock('c3:jobTitle')).toBeNull()
})

test('the mark of a value that is not known is no value: its row is refused; typed text of that form is text', () => {
  const mark = tokenOf('x'.repeat(76))
  const only = (condition: Condition) => toTree(draftOf(tree([condition])), catalogue)
  const said = 'A long value that was chosen here could not be found in HR. Take it out and choose again'
  const parts = ', or compare by “contains” or “starts with”.'
  expect(only({ field: 'department', operator: 'is_any_of', values: ['Product', mark] })).toEqual({
    ok: false,
    problems: [{ key: 1, sentence: `${said}${parts}` }],
  })
  expect(only({ field: 'custom:skills', operator: 'contains', value: mark })).toEqual({
    ok: false,
    problems: [{ key: 1, sentence: `${said}.` }],
  })
  expect(only({ field: 'department', operator: 'contains', value: mark }).ok).toBe(true)
})

test('the counts say how the window differs from what is saved', () => {
  const words = (scope: ConfigureState['scope']) =>
    allText(configureView(state(drafts['one condition']!, { scope })).blocks)
  const counted = { state: 'counted', people: 253, before: 214, after: 187, moved: 31 } as const
  expect(words(counted)).toContain('Right now: *187* of *253* people match (27 fewer than saved)')
  expect(words({ ...counted, after: 214 })).toContain('as many as saved, but others')
  expect(words({ ...counted, after: 214, moved: 0 })).toContain('(as saved)')
  expect(words({ ...counted, before: null })).toContain('The saved conditions cannot be used')
  const buttons = (scope: ConfigureState['scope']) =>
    labels(configureView(state(drafts['one condition']!, { scope })).blocks)
  expect(buttons(counted)).toContain('See who')
  expect(buttons({ ...counted, after: 214, moved: 0 })).not.toContain('See who')
  expect(words(counted)).toContain('*185* of *187* people have one, *2* share one')
  const nobody = configureView(
    state(drafts['one condition']!, { figures: { people: 0, having: 0, sharing: 0 } }),
  )
  expect(allText(nobody.blocks)).toContain('among those who match: nobody, right now')
  expect(allText(nobody.blocks)).not.toContain('nobody shares')
})

test('more conditions than a window holds are kept, and offered nothing but to start over', () => {
  const view = configureView(state(drafts['more than fits']!))
  expect(labels(view.blocks)).not.toContain('Add query')
  expect(labels(view.blocks)).toContain('Start over without conditions')
  expect(parseConfigure(view.private_metadata ?? '', untouched(view)).draft.items).toBeNull()
})

test('Slack takes a number of days that is out of its range: the field is empty then', () => {
  const daysOf = (days: number) => {
    const view = configureView(state(draftOf(tree([{ field: 'endDate', operator: 'in_next_days', days }]))))
    expectView(view)
    return JSON.stringify(view.blocks).match(/"initial_value":"(\d+)"/)?.[1]
  }
  expect([0, 1, 36_500, 36_501].map(daysOf)).toEqual([undefined, '1', '36500', undefined])
})

test('every operator has a way to enter its value', () => {
  const used = new Set(rowsOf(drafts['every operator']!).map(({ kind }) => kind))
  expect([...used].toSorted()).toEqual(
    ['choice', 'choices', 'date', 'dates', 'days', 'none', 'number', 'numbers', 'text', 'yesno'].toSorted(),
  )
  for (const { operators } of rowStates(drafts['every operator']!.items ?? [], catalogue).flatMap((it) =>
    'rows' in it ? it.rows : [it],
  ))
    for (const { label, value } of operators)
      expect(label).toBe(OPERATOR_LABELS[value as keyof typeof OPERATOR_LABELS])
})

test('Slack takes who comes in and goes out, with nobody and with more than fit', () => {
  const who: Who = {
    draftId: id(7),
    side: 'in',
    inTotal: 0,
    outTotal: 0,
    offset: 0,
    items: [],
  }
  expectView(whoView(who))
  const items = Array.from({ length: 10 }, (_, n) => ({ recordId: `${n}`, name: HOSTILE, detail: HOSTILE }))
  const paged = { ...who, inTotal: 5_000, outTotal: 1, offset: 20, items }
  const view = whoView(paged)
  expectView(view)
  expect(allText(view.blocks)).toContain('Come in: 21-30 of 5,000')
  expect(labels(view.blocks)).toEqual([...Array.from({ length: 10 }, () => 'Why?'), 'Back', 'Next'])
  expect(parseWhoMetadata(view.private_metadata ?? '')).toEqual({ draftId: id(7), side: 'in' })
  expect(markup(view.blocks)).not.toContain('<!channel>')
  expect(
    buttons(view.blocks)
      .slice(0, 10)
      .map(({ value }) => parseWhy(value ?? '')),
  ).toEqual(items.map(({ recordId }) => ({ draftId: id(7), recordId })))
})

const plannedAs = (some: Partial<PlanCounts> = {}, by: Held | null = null): Planned => ({
  is: 'open',
  planId: id(1),
  counts: counts(some),
  held: by,
})

const saved = (some: Partial<Saved> = {}): Saved => ({
  connectionId: id(9),
  label: 'HiBob',
  words: [],
  hasConditions: true,
  before: { is: 'unread' },
  after: { is: 'unread' },
  heldFields: [],
  ...some,
})

test('why there are no numbers is said as it is', () => {
  const words = (after: Planned) => allText(savedView(saved({ before: plannedAs(), after })).blocks)
  expect(words({ is: 'unread' })).toContain('Nothing was read from HiBob yet')
  expect(words({ is: 'syncing' })).toContain('A sync is being written')
  const problem = 'The field “size” is no longer there.'
  expect(words({ is: 'unusable', problem })).toContain(
    `There is no plan while a condition cannot be used. ${problem}`,
  )
  expectView(savedView(saved({ after: { is: 'unusable', problem: HOSTILE } })))
})

test('without conditions nobody is said to meet any', () => {
  const before = plannedAs({ people: 253, meeting: 187 })
  const after = plannedAs({ people: 253, meeting: 253 })
  const words = (some: Partial<Saved>) => allText(savedView(saved({ hasConditions: false, ...some })).blocks)
  expect(words({ before, after })).toContain('no conditions: *253* people (66 more than before).')
  expect(words({ before: after, after })).toContain('no conditions: *253* people.')
})

test('what holds the new plan is said with the way there, and it cannot be synced by one press', () => {
  const after = plannedAs({ people: 40, meeting: 40, update: 31 }, held())
  const field = { field: 'phone' as const, label: 'Phone', where: 'In Bob, look.', delivered: true }
  const view = savedView(saved({ before: plannedAs(), after, heldFields: [field] }))
  expectView(view)
  const words = allText(view.blocks)
  expect(words).toContain('*Held:* This would change the email of 31 of 40 people. Up to 3 pass.')
  expect(words).toContain('*Phone* is not written: most values were lost in HR. Home says what to check.')
  expect(buttons(view.blocks).map(({ action_id, text, value }) => [text?.text, action_id, value])).toEqual([
    ['Review', 'sync.open', id(9)],
    ['See the 31', 'held.people', `${id(9)}:${id(1)}:emails`],
    ['Preview', 'preview.open', id(9)],
  ])
  const free = savedView(saved({ before: plannedAs(), after: plannedAs({ update: 31 }) }))
  expect(labels(free.blocks)).toEqual(['Preview', 'Sync Now'])
  expect(allText(free.blocks)).not.toMatch(/Held|not written/)
})

test('what was saved is told for every kind of change that there is or was', () => {
  const one = plannedAs(Object.fromEntries(PLAN_KINDS.map((kind) => [kind, 1])))
  for (const [before, after] of [
    [plannedAs(), one],
    [one, plannedAs()],
  ] as const) {
    const view = savedView(saved({ before, after }))
    expectView(view)
    for (const kind of PLAN_KINDS)
      expect(allText(view.blocks)).toMatch(
        new RegExp(`${KIND_LABELS[kind]}: \\*[013]\\* \\(${kind === 'update' ? 3 : 1} (more|fewer)`),
      )
  }
})

test('the number stands at the start of its row, beside Remove, before what is asked', () => {
  const { items } = toDraft(tree([everyOperator[0]!, everyOperator[8]!]), 'workEmail', catalogue)
  const rows = rowStates(items!, catalogue).map((row) => ('rows' in row ? [] : rowBlocks(row)))
  expect(rows.map((blocks) => blocks.map(({ type }) => type))).toEqual([
    ['section', 'actions', 'input'],
    ['section', 'actions'],
  ])
  expect(rows.map(([first]) => first)).toMatchObject([
    {
      text: { text: '*1.*' },
      accessory: { text: { text: 'Remove' }, accessibility_label: 'Remove condition 1' },
    },
    { text: { text: '*2.*' }, accessory: { accessibility_label: 'Remove condition 2' } },
  ])
})

test('what was saved is told in numbers beside those before', () => {
  const before = plannedAs({ people: 253, meeting: 214, create: 14, unchanged: 200 })
  const after = plannedAs({ people: 253, meeting: 187, create: 10, out_of_conditions: 27 })
  const view = savedView(saved({ before, after }))
  expectView(view)
  const words = allText(view.blocks)
  expect(words).toContain('*187* of *253* people in HR now meet your conditions (27 fewer than before)')
  expect(words).toContain('To create: *10* (4 fewer than before)')
  expect(words).toContain('Outside your conditions: *27* (27 more than before)')
  expect(labels(view.blocks)).toEqual(['Preview', 'Sync Now'])
  expectView(savedView(saved({ label: HOSTILE, words: [HOSTILE] })))
  expectView(savedView(saved({ after: plannedAs() })))
  expectView(nothingChangedView())
})

const fields = (some: Partial<FieldsState> = {}): FieldsState => ({
  connectionId: id(9),
  seen: 'abc',
  standard: Array.from({ length: 16 }, (_, n) => ({
    key: `f${n}`,
    label: `Field ${n}`,
    rule: 'hr' as const,
  })),
  mapped: [],
  unmapped: 0,
  ...some,
})

test('Slack takes fields and owners with no, one and too many requested fields', () => {
  const mapped = Array.from({ length: 200 }, () => ({
    label: HOSTILE,
    to: HOSTILE,
    rule: 'ask_clear' as const,
  }))
  for (const one of [
    fields(),
    fields({ mapped: mapped.slice(0, 1), unmapped: 3 }),
    fields({ mapped, unmapped: 300 }),
  ]) {
    expectView(fieldsView(one))
    expect(markup(fieldsView(one).blocks)).not.toContain('<!channel>')
  }
  expect(allText(fieldsView(fields({ mapped, unmapped: 1 })).blocks)).toContain(
    '130 more are kept as they are',
  )
})

test('one choice says both who decides and whether HR may clear', () => {
  const rules = OWNERS.flatMap((owner) => [true, false].map((mayClear) => ({ owner, mayClear })))
  for (const rule of rules) expect(withRule(rule, ruleOf(rule))).toBe(rule)
  for (const name of RULE_NAMES) expect(ruleOf(withRule(undefined, name))).toBe(name)
  expect(withRule({ owner: 'register', mayClear: true }, 'hr')).toEqual({ owner: 'hr', mayClear: false })
})

test('fields that nobody touched change nothing; a new mapping takes both of its ends', () => {
  const one = fields({ mapped: [{ label: 'Size', to: 'Size', rule: 'fill' }], unmapped: 2 })
  const values = untouched(fieldsView(one)) as never as Record<string, object>
  const parsed = parseFields(values as never)
  expect([...parsed.rules.values()]).toEqual(one.standard.map(({ rule }) => rule))
  expect([...parsed.mapped]).toEqual([[0, 'fill']])
  expect(parsed.added).toBeNull()
  const from = { new_from: { 'configure.unmapped': { selected_option: { value: 'fte' } } } }
  const to = { new_to: { 'configure.new_to': { value: ' FTE ' } } }
  const check = (more: object) => checkFields({ metadata: '', values: { ...values, ...more } as never })
  expect(check({})).toBeNull()
  expect(Object.keys(check(from) ?? {})).toEqual(['new_to'])
  expect(Object.keys(check(to) ?? {})).toEqual(['new_from'])
  expect(check({ ...from, ...to })).toBeNull()
  expect(parseFields({ ...values, ...from, ...to } as never).added).toEqual({
    from: 'fte',
    to: 'FTE',
    rule: 'hr',
  })
})

test('limits: Slack takes them, untouched they stay, and nonsense is said at its field', () => {
  const brakes = LIMIT_KEYS.map(
    (brake): BrakeState => ({
      brake,
      words: brake,
      of: 'everybody',
      now: DEFAULT_LIMITS[brake],
      usual: DEFAULT_LIMITS[brake],
    }),
  )
  const view = limitsView({ brakes, seen: 'abc' })
  expectView(view)
  const high = brakes.map((it) => ({ ...it, now: { absolute: 1_000_000, percent: 2.5 } }))
  expectView(limitsView({ brakes: high, seen: 'abc' }))
  const form = {
    metadata: view.private_metadata ?? '',
    values: untouched(view) as never as Record<string, never>,
  }
  expect(parseLimits(form)).toEqual(DEFAULT_LIMITS)
  expect(form.metadata).toBe('{"seen":"abc"}')
  expect(parseSeen(form.metadata)).toBe('abc')
  expect(checkLimits(form)).toBeNull()
  const wrong = {
    ...form.values,
    'emails:absolute': { x: {} },
    'names:percent': { 'configure.limit': { value: '101' } },
  }
  expect(Object.keys(checkLimits({ ...form, values: wrong as never }) ?? {})).toEqual([
    'emails:absolute',
    'names:percent',
  ])
})
