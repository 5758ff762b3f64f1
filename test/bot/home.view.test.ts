import { expect, test } from 'vitest'
import { closedHomeView, type HomeState, homeView, statusMessage } from '../../src/bot/screens/home.view.ts'
import { STANDARD_FIELDS } from '../../src/model.ts'
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
  NOW,
  plan,
  primaries,
  syncCounts,
  syncLine,
} from './support/fixtures.ts'
import { allText } from './support/words.ts'

const many = Array.from({ length: 120 }, (_, n) => connection({ connectionId: id(n), label: `HR ${n}` }))
const failure = {
  at: NOW,
  message: 'HiBob did not answer. The last good data is kept.',
  remedy: 'Try again later.',
  lostFields: [],
}

const lost = { ...failure, lostFields: ['phone', 'country'] as const }
const heldFields = (['phone', 'country', 'jobTitle', 'department'] as const).map((field) => ({
  field,
  label: STANDARD_FIELDS[field].label,
  where: 'In Bob, tick View.',
  delivered: true,
}))
const gone = { ...heldFields[0]!, delivered: false }

const syncing = { by: { kind: 'slack', userId: 'U1' } as const, at: NOW }

const states: Record<string, HomeState> = {
  'never connected': home([], { stakeholders: 0 }),
  'nothing connected any more': home([], { lastSync: syncLine(), decisions: 2 }),
  'nothing read yet': home([connection({ lastGood: null, plan: null, people: 0, meetConditions: 0 })]),
  'first retrieval running': home([
    connection({ lastGood: null, plan: null, running: { peopleRead: 120, peopleExpected: null } }),
  ]),
  healthy: home([connection()], {
    lastSync: syncLine({
      actor: { kind: 'slack', userId: 'U1' },
      counts: syncCounts({ created: 9, updated: 4 }),
    }),
  }),
  'a sync that waits': home([connection({ plan: null, syncing })]),
  'a sync that waits in one of two': home([
    connection({ connectionId: id(1), plan: null, syncing }),
    connection({ connectionId: id(2), label: 'BambooHR' }),
  ]),
  'nothing to do': home([connection({ plan: plan({ unchanged: 214 }) })]),
  'nobody meets the conditions': home([connection({ meetConditions: 0, plan: plan() })]),
  'nobody in HR': home([connection({ people: 0, meetConditions: null, plan: plan() })]),
  'no conditions': home([connection({ meetConditions: null })]),
  broken: home([connection({ status: 'broken', problem: 'HiBob no longer accepts the key.' })]),
  'last retrieval failed': home([connection({ lastFailure: failure })]),
  'failed for fields that are no longer delivered': home([connection({ lastFailure: lost })]),
  'one field held': home([connection({ heldFields: heldFields.slice(0, 1) })]),
  'one field gone on without': home([connection({ heldFields: [gone, heldFields[1]!] })]),
  'one field gone on without in one of two': home([
    connection({ connectionId: id(1), heldFields: [gone, heldFields[1]!] }),
    connection({ connectionId: id(2), label: 'BambooHR' }),
  ]),
  'many fields held': home([connection({ heldFields })]),
  'fields held and lost in one of two': home([
    connection({ connectionId: id(1), heldFields, lastFailure: lost }),
    connection({ connectionId: id(2), label: 'BambooHR' }),
  ]),
  'a condition that cannot be used': home([
    connection({
      plan: null,
      planProblem: { message: 'The field “Size” is no longer there.', remedy: 'Open Configure.' },
    }),
  ]),
  old: home([connection({ lastGood: { at: new Date('2026-11-17T06:00:00Z') } })]),
  held: home([connection({ held: held() })]),
  'told of changes': home([connection({ readAgain: { at: NOW, people: 3, added: 0, changed: 2 } })]),
  'every count there is': home([
    connection({
      plan: plan({
        create: 99_999,
        update: 1,
        left: 2,
        returned: 1,
        conflict: 3,
        out_of_conditions: 4,
        vanished: 5,
        skip: 6,
        link: 7,
        unchanged: 8,
      }),
    }),
  ]),
  'two connections': home(many.slice(0, 2)),
  'one of two chosen': home(many.slice(0, 2), { only: id(1) }),
  'more connections than fit': home(many),
  'hostile words': home([
    connection({
      label: HOSTILE.slice(0, 300),
      lastFailure: { ...failure, message: HOSTILE, remedy: HOSTILE },
      held: held({ what: HOSTILE, limit: HOSTILE, check: HOSTILE }),
    }),
  ]),
}

test.each(Object.entries(states))('Slack takes Home and the status message: %s', (_name, state) => {
  expectView(homeView(state))
  expectMessage(statusMessage(state))
  expect(primaries(homeView(state).blocks).length).toBeLessThanOrEqual(1)
  expect(markup(homeView(state).blocks)).not.toContain('<!channel>')
})

const words = (state: keyof typeof states) => allText(homeView(states[state]!).blocks)

test('never connected: one sentence and one primary Connect', () => {
  expect(labels(homeView(states['never connected']!).blocks)).toEqual(['Connect'])
  expect(primaries(homeView(states['never connected']!).blocks)).toEqual(['Connect'])
})

test('nothing connected any more: the register and the last sync are still to be had', () => {
  const { blocks } = homeView(states['nothing connected any more']!)
  expect(words('nothing connected any more')).toContain('No HR system is connected. The register')
  expect(labels(blocks)).toEqual(['Stakeholders', 'History', 'Connect', 'Details', 'Undo', 'Decisions (2)'])
  expect(primaries(blocks)).toEqual(['Connect'])
})

test('Reconnect and Disconnect are in the menu of each connection', () => {
  const menus = (state: HomeState) =>
    homeView(state)
      .blocks.flatMap((block) => ('elements' in block ? (block.elements as { type: string }[]) : []))
      .filter(({ type }) => type === 'overflow')
  expect(menus(states['healthy']!)).toMatchObject([
    { options: [{ value: `reconnect:${id(9)}` }, { value: `disconnect:${id(9)}` }] },
  ])
  for (const name of ['broken', 'first retrieval running', 'nothing read yet'])
    expect(menus(states[name]!)).toHaveLength(1)
  expect(menus(states['two connections']!)).toHaveLength(2)
})

test('told of changes: beside the last complete read, and not in its place', () => {
  expect(words('told of changes')).toMatch(
    /HiBob. · retrieved <!date.+06:12 UTC> · next .+HiBob told us of changes <!date.+09:30 UTC>: \*3\* people read again, \*2\* changed/s,
  )
})

test('healthy: numbers, a button behind each, Sync Now is the one to press', () => {
  const { blocks } = homeView(states['healthy']!)
  for (const number of [
    '*253* people in HiBob',
    '*214* meet',
    '*14* will be created',
    '*3* will be updated',
    '*195* are unchanged',
    '*2* need a look: shared work email, no identifier',
  ]) {
    expect(words('healthy')).toContain(number)
  }
  expect(labels(blocks)).toEqual(
    expect.arrayContaining(['See who', 'See what changes', 'Sync Selected', 'Retrieve Now']),
  )
  expect(primaries(blocks)).toEqual(['Sync Now'])
  expect(words('healthy')).toMatch(
    /Last change: Synced from HiBob by <@U1> .+: \*9\* created and \*4\* updated/,
  )
})

test('of many reasons the most frequent two are named, and how many more there are', () => {
  const all = (
    [
      'both_changed',
      'no_identifier',
      'shared_stakeholder_identifier',
      'maybe_known',
      'claimed',
      'two_connections',
      'link_disagrees',
      'unreadable',
      'shared_identifier',
    ] as const
  ).map((reason) => ({ reason, people: 1 }))
  const line = (reasons: typeof all) =>
    allText(homeView(home([connection({ conflicts: { identifier: 'employeeNumber', reasons } })])).blocks)
  expect(line(all)).toContain(
    '*2* need a look: changed in HR and in the register, no identifier and 7 more reasons',
  )
  expect(line(all.slice(3, 4))).toContain(
    '*2* need a look: perhaps in the register under another employee number',
  )
  expect(line(all.slice(0, 3))).toContain('no identifier, stakeholders with the same employee number ')
  expect(line(all.slice(0, 3))).not.toContain('more reason')
})

test('nothing to do offers nothing to sync', () => {
  expect(words('nothing to do')).toContain('Everything is up to date')
  expect(labels(homeView(states['nothing to do']!).blocks)).not.toContain('Sync Now')
})

test('where nobody meets the conditions nothing is called up to date', () => {
  expect(words('nobody meets the conditions')).toMatch(/nobody meets your conditions.+\*Nothing to sync\*/)
  expect(words('nobody meets the conditions')).not.toContain('up to date')
})

test('without conditions nobody is said to meet any', () => {
  expect(words('no conditions')).toContain(
    '*253* people in HiBob · all of them, as Sync if has no conditions',
  )
  expect(words('no conditions')).not.toContain('your conditions')
  expect(words('nobody in HR')).not.toContain('conditions')
})

test('nothing to sync while somebody needs a look: said once', () => {
  const waits = home([connection({ plan: plan({ conflict: 2, unchanged: 9 }) })])
  expect(allText(homeView(waits).blocks)).toMatch(/\*Nothing to sync\*.+\*2\* need a look/)
})

test('the words of a notification are sentences', () => {
  const text = (counts: Parameters<typeof plan>[0]) =>
    statusMessage(home([connection({ plan: plan(counts) })])).text
  expect(text({ unchanged: 9 })).toBe('HiBob is connected. Everything is up to date.')
  expect(text({ create: 1, unchanged: 9 })).toBe('HiBob is connected. 1 will be created, 0 updated.')
})

test('the first retrieval shows how far it is, and no button that would start another', () => {
  expect(words('first retrieval running')).toContain('Reading from HiBob: *120* people so far')
  expect(labels(homeView(states['first retrieval running']!).blocks)).not.toContain('Retrieve Now')
})

test('a broken connection says that the last good data is kept, and Reconnect is the one to press', () => {
  expect(words('broken')).toMatch(/no longer accepts the key\. The last good data, from .+, is kept/)
  const { blocks } = homeView(states['broken']!)
  expect(primaries(blocks)).toEqual(['Reconnect'])
  // What was put right in the HR system needs no new key.
  expect(buttons(blocks).filter(({ action_id }) => action_id === 'retrieve.now')).toMatchObject([
    { value: id(9) },
  ])
  expect(words('broken')).toContain('Reconnect, or press Retrieve Now if the same credentials work again.')
})

test('a failed retrieval and old data say what happened, what holds and what to do', () => {
  expect(words('last retrieval failed')).toContain(
    'HiBob did not answer. The last good data is kept. Try again later.',
  )
  expect(words('old')).toContain('older than two days')
  expect(primaries(homeView(states['old']!).blocks)).toEqual(['Retrieve Now'])
  expect(words('healthy')).not.toContain('older than two days')
})

test('several connections have a line of numbers each, one sum of what is to be done, and each can be looked at alone', () => {
  expect(words('two connections')).toContain(
    '*2* HR systems, all together: *28* will be created, *6* updated, *4* need a look',
  )
  expect(
    words('two connections').match(/\*14\* will be created, \*3\* updated, \*2\* need a look/g),
  ).toHaveLength(2)
  // Whoever is in both would be two people.
  expect(words('two connections')).not.toContain('*506*')
  expect(words('one of two chosen')).toContain('*253* people in HR 1')
  expect(words('one of two chosen')).not.toContain('people in HR 0')
  expect(words('more connections than fit')).toContain('102 more: choose one in the list above.')
  const message = statusMessage(states['more connections than fit']!)
  expect(allText(message.blocks)).toContain('112 more: open Home to see them.')
})

test('each of several connections leads to its own people who need a look', () => {
  const two = home([
    connection({ connectionId: id(1) }),
    connection({ connectionId: id(2), plan: plan({ create: 1 }) }),
  ])
  expect(buttons(homeView(two).blocks).filter(({ action_id }) => action_id === 'resolve.open')).toMatchObject(
    [{ value: id(1), text: { text: 'Resolve (2)' } }],
  )
})

test('whoever left or returned is counted among the updated, as in every message, and named besides', () => {
  const counts = { create: 2, update: 13, left: 1, returned: 2 }
  const one = home([connection({ plan: plan(counts) })])
  const shown = allText(homeView(one).blocks)
  expect(shown).toContain('*16* will be updated')
  expect(shown).toContain('*1* of these has left: status and end date will be recorded')
  expect(shown).toContain('*2* of these have returned')
  expect(statusMessage(one).text).toContain('2 will be created, 16 updated')
  const left = allText(homeView(home([connection({ plan: plan({ left: 1 }) })])).blocks)
  expect(left).toContain('*1* will be updated')
})

test('somebody who may not act sees no number at all', () => {
  expectView(closedHomeView())
  expect(allText(closedHomeView().blocks)).not.toMatch(/\d/)
  expect(labels(closedHomeView().blocks)).toEqual([])
})

test('a condition that cannot be used comes first, with Configure to press and no numbers that are not known', () => {
  const { blocks } = homeView(states['a condition that cannot be used']!)
  expect(primaries(blocks)).toEqual(['Configure'])
  expect(words('a condition that cannot be used')).toMatch(/can no longer be used.+“Size” is no longer there/)
  expect(words('a condition that cannot be used')).not.toMatch(
    /\* meets? your conditions|nothing retrieved yet/,
  )
})

test('where nobody can tell how many meet the conditions, the line says why and what to do', () => {
  expect(words('a condition that cannot be used')).toContain(
    '*253* people in HiBob · how many meet your conditions cannot be counted, as these can no longer be used: open Configure',
  )
  const failed = { planProblem: { message: 'The field “Size” is no longer there.', remedy: null } }
  const both = home([connection({ plan: null, lastFailure: failure, ...failed })])
  expect(allText(homeView(both).blocks)).toContain('as these can no longer be used: open Configure')
  expect(words('nothing read yet')).toContain(
    'How many people meet your conditions is counted after the first retrieval. Press Retrieve Now.',
  )
  expect(words('first retrieval running')).toMatch(/after the first retrieval\.(?! Press)/)
  for (const name of ['a sync that waits', 'a sync that waits in one of two']) {
    expect(words(name)).toContain(
      'How many meet your conditions, and what is left to do, is counted when it is written.',
    )
    expect(words(name)).not.toMatch(/\*214\* meet your conditions .*Syncing/)
  }
  expect(words('two connections')).toContain('*253* people in HR 0 · *214* meet your conditions')
})

test('Retrieve Now is always there, once, unless it runs: also beside a condition that cannot be used', () => {
  for (const [name, state] of Object.entries(states)) {
    const each = state.connections.length === 1 ? state.connections : []
    const offered = labels(homeView(state).blocks).filter((it) => it === 'Retrieve Now')
    if (each.length === 1) expect([name, offered.length]).toEqual([name, each[0]!.running ? 0 : 1])
  }
  const two = home([
    connection({ connectionId: id(1), plan: null, planProblem: { message: 'Gone.', remedy: null } }),
    connection({ connectionId: id(2), status: 'broken' }),
  ])
  expect(labels(homeView(two).blocks).filter((it) => it === 'Retrieve Now')).toHaveLength(2)
})

test('where people are missing from HR, not everything is called up to date', () => {
  const missing = home([connection({ plan: plan({ vanished: 1, unchanged: 9 }) })])
  expect(allText(homeView(missing).blocks)).toContain('*Nothing to sync*')
  expect(statusMessage(missing).text).toBe('HiBob is connected. Nothing to sync.')
})

test('a held field says what happened, what to check and that nothing is written until it is let through', () => {
  expect(words('one field held')).toContain(
    '*Phone* lost most of its values in HiBob, probably a lost permission. In Bob, tick View. Until you let it through it is not written, and no condition goes by its blanks.',
  )
  const { blocks } = homeView(states['one field held']!)
  expect(buttons(blocks).filter(({ action_id }) => action_id === 'lost.let_through')).toMatchObject([
    { value: `${id(9)}:phone`, confirm: { title: { text: 'Let Phone through?' } } },
  ])
  expect(primaries(blocks)).toEqual(['Sync Now'])
  expect(words('many fields held')).toContain('*1* more field is not written.')
})

test('what was gone on without keeps that name, and nothing about it is let through', () => {
  expect(words('one field gone on without')).toContain(
    '*Going on without Phone*: HiBob no longer shows it to us. The register keeps what it has there, and no condition goes by it. To have it again: In Bob, tick View. Then press Retrieve Now.',
  )
  const throughs = (state: string) =>
    buttons(homeView(states[state]!).blocks).filter(({ action_id }) => action_id === 'lost.let_through')
  expect(throughs('one field gone on without')).toMatchObject([{ value: `${id(9)}:country` }])
  expect(words('one field gone on without in one of two')).toContain(
    '*Country* is not written: most values were lost in HR. Going on without *Phone*: HiBob no longer shows it to us.',
  )
})

test('a retrieval that failed for fields offers to go on without them, beside Retrieve Now', () => {
  const { blocks } = homeView(states['failed for fields that are no longer delivered']!)
  expect(primaries(blocks)).toEqual(['Retrieve Now'])
  expect(buttons(blocks).find(({ action_id }) => action_id === 'lost.go_on')).toMatchObject({
    text: { text: 'Go on without Phone and Country' },
    value: `${id(9)}:phone,country`,
    confirm: {
      text: { text: expect.stringContaining('The register keeps what it has there.') },
      confirm: { text: 'Go on without them' },
    },
  })
})

test('without the employment status, who has left cannot be told, and the question says so', () => {
  const all = ['firstName', 'preferredName', 'status', 'endDate'] as const
  const view = homeView(home([connection({ lastFailure: { ...lost, lostFields: all } })]))
  expectView(view)
  const goOn = buttons(view.blocks).find(({ action_id }) => action_id === 'lost.go_on')
  expect(JSON.stringify(goOn)).toContain('Who has left can no longer be told')
  expect(words('failed for fields that are no longer delivered')).not.toContain('Who has left')
})

test('a held plan among several is reviewed, as it is when it stands alone', () => {
  const { blocks } = homeView(home([connection({ held: held() }), ...many.slice(0, 1)]))
  expect(labels(blocks).filter((it) => it === 'Review' || it === 'Sync Now')).toEqual(['Review', 'Sync Now'])
})

test('one of several connections says it in its line', () => {
  const two = 'fields held and lost in one of two'
  expect(words(two)).toContain('*Phone*, *Country*, *Job title* and 1 more are not written')
  expect(labels(homeView(states[two]!).blocks)).toContain('Go on without Phone and Country')
})

test('while a confirmed sync waits, who confirmed it is said and nothing offers to sync', () => {
  for (const name of ['a sync that waits', 'a sync that waits in one of two']) {
    expect(words(name)).toContain('*Syncing…* Confirmed by <@U1>')
    const ofThis = buttons(homeView(states[name]!).blocks).filter(({ value }) => value !== id(2))
    expect(ofThis.map(({ text }) => text?.text ?? '').filter((it) => /Sync|Preview/u.test(it))).toEqual([])
  }
})
