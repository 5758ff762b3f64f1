import { expect, test } from 'vitest'
import { validateMessage, validateView } from '../../demo/slack/validate.ts'
import { actions, button, nameInput, nameModal, option, plain, section } from './slack-app.ts'

const home = (...blocks: object[]) => ({ type: 'home', blocks })
const modal = (...blocks: object[]) => nameModal('Name', { blocks })
const message = (...blocks: object[]) => ({ text: 'said', blocks })
const x = (length: number) => 'x'.repeat(length)
const times = (n: number, make: (index: number) => object) =>
  Array.from({ length: n }, (_, index) => make(index))
const select = (more: object) => ({
  type: 'input',
  label: plain('Pick'),
  element: { type: 'static_select', action_id: 'pick', ...more },
})
const confirm = (more: object) => ({
  title: plain('Sure?'),
  text: plain('It can be undone.'),
  confirm: plain('Do it'),
  deny: plain('Go back'),
  ...more,
})

test('what Slack takes has no problem, at the limits and at nothing', () => {
  expect(validateView(home())).toEqual([])
  expect(validateView(nameModal(x(24)))).toEqual([])
  expect(validateView(home(...times(100, () => ({ type: 'divider' }))))).toEqual([])
  expect(validateView(modal(select({ options: times(100, (n) => option(`${n}`)) })))).toEqual([])
  expect(validateMessage({ text: 'plain' })).toEqual([])
  expect(validateMessage(message(section(x(3000)), actions('a', 'b')))).toEqual([])
})

// Each is a view or message that Slack refuses, with the place and the words it refuses it by.
const views: [string, object, string, string][] = [
  ['a modal without title', { type: 'modal', blocks: [] }, '', 'missing required field: title'],
  ['a title of 25', nameModal(x(25)), '/title/text', 'must be less than 25 characters'],
  ['an input without submit', { ...nameModal(), submit: undefined }, '', 'missing required field: submit'],
  [
    '101 blocks',
    home(...times(101, () => ({ type: 'divider' }))),
    '/blocks',
    'no more than 100 items allowed',
  ],
  ['an unknown property', { ...nameModal(), colour: 'red' }, '', 'invalid additional property: colour'],
  ['an unknown block', home({ type: 'chart' }), '/blocks/0/type', 'unsupported type: chart'],
  [
    'long metadata',
    { ...nameModal(), private_metadata: x(3001) },
    '/private_metadata',
    'must be less than 3001 characters',
  ],
  ['a long section', home(section(x(3001))), '/blocks/0/text/text', 'must be less than 3001 characters'],
  ['an empty section', home({ type: 'section' }), '/blocks/0', 'missing required field: text'],
  [
    'a long header',
    home({ type: 'header', text: plain(x(151)) }),
    '/blocks/0/text/text',
    'must be less than 151 characters',
  ],
  [
    'an input in context',
    home({ type: 'context', elements: [button('a')] }),
    '/blocks/0/elements/0/type',
    'unsupported type: button',
  ],
  [
    '26 actions',
    home(actions(...Array.from({ length: 26 }, (_, n) => `a${n}`))),
    '/blocks/0/elements',
    'no more than 25 items allowed',
  ],
  [
    'no options',
    modal(select({ options: [] })),
    '/blocks/0/element/options',
    'no fewer than 1 items allowed',
  ],
  [
    'neither options nor groups',
    modal(select({})),
    '/blocks/0/element',
    'must have exactly one of options, option_groups',
  ],
  [
    '101 options',
    modal(select({ options: times(101, (n) => option(`${n}`)) })),
    '/blocks/0/element/options',
    'no more than 100 items allowed',
  ],
  [
    'a long option',
    modal(select({ options: [option(x(76))] })),
    '/blocks/0/element/options/0/text/text',
    'must be less than 76 characters',
  ],
  [
    'an initial option that is none',
    modal(select({ options: [option('a')], initial_option: option('b') })),
    '/blocks/0/element/initial_option',
    'must match one of the given options',
  ],
  [
    'a block_id twice',
    home({ type: 'divider', block_id: 'a' }, { type: 'divider', block_id: 'a' }),
    '/blocks/1/block_id',
    'block_id already exists: a',
  ],
  [
    'an action_id twice',
    home(actions('a', 'a')),
    '/blocks/0/elements/1/action_id',
    'action_id already exists in this block: a',
  ],
  [
    'a table in a modal',
    modal({ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }),
    '/blocks/0/type',
    'unsupported type: table (not in a modal)',
  ],
  [
    'a long confirm',
    home({ type: 'actions', elements: [{ ...button('a'), confirm: confirm({ text: plain(x(301)) }) }] }),
    '/blocks/0/elements/0/confirm/text/text',
    'must be less than 301 characters',
  ],
  [
    'a marked-up confirm title',
    home({
      type: 'actions',
      elements: [{ ...button('a'), confirm: confirm({ title: { type: 'mrkdwn', text: '*a*' } }) }],
    }),
    '/blocks/0/elements/0/confirm/title/type',
    'must be one of: plain_text',
  ],
  [
    'a date that is none',
    modal({ ...nameInput, element: { type: 'datepicker', initial_date: '2026-02-30' } }),
    '/blocks/0/element/initial_date',
    'must be a date like 2026-11-30',
  ],
  [
    'numbers as numbers',
    modal({ ...nameInput, element: { type: 'number_input', is_decimal_allowed: false, min_value: 1 } }),
    '/blocks/0/element/min_value',
    'must provide a string',
  ],
]

test.each(views)('a view with %s is refused', (_name, view, pointer, text) => {
  const problems = validateView(JSON.parse(JSON.stringify(view)))
  expect(problems).toEqual([{ pointer, message: text, code: 'invalid_arguments', level: 'error' }])
})

test('a view of more than 250 kB is too large, whatever is in it', () => {
  const view = home(...times(90, () => section(x(2950))))
  expect(validateView(view).map((it) => it.code)).toEqual(['view_too_large'])
})

test('a message has at most 50 blocks, 13,200 characters, one table and no alert', () => {
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }
  const codes = (problems: ReturnType<typeof validateMessage>) =>
    problems.map((it) => `${it.code} ${it.pointer}`)
  expect(codes(validateMessage(message(...times(51, () => ({ type: 'divider' })))))).toEqual([
    'invalid_blocks /blocks',
  ])
  expect(codes(validateMessage(message(...times(5, () => section(x(2640))))))).toEqual([])
  expect(codes(validateMessage(message(...times(5, () => section(x(2641))))))).toEqual([
    'msg_blocks_too_long /blocks',
  ])
  expect(codes(validateMessage(message(table)))).toEqual([])
  expect(codes(validateMessage(message(table, table)))).toEqual(['invalid_blocks /blocks'])
  expect(codes(validateMessage(message({ type: 'alert', text: plain('a') })))).toEqual([
    'invalid_blocks /blocks/0/type',
  ])
})

test('a message without text is refused when it has no blocks, and advised against when it has', () => {
  expect(validateMessage({ blocks: [] })).toMatchObject([{ code: 'no_text', level: 'error' }])
  expect(validateMessage({ blocks: [section('seen')] })).toMatchObject([
    { pointer: '/text', level: 'advice' },
  ])
  expect(validateMessage({ text: x(4001) })).toMatchObject([{ pointer: '/text', level: 'advice' }])
})

test('only one element of a view may take the focus', () => {
  const focused = (blockId: string) => ({
    ...nameInput,
    block_id: blockId,
    element: { ...nameInput.element, focus_on_load: true },
  })
  expect(validateView(modal(focused('a')))).toEqual([])
  expect(validateView(modal(focused('a'), focused('b')))).toHaveLength(1)
})
