import { expect, test } from 'vitest'
import { checkHeld, heldView, parseHeld } from '../../src/bot/screens/held.view.ts'
import { parseLetThrough } from '../../src/bot/screens/lost-fields.view.ts'
import { type RetrievalNews, retrievalMessage } from '../../src/bot/screens/retrieve.view.ts'
import {
  chooseAgainView,
  closedCard,
  parsePlanValue,
  parseSyncMetadata,
  syncCard,
  syncView,
} from '../../src/bot/screens/sync-now.view.ts'
import { decidedMessage, syncMessage, syncResultView } from '../../src/bot/screens/sync-result.view.ts'
import {
  buttons,
  counts,
  expectMessage,
  expectView,
  HOSTILE,
  held,
  id,
  labels,
  markup,
  NOW,
  outcome,
  plan,
  primaries,
  row,
  syncCounts,
  syncing,
} from './support/fixtures.ts'
import { allText } from './support/words.ts'

const look = [
  row({ kind: 'update', name: 'Priya Raman', fields: { lastName: { before: 'Raman', after: 'Raman-Lee' } } }),
  row({ kind: 'left', name: 'Tom Okafor', fields: { endDate: { before: null, after: '2026-11-30' } } }),
]

test('Sync Now shows numbers, the names that deserve a look, and asks once more', () => {
  const view = syncView(syncing({ look, lookTotal: 2 }))
  expectView(view)
  const words = allText(view.blocks)
  expect(words).toContain('*14* created · *3* updated · *2* need a look and wait · nobody is deleted')
  const one = allText(syncView(syncing({ plan: plan({ create: 1, conflict: 1 }) })).blocks)
  expect(one).toContain('*1* needs a look and waits')
  expect(words).toContain('Look twice: Priya Raman (last name) · Tom Okafor (end date 30 Nov 2026)')
  expect(words).toContain('Plan 7f3a · data from <!date^')
  expect(words).toContain('Create 14 and update 3 stakeholders? Nobody is deleted, and you can undo this.')
  expect(words).toMatch(/Sync them.*Go back/)
  expect(labels(view.blocks)).toEqual(['Confirm', 'See the whole plan'])
  expect(primaries(view.blocks)).toEqual(['Confirm'])
})

test('Sync Selected names the chosen, up to ten, and what deserves a look of them', () => {
  const chosen = Array.from({ length: 12 }, (_, ordinal) => ({ ordinal, creates: ordinal > 1 }))
  const names = Array.from({ length: 10 }, (_, n) => `Person${n} Raman`)
  const state = syncing({ chosen, names, look, lookTotal: 2 })
  for (const view of [syncView(state), heldView(state, [held()])]) {
    expectView(view)
    const words = allText(view.blocks)
    expect(words).toContain('Person0 Raman · Person1 Raman')
    expect(words).toContain('Person9 Raman · and 2 more')
    expect(words).toContain('Look twice: Priya Raman (last name) · Tom Okafor (end date 30 Nov 2026)')
  }
  const one = syncView(syncing({ chosen: [{ ordinal: 3, creates: true }], names: ['Ana Núñez'] }))
  expect(allText(one.blocks)).toContain('Ana Núñez')
  expect(allText(one.blocks)).not.toMatch(/Look twice|more/)
})

test('in a channel names are initials and no value is told', () => {
  const card = syncCard(syncing({ look, lookTotal: 2 }), { masked: true })
  expectMessage(card)
  expect(allText(card.blocks)).toContain('Look twice: P. R. (last name) · T. O. (end date)')
  for (const told of ['Priya', 'Okafor', 'Nov 2026', 'Raman-Lee'])
    expect(JSON.stringify(card)).not.toContain(told)
  expect(JSON.stringify(syncCard(syncing({ look, lookTotal: 2 }), { masked: false }))).toContain(
    'Priya Raman',
  )
})

test('Slack takes the plan with nothing in it and with the most there can be', () => {
  const most = syncing({
    label: HOSTILE.slice(0, 200),
    plan: plan({ create: 100_000, update: 100_000, left: 9, conflict: 5 }),
    look: Array.from({ length: 5 }, () =>
      row({ kind: 'update', name: HOSTILE, fields: { workEmail: { before: 'a', after: HOSTILE } } }),
    ),
    lookTotal: 99_999,
    moved: { sentences: [], people: { names: [HOSTILE, HOSTILE, HOSTILE], total: 99_999 } },
    held: held({ what: HOSTILE, limit: HOSTILE, check: HOSTILE }),
    askedBy: 'U_SAM',
    names: Array.from({ length: 10 }, () => HOSTILE),
    chosen: Array.from({ length: 200 }, (_, n) => ({ ordinal: 99_999_000 + n, creates: false })),
  })
  for (const state of [syncing({ plan: plan() }), most, { ...most, chosen: null }]) {
    expectView(syncView(state))
    expectView(heldView(state, [held({ what: HOSTILE, limit: HOSTILE, check: HOSTILE, count: 100_000 })]))
    expectMessage(syncCard(state, { masked: true }))
    expectMessage(syncCard(state, { masked: false }))
    expect(markup(syncView(state).blocks)).not.toContain('<!channel>')
  }
  expectView(chooseAgainView(id(9), { sentences: [HOSTILE], people: null }))
})

test('the plan that was shown is the plan that is confirmed', () => {
  const state = syncing({ chosen: [{ ordinal: 3, creates: true }] })
  const { planId, hash } = state.plan
  expect(parseSyncMetadata(syncView(state).private_metadata ?? '')).toEqual({
    connectionId: id(9),
    planId,
    hash,
    chosen: state.chosen,
  })
  const confirm = buttons(syncCard(state, { masked: true }).blocks).find(
    ({ text }) => text?.text === 'Confirm',
  )
  expect(parsePlanValue(confirm?.value ?? '')).toEqual({ connectionId: id(9), planId, hash })
  expect(() => parsePlanValue(`${id(9)}:${planId}:not-hex`)).toThrow()
})

test('an overtaken plan says what moved before it asks again', () => {
  const [first] = syncView(syncing({ moved: { sentences: ['1 more to create'], people: null } })).blocks
  expect(allText(first)).toContain(
    'The data changed since this was drawn up: 1 more to create. Here is the new plan.',
  )
})

test('where an overtaken plan has the same numbers, windows name whom it concerns, and messages nobody', () => {
  const people = { names: ['Ana Núñez', 'Ben Ode', 'Cem Kaya'], total: 7 }
  const state = syncing({ moved: { sentences: [], people } })
  const named = 'but other people or values. It concerns Ana Núñez, Ben Ode, Cem Kaya and 4 more.'
  for (const { blocks } of [syncView(state), heldView(state, [held()]), chooseAgainView(id(9), state.moved!)])
    expect(allText(blocks)).toContain(named)
  const three = { ...people, total: 3 }
  expect(allText(syncView(syncing({ moved: { sentences: [], people: three } })).blocks)).toContain(
    'It concerns Ana Núñez, Ben Ode and Cem Kaya.',
  )
  for (const masked of [true, false]) {
    const card = JSON.stringify(syncCard(state, { masked }))
    expect(card).toContain('the same numbers, but other people or values. Here is the new plan.')
    expect(card).not.toContain('Ana')
  }
})

test("a held custom field is said in HR's own words, and its id comes back whole", () => {
  const field = { field: 'custom:a:b' as const, label: HOSTILE, where: 'In HiBob, look.', delivered: true }
  const view = syncView(syncing({ heldFields: [field] }))
  expectView(view)
  expect(markup(view.blocks)).not.toContain('<!channel>')
  const through = buttons(view.blocks).find(({ text }) => text?.text === 'Let it through')
  expect(parseLetThrough(through?.value ?? '')).toEqual({ connectionId: id(9), field: 'custom:a:b' })
  const choice = syncView(
    syncing({ heldFields: [{ ...field, label: 'T-shirt size' }], chosen: [{ ordinal: 1, creates: true }] }),
  )
  expect(allText(choice.blocks)).toContain('*T-shirt size* is not written')
})

test('a held plan is not confirmed by a press, but by the number it concerns', () => {
  const view = heldView(syncing(), [held()])
  expect(labels(view.blocks)).not.toContain('Confirm')
  expect(allText(view.blocks)).toContain('Nothing has been written')
  const typed = (value: string) => ({
    metadata: view.private_metadata ?? '',
    values: { typed: { 'held.typed': { value } } },
  })
  for (const wrong of ['', '3', '31 ok', '310'])
    expect(checkHeld(typed(wrong))).toEqual({ typed: 'Type 31 to go on.' })
  expect(checkHeld(typed(' 31 '))).toBeNull()
  expect(parseHeld(typed('31'))).toMatchObject({ knowingly: 31, hash: plan().hash })
  const card = labels(syncCard(syncing({ held: held() }), { masked: true }).blocks)
  expect(card).toContain('Review')
  expect(card).not.toContain('Confirm')
})

test('a sync says who, when and how many; a failed one that nothing was written', () => {
  const states = [
    outcome({}),
    outcome({ status: 'queued', appliedAt: null }),
    outcome({ status: 'failed', errorMessage: HOSTILE }),
    outcome({ counts: syncCounts({ linked: 4, skipped: 1 }), actor: { kind: 'api' } }),
  ]
  for (const state of states) {
    expectMessage(syncMessage(state))
    expectView(syncResultView(state))
  }
  expect(allText(syncMessage(outcome({})).blocks)).toMatch(
    /by <@U_DANA> <!date.+: \*14\* created and \*3\* updated/,
  )
  expect(labels(syncMessage(outcome({ status: 'queued' })).blocks)).toEqual([])
  expect(allText(syncMessage(outcome({ status: 'failed' })).blocks)).toContain('Nothing was written')
})

test('a sync in which everybody was left out wrote nothing, says so, and has nothing to undo', () => {
  const state = outcome({ counts: syncCounts({ skipped: 3 }), offered: false })
  expectMessage(syncMessage(state))
  expectView(syncResultView(state))
  const { blocks, text } = syncMessage(state)
  expect(text).toMatch(
    /^Nothing was written\. <@U_DANA> confirmed a sync from HiBob <!date.+, and 3 were left out/,
  )
  expect(labels(blocks)).toEqual(['Look again', 'See why'])
  const one = outcome({ counts: syncCounts({ linked: 1, skipped: 3 }) })
  expect(syncMessage(one).text).toContain('Synced from HiBob')
})

test('a decided, overtaken or closed plan has nothing left to press', () => {
  const by = { decidedBy: { kind: 'slack', userId: 'U_SAM' }, decidedAt: NOW } as const
  for (const status of ['confirmed', 'superseded', 'discarded'] as const) {
    const message = decidedMessage({ status, ...by })
    expectMessage(message)
    expect(labels(message.blocks)).toEqual([])
  }
  expect(decidedMessage({ status: 'confirmed', ...by }).text).toMatch(/^<@U_SAM> confirmed this <!date/)
  expectMessage(closedCard('U_SAM'))
})

const failed = {
  state: 'failed',
  message: 'No answer.',
  remedy: 'Wait.',
  reconnect: false,
  lostFields: [],
  current: true,
} as const
const complete = {
  state: 'complete',
  peopleRead: 253,
  unreadable: 0,
  recovered: false,
  readAgain: null,
  held: null,
} as const

test.each<[string, RetrievalNews, RegExp, string[]]>([
  [
    'running',
    { state: 'reading', peopleRead: 120, peopleExpected: 250 },
    /Reading from HiBob: \*120\* of about \*250\* people so far/,
    [],
  ],
  [
    'complete',
    { ...complete, plan: { counts: counts({ create: 14, update: 3, conflict: 2 }), toApply: 17 } },
    /\*253\* people read from HiBob, \*14\* will be created, \*3\* updated, \*2\* need a look/,
    ['Preview', 'Sync Now'],
  ],
  [
    'complete, and held',
    { ...complete, held: held({ others: 1 }), plan: { counts: counts({ update: 31 }), toApply: 31 } },
    /\*Held:\* This would change the email of 31 of 40 people\. And 1 more limit is passed\. Review says/,
    ['Preview', 'Review'],
  ],
  [
    'complete, held for people who are missing, and nothing to write',
    { ...complete, held: held({ writes: false }), plan: { counts: counts({ vanished: 31 }), toApply: 0 } },
    /\*Held:\* .+ There is nothing to write: they stay in the register as they are\./,
    ['Preview'],
  ],
  [
    'up to date',
    { ...complete, plan: { counts: counts({ unchanged: 250 }), toApply: 0 } },
    /everything is up to date/,
    ['Preview'],
  ],
  [
    'nobody to sync',
    { ...complete, plan: { counts: counts({ skip: 3, out_of_conditions: 40 }), toApply: 0 } },
    /read from HiBob, nothing to sync(?!,)/,
    ['Preview'],
  ],
  [
    'up to date, one waits',
    { ...complete, plan: { counts: counts({ conflict: 1 }), toApply: 0 } },
    /nothing to sync, \*1\* needs a look/,
    ['Preview'],
  ],
  [
    'complete, and told of changes since',
    {
      ...complete,
      readAgain: { at: NOW, people: 3, added: 1, changed: 2 },
      plan: { counts: counts({ update: 2 }), toApply: 2 },
    },
    /read from HiBob, .*\*2\* .*updated.+HiBob told us of changes <!date.+\*3\* people read again, \*1\* new, \*2\* changed/,
    ['Preview', 'Sync Now'],
  ],
  [
    'about one person',
    { state: 'read again', at: NOW, people: 1, added: 0, changed: 0 },
    /^ HiBob told us of changes <!date.+: \*1\* person read again, nothing changed/,
    [],
  ],
  [
    'recovered, with odd rows',
    { ...complete, recovered: true, unreadable: 1, plan: null },
    /HiBob answers again.+\*1\* record could not be read/,
    [],
  ],
  ['failed', { ...failed, message: HOSTILE }, /Nothing was retrieved from HiBob/, ['Retrieve Now']],
  [
    'failed for a field that is no longer delivered',
    { ...failed, lostFields: ['phone'] },
    /Nothing was retrieved from HiBob/,
    ['Retrieve Now', 'Go on without Phone'],
  ],
  [
    'failed, and read since',
    { ...failed, lostFields: ['phone'], current: false },
    /Nothing was retrieved from HiBob/,
    [],
  ],
  [
    'key refused',
    { ...failed, message: 'No. Nothing has been stored yet.', remedy: 'Ask.', reconnect: true },
    /No\. Nothing has been stored yet\. Ask\./,
    ['Reconnect', 'Retrieve Now'],
  ],
])('one message tells a retrieval: %s', (_name, state, words, pressed) => {
  const message = retrievalMessage({ connectionId: id(9), label: 'HiBob' }, state)
  expectMessage(message)
  expect(allText(message.blocks)).toMatch(words)
  expect(labels(message.blocks)).toEqual(pressed)
  expect(primaries(message.blocks).length).toBeLessThanOrEqual(1)
})

test('a field that is held is said where Confirm is pressed, and let through there', () => {
  const heldFields = [
    { field: 'phone' as const, label: 'Phone', where: 'In Bob, tick View.', delivered: true },
  ]
  const view = syncView(syncing({ heldFields }))
  expectView(view)
  expect(allText(view.blocks)).toContain('Until you let it through it is not written')
  expect(buttons(view.blocks).map(({ action_id }) => action_id)).toContain('lost.let_through.turn')
  const card = syncCard(syncing({ heldFields }), { masked: true })
  expectMessage(card)
  expect(buttons(card.blocks).map(({ action_id }) => action_id)).toContain('lost.let_through')
  const chosen = syncView(syncing({ heldFields, chosen: [{ ordinal: 1, creates: false }] }))
  expect(allText(chosen.blocks)).toContain('*Phone* is not written: most values were lost in HR.')
  expect(labels(chosen.blocks)).not.toContain('Let it through')
  const gone = heldFields.map((field) => ({ ...field, delivered: false }))
  for (const { blocks } of [
    syncView(syncing({ heldFields: gone })),
    syncCard(syncing({ heldFields: gone }), { masked: true }),
    heldView(syncing({ heldFields: gone }), [held()]),
  ]) {
    expect(allText(blocks)).toContain('*Going on without Phone*')
    expect(allText(blocks)).not.toMatch(/[Ll]et it through/)
  }
})
