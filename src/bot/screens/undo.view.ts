import type { KnownBlock, ModalView, StaticSelect } from '@slack/types'
import type { FieldChanges } from '../../model.ts'
import {
  actions,
  button,
  context,
  escapeText,
  modal,
  option,
  plainContext,
  plainSection,
  section,
  truncate,
} from '../blocks.ts'
import { type HistoryLine, lineWords, type SyncLine, undoButtons, undoLabel } from './history-words.view.ts'
import { detailsOf, reasonWords } from './journal-words.view.ts'
import { fieldLabel, inReadingOrder } from './plan.view.ts'
import { scopeMetadata, type UndoScope } from './undo-scope.view.ts'
import { tallyWords, touched, type UndoTally, undoDialog, type Verb } from './undo-tally.view.ts'
import { bold, count, plural } from './words.view.ts'

export const UNDO_CONFIRM = 'undo.confirm'
export const UNDO_CHOOSE = 'undo.choose'
export const UNDO_FIELD = 'undo.only-field'

/** Slack takes a hundred options, and one of them is all fields. */
const MAX_FIELDS = 99

export type UndoState = {
  sync: HistoryLine
  /** What undid or redid some of it since: then only the rest is left. */
  later: readonly HistoryLine[]
  scope: UndoScope
  /** The one person whose row was chosen, for the headline. */
  only: string | null
  tally: UndoTally
  /** The first few of those whom it touches, with what they have now and what they would get. */
  changes: readonly UndoChange[]
  /** The fields that could be put back by themselves. */
  fields: readonly string[]
} & Exceptions

export type UndoChange = {
  name: string
  outcome: 'reversed' | 'removed' | 'restored'
  fields: FieldChanges
}

/** Those who stay as they are, or keep some fields, with the reason; the first few of `exceptionsTotal`. */
export type Exceptions = {
  exceptions: readonly { name: string; reason: string }[]
  exceptionsTotal: number
}

/** What would happen, in numbers and by name, and who is kept and why; nothing is undone until Confirm. */
export function undoView(state: UndoState): ModalView {
  const { later, scope, sync, tally } = state
  const verb = undoLabel(sync.depth)
  const possible = touched(tally) > 0
  const isMany = touched(tally) + tally.kept > 1
  return modal({
    title: verb,
    close: 'Cancel',
    metadata: scopeMetadata(sync.syncId, scope),
    blocks: [
      section([`*${verb} ${subject(state)}?*`, ...[sync, ...later].map(lineWords)].join('\n')),
      section(possible ? tallyWords(verb, tally) : nothingWords(verb)),
      ...fieldBlocks(state),
      ...actions(
        possible ? button(UNDO_CONFIRM, verb, { style: 'primary', confirm: undoDialog(verb, tally) }) : null,
        scope.ordinals === null && isMany ? button(UNDO_CHOOSE, 'Choose people') : null,
      ),
      ...changeBlocks(state),
      ...exceptionBlocks(state),
      context(
        'What somebody edited since is kept. The undoing is a sync of its own in History, and can be undone too.',
      ),
    ],
  })
}

const nothingWords = (verb: Verb) => `Nothing of this can be ${verb === 'Undo' ? 'undone' : 'redone'}.`

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

function subject({ sync, later, scope, only }: UndoState): string {
  const { field, ordinals } = scope
  const people = ordinals && `${count(ordinals.length)} ${plural(ordinals.length, 'person', 'people')}`
  const who = only === null ? people : escapeText(only)
  if (field !== null) return `${escapeText(fieldLabel(field))} of ${who ?? 'everybody in it'}`
  const rest = later.length > 0 && who === null ? 'the rest of ' : ''
  const what = sync.depth === 0 ? 'this sync' : sync.depth % 2 === 1 ? 'what was undone' : 'what was redone'
  return `${rest}${what}${who === null ? '' : ` for ${who}`}`
}

function changeBlocks({ changes, sync, tally }: UndoState): KnownBlock[] {
  const verb = undoLabel(sync.depth)
  const rest = touched(tally) - changes.length
  return [
    ...changes.map((it) => plainSection(truncate(`${it.name}\n${changeText(it, verb)}`, 300))),
    ...(rest > 0 && changes.length > 0 ? [context(`And ${bold(rest)} more.`)] : []),
  ]
}

function changeText(change: UndoChange, verb: Verb): string {
  const details = detailsOf(change)
  const match = verb === 'Undo' ? 'The match is taken back' : 'The match is made again'
  const what = {
    reversed: details === '' ? match : '',
    removed: 'Is taken out of the register again',
    restored: 'Is put back into the register',
  }[change.outcome]
  return [what, details].filter((it) => it !== '').join(' · ')
}

function exceptionBlocks({ exceptions, exceptionsTotal }: Exceptions): KnownBlock[] {
  if (exceptions.length === 0) return []
  const lines = exceptions.map(({ name, reason }) => truncate(`${name}: ${reasonWords(reason)}`, 180))
  const rest = exceptionsTotal - exceptions.length
  return [plainContext(`Kept · ${lines.join(' · ')}${rest > 0 ? ` · and ${count(rest)} more` : ''}`)]
}

const ALL_FIELDS = 'all'
const FIELD = 'field:'

/** Where there is a choice: one field that went wrong, a mapping's say, goes back without the others. */
function fieldBlocks({ fields, scope }: UndoState): KnownBlock[] {
  if (fields.length < 2) return []
  const inOrder = inReadingOrder(Object.fromEntries(fields.map((key) => [key, key]))).slice(0, MAX_FIELDS)
  const options = [
    option(ALL_FIELDS, 'All fields'),
    ...inOrder.map(([key]) => option(`${FIELD}${key}`, fieldLabel(key))),
  ]
  const value = scope.field === null ? ALL_FIELDS : `${FIELD}${scope.field}`
  const initial = options.find((it) => it.value === value)
  const accessory: StaticSelect = {
    type: 'static_select',
    action_id: UNDO_FIELD,
    options,
    ...(initial ? { initial_option: initial } : {}),
  }
  return [section('Fields to put back', { accessory })]
}

/** The field that was chosen; `null` for all of them. */
export const parseUndoField = (value: string): string | null =>
  value.startsWith(FIELD) ? value.slice(FIELD.length) : null
