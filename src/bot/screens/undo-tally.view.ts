import { confirmDialog } from '../blocks.ts'
import { bold, count, listed, plural } from './words.view.ts'

/** What undoing would do, in people. `back` gets former values, `out` leaves the register, `again` returns to it. */
export type UndoTally = { back: number; out: number; again: number; kept: number }

export type Verb = 'Undo' | 'Redo'

export const touched = ({ back, out, again }: UndoTally): number => back + out + again

export const tallyWords = (verb: Verb, tally: UndoTally): string => words(verb, tally, bold)

export const undoDialog = (verb: Verb, tally: UndoTally) =>
  confirmDialog({
    title: verb === 'Undo' ? 'Undo this?' : 'Redo this?',
    text: words(verb, tally, count),
    yes: verb,
    no: 'Go back',
  })

function words(verb: Verb, { back, out, again, kept }: UndoTally, number: (n: number) => string): string {
  const former = verb === 'Undo' ? 'former' : 'undone'
  const parts = [
    ...(back > 0 ? [`${number(back)} ${plural(back, 'gets', 'get')} the ${former} values back`] : []),
    ...(out > 0 ? [`${number(out)} ${plural(out, 'is', 'are')} taken out of the register again`] : []),
    ...(again > 0 ? [`${number(again)} ${plural(again, 'is', 'are')} put back into the register`] : []),
  ]
  return `${listed(parts)}.${kept > 0 ? ` ${number(kept)} ${plural(kept, 'is', 'are')} kept.` : ''}`
}
