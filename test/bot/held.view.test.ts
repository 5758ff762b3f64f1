import { expect, test } from 'vitest'
import { heldView, parseAsked } from '../../src/bot/screens/held.view.ts'
import { heldPeopleView, parseHeldButton, parseHeldPeople } from '../../src/bot/screens/held-people.view.ts'
import { homeView } from '../../src/bot/screens/home.view.ts'
import { previewView } from '../../src/bot/screens/preview.view.ts'
import { syncCard } from '../../src/bot/screens/sync-now.view.ts'
import {
  buttons,
  connection,
  expectMessage,
  expectView,
  HOSTILE,
  held,
  home,
  id,
  labels,
  markup,
  plan,
  primaries,
  row,
  syncing,
} from './support/fixtures.ts'
import { allText } from './support/words.ts'

const see = `${id(9)}:${id(1)}:emails`
const WORDS = 'This would change the email of 31 of 40 people. Up to 3 pass. Nothing has been written.'

test('Home says which limit holds the plan and what to check, and Review is the one to press', () => {
  const view = homeView(home([connection({ held: held() })]))
  expectView(view)
  expect(allText(view.blocks)).toContain(`*Held:* ${WORDS}`)
  expect(allText(view.blocks)).toContain('Is the field right?')
  expect(primaries(view.blocks)).toEqual(['Review'])
  expect(labels(view.blocks)).toEqual(expect.arrayContaining(['See the 31', 'Sync Selected']))
  expect(labels(view.blocks)).not.toContain('Sync Now')
})

test('of several limits the first is told, and that there are others: on Home, in the line of one HR system, on a card', () => {
  const several = held({ others: 2 })
  const shown = [
    homeView(home([connection({ held: several })])),
    homeView(home([connection({ held: several }), connection({ connectionId: id(8) })])),
    syncCard(syncing({ held: several }), { masked: true }),
  ]
  for (const { blocks } of shown)
    expect(allText(blocks)).toContain('Up to 3 pass. And 2 more limits are passed.')
  const two = homeView(home([connection({ held: held({ others: 1 }) })]))
  expect(allText(two.blocks)).toContain('And 1 more limit is passed.')
  expect(allText(homeView(home([connection({ held: held() })])).blocks)).not.toContain('more limit')
})

test('the preview of a held plan says so before its people', () => {
  const state = {
    connectionId: id(9),
    label: 'HiBob',
    plan: plan({ update: 31 }),
    kind: 'update' as const,
    search: '',
    page: { offset: 0, shown: 1, total: 1 },
    items: [row()],
    held: held(),
    confirming: false,
  }
  const view = previewView(state)
  expectView(view)
  expect(allText(view.blocks[0])).toContain(WORDS)
  expect(primaries(view.blocks)).toEqual(['Review'])
  expect(labels(view.blocks)).not.toContain('Sync Now')
  expect(labels(previewView({ ...state, confirming: true }).blocks)).toEqual(['Open'])
})

test('a card of a held plan cannot be confirmed by one press; its people and Discard are there', () => {
  const card = syncCard(syncing({ held: held(), askedBy: 'U_DANA' }), { masked: false })
  expectMessage(card)
  expect(allText(card.blocks)).toContain('<@U_DANA> asks you to confirm this.')
  expect(allText(card.blocks)).toContain(WORDS)
  expect(labels(card.blocks)).toEqual(['Review', 'See the 31', 'See the whole plan', 'Discard'])
  expect(buttons(card.blocks)[1]?.value).toBe(see)
  expect(allText(card.blocks)).toContain('Nothing is written. The next plan is drawn up')
})

test('the review: every brake with its people, the number to type, and another admin to ask', () => {
  const vanished = held({ brake: 'vanished', what: 'Ten are gone.', count: 10 })
  const view = heldView(syncing(), [held(), vanished])
  expectView(view)
  expect(labels(view.blocks)).toEqual([
    'See the 31',
    'See the 10',
    'See the whole plan',
    'Discard',
    'Ask to confirm',
  ])
  expect(allText(view.blocks)).toContain('To go on, type 31')
  expect(parseAsked({ whom: { 'held.whom': { selected_user: 'U_SAM' } } })).toBe('U_SAM')
  expect(parseAsked({})).toBeNull()
  const asked = heldView(syncing(), [held()], 'U_SAM')
  expectView(asked)
  expect(allText(asked.blocks)).toContain('<@U_SAM> has the plan now')
  const some = heldView(syncing({ chosen: [{ ordinal: 1, creates: false }] }), [held()])
  expect(labels(some.blocks)).not.toContain('Ask to confirm')
})

test('the review says what confirming writes, for each hold and in all, and whom it leaves', () => {
  const missing = held({ brake: 'vanished', what: 'Ten are gone.', confirming: 'They stay as they are.' })
  const counts = { create: 2, update: 13, left: 1, vanished: 10, out_of_conditions: 4, skip: 1, conflict: 3 }
  const words = allText(heldView(syncing({ plan: plan(counts) }), [missing, held()]).blocks)
  expect(words).toContain('They stay as they are.')
  expect(words).toContain('Confirming writes the new emails.')
  expect(words).toContain(
    '*Confirming writes the whole plan:* *2* created · *14* updated. Nobody is deleted, and you can undo it.',
  )
  // Of the missing it was said above.
  expect(words).toContain(
    'It leaves as they are: *3* who need a look · *4* outside your conditions · *1* left out.',
  )
  const emails = allText(heldView(syncing({ plan: plan({ update: 5, vanished: 2 }) }), [held()]).blocks)
  expect(emails).toContain('It leaves as they are: *2* missing from HR.')
  const chosen = [
    { ordinal: 1, creates: false },
    { ordinal: 2, creates: true },
  ]
  const some = allText(heldView(syncing({ plan: plan(counts), chosen }), [held()]).blocks)
  expect(some).toContain('*Confirming writes these 2 people:* *1* created · *1* updated. Nobody is deleted')
  expect(some).not.toMatch(/need a look|It leaves as/)
})

test('where nobody but the missing holds a plan, nothing is offered to be confirmed', () => {
  const missing = held({ brake: 'vanished', what: 'Ten are gone.', writes: false })
  const { blocks } = homeView(
    home([connection({ held: missing, plan: plan({ vanished: 10, unchanged: 30 }) })]),
  )
  expect(allText(blocks)).toContain('There is nothing to write: they stay in the register as they are.')
  expect(labels(blocks)).not.toContain('Review')
  expect(labels(blocks)).toContain('See the 31')
})

test('a held plan of one change is called one change', () => {
  const view = heldView(syncing({ plan: plan({ update: 1 }) }), [held()])
  expect(allText(view.blocks)).toMatch(/ · 1 change(?!s)/)
})

test('Slack takes the most there can be', () => {
  const most = held({ what: HOSTILE, check: HOSTILE, limit: HOSTILE, count: 100_000 })
  const all = Array.from({ length: 7 }, () => most)
  expectView(heldView(syncing(), [most, ...all]))
  expectView(homeView(home([connection({ held: most })])))
  expectMessage(syncCard(syncing({ held: most }), { masked: true }))
})

test('the people behind a brake, before and after, ten a page', () => {
  const at = { connectionId: id(9), plan: plan(), brake: 'emails', what: HOSTILE }
  for (const n of [0, 1, 10]) {
    const items = Array.from({ length: n }, (_, ordinal) => row({ ordinal, name: HOSTILE }))
    const view = heldPeopleView({ ...at, items, page: { offset: 10, shown: n, total: 999 } })
    expectView(view)
    expect(markup(view.blocks)).not.toContain('<!channel>')
    expect(parseHeldPeople(view.private_metadata ?? '')).toEqual(parseHeldButton(see))
  }
  expect(() => parseHeldButton('nonsense')).toThrow()
})
