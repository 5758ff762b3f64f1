import { toFieldChanges } from '../../sync/journal.ts'
import type { UndoItem } from '../../sync/undo.ts'
import type { UndoChange } from './undo.view.ts'
import type { UndoTally } from './undo-tally.view.ts'

/** What an undo would do, from person by person to what its window shows. */

export function tallyOf(items: readonly UndoItem[]): UndoTally {
  const number = (outcome: UndoItem['reversal']['outcome']) =>
    items.filter(({ reversal }) => reversal.outcome === outcome).length
  return { back: number('reversed'), out: number('removed'), again: number('restored'), kept: number('kept') }
}

/** Values that change come first: of somebody taken out or put back the number says most. */
export function changesIn(items: readonly UndoItem[]): UndoChange[] {
  const changes = items.flatMap(({ name, reversal }) =>
    reversal.outcome === 'kept'
      ? []
      : [{ name, outcome: reversal.outcome, fields: toFieldChanges(reversal) }],
  )
  const isChange = ({ outcome }: UndoChange) => outcome === 'reversed'
  return [...changes.filter(isChange), ...changes.filter((it) => !isChange(it))]
}

/** Those that could go back by themselves. */
export const fieldsIn = (items: readonly UndoItem[]): string[] => [
  ...new Set(
    items.flatMap(({ reversal }) => (reversal.outcome === 'reversed' ? Object.keys(reversal.after) : [])),
  ),
]

export const exceptionsIn = (items: readonly UndoItem[]) =>
  items.flatMap(({ name, reversal }) => (reversal.reason === null ? [] : [{ name, reason: reversal.reason }]))
