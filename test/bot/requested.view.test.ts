import { expect, test } from 'vitest'
import { requestedBlocks } from '../../src/bot/screens/configure-requested.view.ts'
import { connectionBlocks, connectionLine } from '../../src/bot/screens/connection.view.ts'
import {
  decision,
  type FieldCard,
  fieldAnswer,
  fieldCard,
  parseCardValue,
} from '../../src/bot/screens/field-card.view.ts'
import { homeView } from '../../src/bot/screens/home.view.ts'
import {
  pickedField,
  type RequestedField,
  type RequestedState,
  requestedView,
} from '../../src/bot/screens/requested.view.ts'
import {
  buttons,
  connection,
  expectMessage,
  expectView,
  HOSTILE,
  home as homeState,
  id,
  labels,
  markup,
  NOW,
  primaries,
} from './support/fixtures.ts'
import { allText } from './support/words.ts'

const field = (some: Partial<RequestedField> = {}): RequestedField => ({
  fieldId: 'work.size',
  requestId: id(3),
  label: 'T-shirt size',
  type: 'choice',
  category: 'Work',
  standing: { is: 'read', to: 'Size' },
  ...some,
})
const state = (some: Partial<RequestedState> = {}): RequestedState => ({
  connectionId: id(9),
  label: 'HiBob',
  hasSupport: true,
  fields: [],
  left: 12,
  notice: null,
  ...some,
})
const STANDINGS: Record<string, RequestedField['standing']> = {
  waiting: { is: 'waiting', by: '<@U_DANA>', at: NOW },
  declined: { is: 'declined', by: 'support', at: NOW },
  gone: { is: 'gone', at: NOW },
  coming: { is: 'coming' },
  missing: { is: 'missing', sentence: `“${HOSTILE}” came for nobody` },
  'read, not mapped': { is: 'read', to: null },
  'read and mapped': { is: 'read', to: HOSTILE },
}

test.each(Object.entries(STANDINGS))(
  'a field that is %s can be shown, whatever it is called',
  (_is, standing) => {
    for (const hasSupport of [true, false]) {
      for (const many of [1, 44, 300]) {
        const fields = Array.from({ length: many }, (_, n) =>
          field({
            standing,
            fieldId: `f${n}`,
            label: HOSTILE.slice(0, 300),
            category: HOSTILE.slice(0, 100),
          }),
        )
        const view = requestedView(state({ fields, hasSupport, notice: 'Saved.' }))
        expectView(view)
        expect(markup(view.blocks)).not.toMatch(/<!channel>|<@U1>/)
      }
    }
  },
)

test('nothing to ask for: no form and no button that does nothing', () => {
  for (const left of [null, 0]) {
    const view = requestedView(state({ left }))
    expectView(view)
    expect(view.submit).toBeUndefined()
  }
  expectView(requestedView(state()))
  expect(requestedView(state()).submit?.text).toBe('Request a field')
})

test('only where there is no support does a waiting field have a button to connect it here', () => {
  const fields = [field({ standing: STANDINGS['waiting']! })]
  expect(labels(requestedView(state({ fields })).blocks)).toEqual(['Take back'])
  expect(labels(requestedView(state({ fields, hasSupport: false })).blocks)).toEqual(['Connect', 'Take back'])
})

test('what is picked is read from its form', () => {
  const option = { value: 'work.size', text: { text: 'T-shirt size' } }
  expect(pickedField({ 'ask:0': { 'requested.choice': { selected_option: option } } })).toBe('work.size')
  expect(pickedField({ 'ask:0': { 'requested.choice': { selected_option: null } } })).toBeNull()
  expect(pickedField({})).toBeNull()
})

const card = (some: Partial<FieldCard> = {}): FieldCard => ({
  companyId: id(1),
  requestId: id(2),
  company: 'Acme',
  provider: 'HiBob',
  label: 'T-shirt size',
  type: 'choice',
  category: 'Work',
  state: 'requested',
  askedBy: '<@U_DANA>',
  askedAt: NOW,
  decidedBy: '<@U_SAM>',
  decidedAt: null,
  ...some,
})

test('support is asked with two buttons that carry ids only; a decision takes them away and says who and when', () => {
  const asked = fieldCard(card())
  expectMessage(asked)
  expect(labels(asked.blocks)).toEqual(['Connect', 'Decline'])
  expect(primaries(asked.blocks)).toEqual(['Connect'])
  for (const { value } of buttons(asked.blocks)) {
    expect(parseCardValue(value ?? '')).toEqual({ companyId: id(1), requestId: id(2) })
  }
  expect(asked.text).toContain('T-shirt size')
  for (const decided of ['connected', 'declined', 'listed'] as const) {
    for (const draw of [fieldCard, fieldAnswer]) {
      const message = draw(card({ state: decided, decidedAt: NOW }))
      expectMessage(message)
      expect(labels(message.blocks)).toEqual([])
      expect(allText(message.blocks)).toMatch(/by <@U_SAM>, <!date\^/)
    }
  }
  expect(decision(card({ state: 'declined' }))).toBe('Declined by <@U_SAM>')
})

test('a card holds whatever HR and a company call themselves', () => {
  const hostile = { label: HOSTILE, company: HOSTILE, category: HOSTILE.slice(0, 200) }
  for (const state of ['requested', 'connected', 'declined', 'listed'] as const) {
    const message = fieldCard(card({ ...hostile, state, decidedAt: NOW }))
    expectMessage(message)
    expect(markup(message.blocks)).not.toMatch(/<!channel>|<@U1>/)
  }
})

test('Configure says how many there are and what is wrong with some, in two blocks', () => {
  const place = { connectionId: id(9), label: 'HiBob' }
  const none = requestedBlocks({ connected: 0, waiting: 0, declined: 0, problems: [] }, place)
  expect(labels(none)).toEqual(['Request a field'])
  const problems = Array.from({ length: 9 }, (_, n) => `“Field ${n}” came for nobody.`)
  const some = requestedBlocks({ connected: 9, waiting: 1, declined: 0, problems }, place)
  expect(some).toHaveLength(2)
  expect(allText(some)).toContain('*9* connected and *1* waiting')
  expect(allText(some)).toContain('*6* more')
})

test('Home says which fields came for nobody, and how many where there are several HR systems', () => {
  const missing = connection({
    fieldProblems: Array.from({ length: 40 }, (_, n) => `“${n} <b>” came for nobody.`),
  })
  expect(allText(connectionBlocks(missing, NOW))).toContain('“0 &lt;b&gt;” came for nobody')
  expect(allText(connectionBlocks(missing, NOW))).toContain('*37* more')
  expect(allText(connectionLine(missing, NOW))).toContain('*40* custom fields came for nobody')
  expect(allText(connectionBlocks(connection(), NOW))).not.toContain('came for nobody')
  for (const many of [1, 18]) {
    const all = Array.from({ length: many }, (_, n) => ({ ...missing, connectionId: id(n) }))
    expectView(homeView(homeState(all)))
  }
})
