import { expect, test } from 'vitest'
import {
  nothingToUndoView,
  parseUndoButton,
  parseUndoMetadata,
  type UndoState,
  undoneView,
  undoView,
} from '../../src/bot/screens/undo.view.ts'
import { checkUndoChoose, parseUndoChoose, undoChooseView } from '../../src/bot/screens/undo-choose.view.ts'
import {
  expectView,
  HOSTILE,
  id,
  labels,
  markup,
  primaries,
  syncCounts,
  syncLine,
} from './support/fixtures.ts'
import { allText } from './support/words.ts'

const state = (some: Partial<UndoState> = {}): UndoState => ({
  sync: syncLine(),
  scope: { ordinals: null, field: null },
  only: null,
  tally: { back: 3, out: 14, again: 0, kept: 0 },
  exceptions: [],
  exceptionsTotal: 0,
  ...some,
})

test('what would happen is said in numbers, on the window and once more in the dialog', () => {
  const view = undoView(
    state({
      tally: { back: 2, out: 14, again: 0, kept: 1 },
      exceptions: [{ name: 'Priya Raman', reason: 'edited since: jobTitle, custom:size' }],
      exceptionsTotal: 3,
    }),
  )
  expectView(view)
  const words = allText(view.blocks)
  expect(words).toContain(
    '*2* get the former values back and *14* are taken out of the register again. *1* is kept.',
  )
  expect(words).toContain(
    '2 get the former values back and 14 are taken out of the register again. 1 is kept.',
  )
  expect(words).toContain('Kept · Priya Raman: edited since: Job title, size · and 2 more')
  expect(labels(view.blocks)).toEqual(['Undo', 'Choose people'])
  expect(primaries(view.blocks)).toEqual(['Undo'])
})

test('where nothing can be undone there is nothing to press', () => {
  const view = undoView(state({ tally: { back: 0, out: 0, again: 0, kept: 1 } }))
  expectView(view)
  expect(labels(view.blocks)).toEqual([])
  expect(allText(view.blocks)).toContain('Nothing of this can be undone')
  expectView(nothingToUndoView())
})

test('undoing an undo is called Redo', () => {
  const redo = undoView(
    state({ sync: syncLine({ depth: 1, undoes: id(4) }), tally: { back: 3, out: 0, again: 14, kept: 0 } }),
  )
  expect(redo.title.text).toBe('Redo')
  expect(labels(redo.blocks)).toEqual(['Redo', 'Choose people'])
  expect(allText(redo.blocks)).toContain('*14* are put back into the register')
  const undone = syncLine({ depth: 1, undoes: id(4), counts: syncCounts({ reversed: 17 }) })
  const done = undoneView(undone, [syncLine({ offered: false }), undone], {
    exceptions: [],
    exceptionsTotal: 0,
  })
  expectView(done)
  expect(labels(done.blocks)).toEqual(['Redo'])
  const part = undoneView(undone, [syncLine(), undone], { exceptions: [], exceptionsTotal: 0 })
  expect(labels(part.blocks)).toEqual(['Undo the rest', 'Redo'])
})

test('one person and one field are named', () => {
  const view = undoView(state({ scope: { ordinals: [3], field: 'jobTitle' }, only: 'Priya Raman' }))
  expect(allText(view.blocks)).toContain('Undo Job title of Priya Raman?')
  const person = undoView(state({ scope: { ordinals: [3], field: null }, only: '<!channel>' }))
  expect(allText(person.blocks)).toContain('Undo this sync for &lt;!channel&gt;?')
  expect(allText(undoView(state({ scope: { ordinals: [3, 4], field: null } })).blocks)).toContain(
    'for 2 people?',
  )
})

test('what is shown is what Confirm carries', () => {
  for (const scope of [
    { ordinals: null, field: null },
    { ordinals: [0, 7, 200], field: null },
    { ordinals: [3], field: 'custom:size' },
    { ordinals: [], field: null },
  ])
    expect(parseUndoMetadata(undoView(state({ scope })).private_metadata ?? '')).toEqual({
      syncId: id(5),
      scope,
    })
})

test('a button names a sync, a row or a field, and anything else is nothing', () => {
  expect(parseUndoButton(id(5))).toEqual({ syncId: id(5), scope: { ordinals: null, field: null } })
  expect(parseUndoButton(`${id(5)}:3`)).toEqual({ syncId: id(5), scope: { ordinals: [3], field: null } })
  expect(parseUndoButton(`${id(5)}:3:custom:a:b`)).toEqual({
    syncId: id(5),
    scope: { ordinals: [3], field: 'custom:a:b' },
  })
  for (const other of ['', 'x', 'x:3', `${id(5)}:x`]) expect(parseUndoButton(other)).toBeNull()
})

test('Slack takes the most there can be', () => {
  const most = state({
    sync: syncLine({ label: HOSTILE.slice(0, 300), letThroughWords: [HOSTILE.slice(0, 300)] }),
    scope: { ordinals: Array.from({ length: 200 }, (_, n) => 99_999_000 + n), field: null },
    only: HOSTILE.slice(0, 500),
    tally: { back: 100_000, out: 100_000, again: 100_000, kept: 100_000 },
    exceptions: Array.from({ length: 8 }, () => ({ name: HOSTILE, reason: HOSTILE })),
    exceptionsTotal: 100_000,
  })
  expectView(undoView(most))
  expect(markup(undoView(most).blocks)).not.toContain('<!channel>')
})

const row = (ordinal: number, name = `Person ${ordinal}`) => ({
  ordinal,
  name,
  outcome: 'updated' as const,
  reason: null,
  fields: { jobTitle: { before: HOSTILE, after: HOSTILE } },
})
const choose = (items: ReturnType<typeof row>[], chosen: number[] = []) =>
  undoChooseView({
    sync: syncLine(),
    search: '',
    page: { offset: 10, shown: items.length, total: 100_000 },
    items,
    chosen,
  })

test('ticks are remembered over pages, and nobody ticked is said at the field', () => {
  for (const items of [[], [row(1)], Array.from({ length: 10 }, (_, n) => row(n, HOSTILE))])
    expectView(
      choose(
        items,
        Array.from({ length: 200 }, (_, n) => 99_999_000 + n),
      ),
    )
  const view = choose([row(1), row(2)], [2, 50])
  const values = { 'people:1,2': { 'undo.people': { selected_options: [{ value: 'u1' }] } } }
  expect(parseUndoChoose({ metadata: view.private_metadata ?? '', values })).toEqual({
    syncId: id(5),
    search: '',
    chosen: [50, 1],
  })
  const none = { metadata: choose([row(1)]).private_metadata ?? '', values: { 'people:1': {} } }
  expect(checkUndoChoose(none)).toEqual({ 'people:1': 'Choose at least one person.' })
})
