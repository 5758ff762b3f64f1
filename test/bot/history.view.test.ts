import { expect, test } from 'vitest'
import { historySyncView, historyView, parseHistoryPerson } from '../../src/bot/screens/history.view.ts'
import { historyPersonView, type RowUndo } from '../../src/bot/screens/history-person.view.ts'
import { lineWords, undoButtons } from '../../src/bot/screens/history-words.view.ts'
import type { JournalRow } from '../../src/bot/screens/journal-words.view.ts'
import { syncMessage } from '../../src/bot/screens/sync-result.view.ts'
import { STANDARD_FIELD_KEYS } from '../../src/model.ts'
import {
  buttons,
  expectMessage,
  expectView,
  HOSTILE,
  id,
  labels,
  markup,
  syncCounts,
  syncLine,
} from './support/fixtures.ts'
import { allText } from './support/words.ts'

const standsWhole: RowUndo = { isPossible: true, fields: ['jobTitle'], reason: null }

const page = (shown: number, total = shown, offset = 0) => ({ offset, shown, total })
const journalRow = (some: Partial<JournalRow> = {}): JournalRow => ({
  ordinal: 0,
  outcome: 'updated',
  reason: null,
  name: 'Priya Raman',
  fields: { jobTitle: { before: 'Engineer', after: 'Senior Engineer' } },
  ...some,
})
const undone = syncLine({
  syncId: id(6),
  undoes: id(5),
  depth: 1,
  actor: { kind: 'slack', userId: 'U_SAM' },
  counts: syncCounts({ reversed: 16, kept: 1 }),
})
const hostile = syncLine({ label: HOSTILE.slice(0, 300), letThroughWords: [HOSTILE.slice(0, 200)] })

test('Slack takes History with nothing, one sync and a full page in the middle', () => {
  expectView(historyView([], page(0)))
  expectView(historyView([syncLine()], page(1)))
  const full = historyView(
    Array.from({ length: 10 }, () => hostile),
    page(10, 4_321, 20),
  )
  expectView(full)
  expect(allText(full.blocks)).toContain('21-30 of 4,321')
  expect(labels(full.blocks)).toEqual(expect.arrayContaining(['Open', 'Back', 'Next']))
  expect(markup(full.blocks)).not.toContain('<!channel>')
  expect(allText(historyView([], page(0)).blocks)).toContain('Nothing was synced yet')
})

test('a line says who, when and how many, of a sync, an undo, a redo and a failure', () => {
  expect(lineWords(syncLine())).toMatch(
    /^Synced from HiBob by <@U_DANA> <!date.+>: \*14\* created and \*3\* updated\.$/,
  )
  expect(lineWords(undone)).toMatch(/^Undone by <@U_SAM> <!date.+>: \*16\* reversed, \*1\* kept\.$/)
  expect(lineWords({ ...undone, depth: 2 })).toMatch(/^Redone by .+: \*16\* redone/)
  expect(lineWords(syncLine({ letThroughWords: ['31 email changes', '6 name changes'] }))).toContain(
    '<@U_DANA> let 31 email changes and 6 name changes through.',
  )
  const failed = syncLine({ status: 'failed', errorMessage: '<!channel>' })
  expect(lineWords(failed)).toContain('*Nothing was written.* &lt;!channel&gt;')
  expect(labels(historyView([failed], page(1)).blocks)).toEqual([])
})

test('what stands of a sync can be undone and what was undone redone, each by its own button', () => {
  const sync = syncLine()
  const first = { ...undone, counts: syncCounts({ reversed: 17 }) }
  const second = { ...first, syncId: id(7) }
  const redone = { ...first, syncId: id(8), undoes: id(6), depth: 2 }
  const gone = <Line extends { offered: boolean }>(line: Line): Line => ({ ...line, offered: false })
  const offered = (...args: Parameters<typeof undoButtons>) =>
    undoButtons(...args).map(({ text, value }) => [text.text, value])
  const ids = undoButtons([sync, first]).map(({ action_id }) => action_id)
  expect(new Set(ids).size).toBe(2)

  expect(offered([sync])).toEqual([['Undo', id(5)]])
  expect(offered([gone(sync), first])).toEqual([['Redo', id(6)]])
  // By field, a part concerns as many people as the whole.
  expect(offered([sync, first])).toEqual([
    ['Undo the rest', id(5)],
    ['Redo', id(6)],
  ])
  expect(offered([gone(sync), first, second])).toEqual([['Redo', id(7)]])
  expect(offered([sync, gone(first), redone])).toEqual([['Undo', id(5)]])
  expect(offered([gone(syncLine({ status: 'queued' }))])).toEqual([])
  expect(offered([])).toEqual([])

  // On the page of a step, its own.
  expect(offered([sync, first, second], first)).toEqual([
    ['Undo the rest', id(5)],
    ['Redo', id(6)],
  ])
  expect(offered([sync, gone(first), redone], redone)).toEqual([['Undo', id(8)]])
  expect(offered([sync, gone(first), redone], gone(first))).toEqual([['Undo', id(5)]])
})

test('one message tells a sync and what became of it, however often it was undone', () => {
  const told = syncMessage({ ...syncLine({ offered: false }), later: [undone] })
  expectMessage(told)
  expect(allText(told.blocks)).toMatch(/Synced from HiBob .+Undone by <@U_SAM>/)
  expect(labels(told.blocks)).toEqual(['See what changed', 'Redo', 'Stakeholders'])
  const often = syncMessage({ ...hostile, later: Array.from({ length: 40 }, () => undone) })
  expectMessage(often)
  expect(allText(often.blocks)).toContain('35 earlier steps are in History')
})

test('Slack takes one sync with nobody, one and ten people', () => {
  const everything = Object.fromEntries(
    [...STANDARD_FIELD_KEYS, ...Array.from({ length: 200 }, (_, n) => `custom:f${n}`)].map((key) => [
      key,
      { before: HOSTILE, after: HOSTILE },
    ]),
  )
  const longest = journalRow({ name: HOSTILE, reason: HOSTILE, fields: everything })
  for (const items of [[], [journalRow()], Array.from({ length: 10 }, () => longest)]) {
    const state = { sync: hostile, story: [hostile, undone], search: HOSTILE.slice(0, 90), items }
    const view = historySyncView({ ...state, page: page(items.length) })
    expectView(view)
    expect(markup(view.blocks)).not.toContain('<!channel>')
  }
  for (const outcome of [
    'created',
    'updated',
    'linked',
    'skipped',
    'reversed',
    'removed',
    'restored',
    'kept',
  ] as const)
    expectView(
      historyPersonView(
        hostile,
        { ...longest, outcome },
        { ...standsWhole, fields: Object.keys(longest.fields) },
      ),
    )
})

test('a person: each field before and after, each to be undone by itself', () => {
  const view = historyPersonView(syncLine(), journalRow({ ordinal: 7 }), standsWhole)
  expectView(view)
  expect(allText(view.blocks)).toContain('Engineer  →  Senior Engineer'.replace(/\s+/g, ' '))
  expect(buttons(view.blocks).map(({ text, value }) => [text?.text, value])).toEqual([
    ['Undo', `${id(5)}:7:jobTitle`],
    ['Undo for this person', `${id(5)}:7`],
  ])
  const created = historyPersonView(syncLine(), journalRow({ outcome: 'created' }), standsWhole)
  expect(labels(created.blocks)).toEqual(['Undo for this person'])
  const kept = historyPersonView(
    undone,
    journalRow({ outcome: 'kept', reason: 'edited since: jobTitle', fields: {} }),
    { isPossible: false, fields: [], reason: 'nothing was written' },
  )
  expect(labels(kept.blocks)).toEqual([])
  expect(allText(kept.blocks)).toContain('Kept: edited since: Job title')
  expect(allText(kept.blocks)).not.toContain('There is nothing')
})

test('a person: what no longer stands has no Undo, and says why', () => {
  const row = journalRow({
    fields: { jobTitle: { before: 'Engineer', after: 'CTO' }, phone: { before: '1', after: '2' } },
  })
  const part = historyPersonView(syncLine(), row, {
    isPossible: true,
    fields: ['phone'],
    reason: 'edited since: jobTitle',
  })
  expectView(part)
  expect(buttons(part.blocks).map(({ value }) => value)).toEqual([`${id(5)}:0:phone`, `${id(5)}:0`])
  expect(allText(part.blocks)).toContain('Undo keeps some of it: edited since: Job title.')
  const none = historyPersonView(undone, journalRow({ outcome: 'reversed' }), {
    isPossible: false,
    fields: [],
    reason: 'taken back already',
  })
  expect(labels(none.blocks)).toEqual([])
  expect(allText(none.blocks)).toContain('There is nothing to redo: taken back already.')
})

test('a button is taken only in its own form', () => {
  expect(parseHistoryPerson(`${id(5)}:7`)).toEqual({ syncId: id(5), ordinal: 7 })
  expect(() => parseHistoryPerson('nonsense')).toThrow()
})
