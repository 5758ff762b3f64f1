import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import {
  actions,
  button,
  confirmDialog,
  context,
  escapeText,
  modal,
  plainContext,
  section,
  truncate,
} from '../blocks.ts'
import { packChosen, unpackChosen } from './chosen.view.ts'
import { type HistoryLine, lineWords, type SyncLine, undoButtons, undoLabel } from './history-words.view.ts'
import { reasonWords } from './journal-words.view.ts'
import { fieldLabel } from './plan.view.ts'
import { bold, count, listed, plural } from './words.view.ts'

export const UNDO_CONFIRM = 'undo.confirm'
export const UNDO_CHOOSE = 'undo.choose'

/** What is to be undone of a sync: everybody or the chosen rows of its journal, all fields or one. */
export type UndoScope = { ordinals: readonly number[] | null; field: string | null }

/** What undoing would do, in people. `back` gets former values, `out` leaves the register, `again` returns to it. */
export type UndoTally = { back: number; out: number; again: number; kept: number }

export type UndoState = {
  sync: HistoryLine
  scope: UndoScope
  /** The one person whose row was chosen, for the headline. */
  only: string | null
  tally: UndoTally
} & Exceptions

/** Those who stay as they are, or keep some fields, with the reason; the first few of `exceptionsTotal`. */
export type Exceptions = {
  exceptions: readonly { name: string; reason: string }[]
  exceptionsTotal: number
}

/** What would happen, in numbers and with who is kept and why; nothing is undone until Confirm. */
export function undoView(state: UndoState): ModalView {
  const { sync, scope, tally } = state
  const verb = undoLabel(sync.depth)
  const possible = tally.back + tally.out + tally.again > 0
  return modal({
    title: verb,
    close: 'Cancel',
    metadata: scopeMetadata(sync.syncId, scope),
    blocks: [
      section(`*${verb} ${subject(state)}?*\n${lineWords(sync)}`),
      section(
        possible
          ? tallyWords(verb, tally)
          : `Nothing of this can be ${verb === 'Undo' ? 'undone' : 'redone'}.`,
      ),
      ...exceptionBlocks(state),
      ...actions(
        possible ? button(UNDO_CONFIRM, verb, { style: 'primary', confirm: dialog(verb, tally) }) : null,
        scope.ordinals === null && touchesMany(tally) ? button(UNDO_CHOOSE, 'Choose people') : null,
      ),
      context(
        'What somebody edited since is kept. The undoing is a sync of its own in History, and can be undone too.',
      ),
    ],
  })
}

/** What became of it, where it was confirmed. */
export function undoneView(done: SyncLine, story: readonly SyncLine[], kept: Exceptions): ModalView {
  return modal({
    title: undoLabel(done.depth - 1),
    blocks: [section(lineWords(done)), ...exceptionBlocks(kept), ...actions(...undoButtons(story, done))],
  })
}

/** There was never a sync, or none that was applied. */
export const nothingToUndoView = (): ModalView =>
  modal({ title: 'Undo', blocks: [section('There is nothing to undo: no sync was applied yet.')] })

function subject({ sync, scope, only }: UndoState): string {
  const what = sync.depth === 0 ? 'this sync' : sync.depth % 2 === 1 ? 'what was undone' : 'what was redone'
  if (scope.ordinals === null) return what
  const people = `${count(scope.ordinals.length)} ${plural(scope.ordinals.length, 'person', 'people')}`
  const who = only === null ? people : escapeText(only)
  return scope.field === null ? `${what} for ${who}` : `${escapeText(fieldLabel(scope.field))} of ${who}`
}

type Verb = 'Undo' | 'Redo'

const tallyParts = (verb: Verb, { back, out, again }: UndoTally, number: (n: number) => string): string[] => [
  ...(back > 0
    ? [
        `${number(back)} ${plural(back, 'gets', 'get')} the ${verb === 'Undo' ? 'former' : 'undone'} values back`,
      ]
    : []),
  ...(out > 0 ? [`${number(out)} ${plural(out, 'is', 'are')} taken out of the register again`] : []),
  ...(again > 0 ? [`${number(again)} ${plural(again, 'is', 'are')} put back into the register`] : []),
]

const tallyWords = (verb: Verb, tally: UndoTally): string => {
  const kept = tally.kept > 0 ? ` ${bold(tally.kept)} ${plural(tally.kept, 'is', 'are')} kept.` : ''
  return `${listed(tallyParts(verb, tally, bold))}.${kept}`
}

const touchesMany = ({ back, out, again, kept }: UndoTally): boolean => back + out + again + kept > 1

const dialog = (verb: Verb, tally: UndoTally) => {
  const kept = tally.kept > 0 ? ` ${count(tally.kept)} ${plural(tally.kept, 'is', 'are')} kept.` : ''
  const words = listed(tallyParts(verb, tally, count))
  return confirmDialog({
    title: verb === 'Undo' ? 'Undo this?' : 'Redo this?',
    text: `${words}.${kept}`,
    yes: verb,
    no: 'Go back',
  })
}

function exceptionBlocks({ exceptions, exceptionsTotal }: Exceptions): KnownBlock[] {
  if (exceptions.length === 0) return []
  const lines = exceptions.map(({ name, reason }) => truncate(`${name}: ${reasonWords(reason)}`, 180))
  const rest = exceptionsTotal - exceptions.length
  return [plainContext(`Kept · ${lines.join(' · ')}${rest > 0 ? ` · and ${count(rest)} more` : ''}`)]
}

const scopeMetadata = (syncId: string, { ordinals, field }: UndoScope) => ({
  syncId,
  chosen: ordinals && packChosen(ordinals.map((ordinal) => ({ ordinal, creates: false }))),
  field,
})

const undoMetadata = z.object({
  syncId: z.guid(),
  chosen: z
    .string()
    .nullable()
    .transform((packed) => packed && unpackChosen(packed).map(({ ordinal }) => ordinal)),
  field: z.string().nullable(),
})

export function parseUndoMetadata(metadata: string): { syncId: string; scope: UndoScope } {
  const { syncId, chosen, field } = undoMetadata.parse(JSON.parse(metadata))
  return { syncId, scope: { ordinals: chosen === '' ? [] : chosen, field } }
}

/** `<sync>`, `<sync>:<row>` or `<sync>:<row>:<field>`; `null` for anything else. */
export function parseUndoButton(value: string): { syncId: string; scope: UndoScope } | null {
  const [, syncId, ordinal, field] = /^([^:]+)(?::(\d{1,9})(?::(.+))?)?$/s.exec(value) ?? []
  if (!z.guid().safeParse(syncId).success || syncId === undefined) return null
  const ordinals = ordinal === undefined ? null : [Number(ordinal)]
  return { syncId, scope: { ordinals, field: ordinals === null ? null : (field ?? null) } }
}

export const undoRowValue = (syncId: string, ordinal: number, field?: string): string =>
  [syncId, ordinal, ...(field === undefined ? [] : [field])].join(':')
