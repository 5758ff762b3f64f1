import type { ModalView } from '@slack/types'
import { expect, test } from 'vitest'
import {
  nothingToUndoView,
  parseUndoField,
  type UndoChange,
  type UndoState,
  undoneView,
  undoView,
} from '../../src/bot/screens/undo.view.ts'
import { parseUndoMetadata } from '../../src/bot/screens/undo-scope.view.ts'
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
  later: [],
  scope: { ordinals: null, field: null },
  only: null,
  tally: { back: 3, out: 14, again: 0, kept: 0 },
  changes: [],
  fields: [],
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

const change = (some: Partial<UndoChange> = {}): UndoChange => ({
  name: 'Priya Raman',
  outcome: 'reversed',
  fields: { jobTitle: { before: 'CTO', after: 'Engineer' } },
  ...some,
})

test('what each would get is said before Confirm, the first few by name and the others by number', () => {
  const view = undoView(
    state({
      changes: [
        change(),
        change({
          name: 'Ben Ode',
          outcome: 'removed',
          fields: { workEmail: { before: 'ben@acme.example', after: null } },
        }),
      ],
    }),
  )
  expectView(view)
  const words = allText(view.blocks)
  expect(words).toContain('Priya Raman\\nJob title: CTO → Engineer')
  expect(words).toContain('Ben Ode\\nIs taken out of the register again · ben@acme.example')
  expect(words).toContain('And *15* more.')
  const matched = { changes: [change({ fields: {} })], tally: { back: 1, out: 0, again: 0, kept: 0 } }
  expect(allText(undoView(state(matched)).blocks)).toContain('Priya Raman\\nThe match is taken back')
})

type Select = { action_id: string; options: { value: string }[]; initial_option?: { value: string } }
const selects = (view: ModalView): Select[] =>
  view.blocks.flatMap((block) => {
    const { accessory } = block as { accessory?: Select & { type: string } }
    return accessory?.type === 'static_select' ? [accessory] : []
  })

test('one field can be chosen where several could go back, and what is chosen is what Confirm carries', () => {
  const fields = ['custom:size', 'jobTitle']
  const [all] = selects(undoView(state({ fields })))
  expect(all?.options.map(({ value }) => value)).toEqual(['all', 'field:jobTitle', 'field:custom:size'])
  expect(all?.initial_option?.value).toBe('all')
  expect(all?.options.map(({ value }) => parseUndoField(value))).toEqual([null, 'jobTitle', 'custom:size'])

  const one = undoView(state({ fields, scope: { ordinals: null, field: 'custom:size' } }))
  expectView(one)
  expect(selects(one)[0]?.initial_option?.value).toBe('field:custom:size')
  expect(allText(one.blocks)).toContain('Undo size of everybody in it?')
  expect(parseUndoMetadata(one.private_metadata ?? '')).toMatchObject({ scope: { field: 'custom:size' } })
  expect(selects(undoView(state({ fields: ['jobTitle'] })))).toEqual([])
  expect(parseUndoField('elsewhere')).toBeNull()
})

test('after some of it was undone it is the rest, and says what was undone', () => {
  const undone = syncLine({ depth: 1, undoes: id(5), counts: syncCounts({ reversed: 2 }) })
  const words = allText(undoView(state({ later: [undone] })).blocks)
  expect(words).toContain('Undo the rest of this sync?')
  expect(words).toContain('*2* reversed')
})

test('Slack takes the most there can be', () => {
  const most = state({
    sync: syncLine({ label: HOSTILE.slice(0, 300), letThroughWords: [HOSTILE.slice(0, 300)] }),
    scope: { ordinals: Array.from({ length: 200 }, (_, n) => 99_999_000 + n), field: null },
    only: HOSTILE.slice(0, 500),
    tally: { back: 100_000, out: 100_000, again: 100_000, kept: 100_000 },
    exceptions: Array.from({ length: 8 }, () => ({ name: HOSTILE, reason: HOSTILE })),
    exceptionsTotal: 100_000,
    later: Array.from({ length: 5 }, () => syncLine({ depth: 1, label: HOSTILE.slice(0, 300) })),
    changes: Array.from({ length: 5 }, () =>
      change({ name: HOSTILE, fields: { jobTitle: { before: HOSTILE, after: HOSTILE } } }),
    ),
    fields: Array.from({ length: 150 }, (_, n) => `custom:${n}${'ö'.repeat(47)}`),
  })
  expectView(undoView(most))
  expect(markup(undoView(most).blocks)).not.toContain('<!channel>')
})
