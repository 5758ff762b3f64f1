import type { KnownBlock, ModalView } from '@slack/types'
import type { FieldChange } from '../../model.ts'
import {
  actions,
  button,
  context,
  divider,
  modal,
  plainContext,
  plainSection,
  section,
  truncate,
} from '../blocks.ts'
import { type HistoryLine, lineWords, undoLabel } from './history-words.view.ts'
import { UNDO } from './ids.view.ts'
import { fieldWords, type JournalRow, OUTCOME_WORDS, reasonWords } from './journal-words.view.ts'
import { fieldLabel, inReadingOrder } from './plan.view.ts'
import { undoRowValue } from './undo-scope.view.ts'
import { count } from './words.view.ts'

/** Ninety of them must fit into a window of 250 kB and 100 blocks. */
const MAX_FIELDS = 80

/** What of a row can be taken back as things stand, and why the rest cannot. */
export type RowUndo = { isPossible: boolean; fields: readonly string[]; reason: string | null }

/** What one sync did to one person, field by field; what still stands of it can be taken back by itself. */
export function historyPersonView(sync: HistoryLine, row: JournalRow, undo: RowUndo): ModalView {
  const fields = inReadingOrder(row.fields)
  const hidden = fields.length - MAX_FIELDS
  const verb = undoLabel(sync.depth)
  const wrote = row.outcome !== 'skipped' && row.outcome !== 'kept'
  const person = button(UNDO, `${verb} for this person`, { value: undoRowValue(sync.syncId, row.ordinal) })
  return modal({
    title: 'History',
    close: 'Back',
    blocks: [
      plainSection(row.name),
      section(lineWords(sync)),
      plainSection(
        row.reason === null
          ? OUTCOME_WORDS[row.outcome]
          : `${OUTCOME_WORDS[row.outcome]}: ${reasonWords(row.reason)}`,
      ),
      ...(fields.length === 0 ? [] : [divider]),
      ...fields.slice(0, MAX_FIELDS).map((field) => fieldBlock(sync, row, field, undo)),
      ...(hidden > 0 ? [context(`${count(hidden)} more fields are not shown.`)] : []),
      ...(wrote ? reasonBlocks(undo, verb) : []),
      ...(undo.isPossible ? actions(person) : []),
    ],
  })
}

function reasonBlocks({ isPossible, reason }: RowUndo, verb: string): KnownBlock[] {
  if (reason === null) return []
  const what = isPossible ? `${verb} keeps some of it` : `There is nothing to ${verb.toLowerCase()}`
  return [plainContext(`${what}: ${reasonWords(reason)}.`)]
}

/** Of somebody new or gone no single field can be taken back: the person as a whole can. */
function fieldBlock(
  sync: HistoryLine,
  row: JournalRow,
  [key, change]: [string, FieldChange],
  undo: RowUndo,
): KnownBlock {
  const verb = undoLabel(sync.depth)
  const words = truncate(`${fieldLabel(key)}\n${fieldWords(row, key, change)}`, 600)
  const single = (row.outcome === 'updated' || row.outcome === 'reversed') && undo.fields.includes(key)
  const accessory = button(`${UNDO}.field`, verb, {
    value: undoRowValue(sync.syncId, row.ordinal, key),
    says: `${verb} ${fieldLabel(key)} of ${row.name}`,
  })
  return plainSection(words, single ? { accessory } : {})
}
