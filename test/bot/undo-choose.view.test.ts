import { expect, test } from 'vitest'
import { checkUndoChoose, parseUndoChoose, undoChooseView } from '../../src/bot/screens/undo-choose.view.ts'
import { expectView, HOSTILE, id, syncLine } from './support/fixtures.ts'

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
    field: 'custom:size',
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
    field: 'custom:size',
    search: '',
    chosen: [50, 1],
  })
  const none = { metadata: choose([row(1)]).private_metadata ?? '', values: { 'people:1': {} } }
  expect(checkUndoChoose(none)).toEqual({ 'people:1': 'Choose at least one person.' })
})
