import { expect, test } from 'vitest'
import {
  parseUndoButton,
  parseUndoMetadata,
  scopeMetadata,
  undoRowValue,
} from '../../src/bot/screens/undo-scope.view.ts'
import { id } from './support/fixtures.ts'

test('what is shown is what Confirm carries', () => {
  for (const scope of [
    { ordinals: null, field: null },
    { ordinals: [0, 7, 200], field: null },
    { ordinals: [3], field: 'custom:size' },
    { ordinals: null, field: 'jobTitle' },
    { ordinals: [], field: null },
  ])
    expect(parseUndoMetadata(JSON.stringify(scopeMetadata(id(5), scope)))).toEqual({
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
  expect(undoRowValue(id(5), 3, 'custom:a:b')).toBe(`${id(5)}:3:custom:a:b`)
  for (const other of ['', 'x', 'x:3', `${id(5)}:x`]) expect(parseUndoButton(other)).toBeNull()
})
