import { RollcallError } from '../../errors.ts'
import { findToUndo, getEntry, getStory, getWithLater, stepOf } from '../../sync/history.ts'
import { listJournal } from '../../sync/journal.ts'
import { previewUndo, undoSync } from '../../sync/undo.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { syncSubject } from '../plan-cards.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import type { Tools } from '../tools.ts'
import { UNDO } from './ids.view.ts'
import { PAGE, parseOffset } from './paging.view.ts'
import {
  nothingToUndoView,
  parseUndoField,
  UNDO_CHOOSE,
  UNDO_CONFIRM,
  UNDO_FIELD,
  undoneView,
  undoView,
} from './undo.view.ts'
import {
  checkUndoChoose,
  parseUndoChoose,
  UNDO_FORM,
  UNDO_PAGE,
  UNDO_SEARCH,
  undoChooseView,
} from './undo-choose.view.ts'
import { changesIn, exceptionsIn, fieldsIn, tallyOf } from './undo-items.ts'
import { EVERYTHING, parseUndoButton, parseUndoMetadata, type UndoScope } from './undo-scope.view.ts'

const SHOWN_EXCEPTIONS = 8
const SHOWN_CHANGES = 5
const SHOWN_LATER = 5

async function showUndo(request: Request, syncId: string, scope: UndoScope): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  const { sync, later } = await getWithLater(ctx, companyId, syncId)
  const items = await previewUndo(ctx.db, { companyId, syncId }, choiceOf(scope))
  const anyField =
    scope.field === null
      ? items
      : await previewUndo(ctx.db, { companyId, syncId }, choiceOf({ ...scope, field: null }))
  const [first, ...others] = items
  const exceptions = exceptionsIn(items)
  return showWindow(
    undoView({
      sync,
      later: later.slice(-SHOWN_LATER),
      scope,
      only: first && others.length === 0 ? first.name : null,
      tally: tallyOf(items),
      changes: changesIn(items).slice(0, SHOWN_CHANGES),
      fields: fieldsIn(anyField),
      exceptions: exceptions.slice(0, SHOWN_EXCEPTIONS),
      exceptionsTotal: exceptions.length,
    }),
  )
}

/** The engine takes an absent list for all of them. */
const choiceOf = ({ ordinals, field }: UndoScope) => ({
  ...(ordinals && { ordinals }),
  ...(field === null ? {} : { fields: [field] }),
})

/** The sync of the button; from a command, the last one that was applied, or what is left of it. */
async function openUndo(request: Request): Promise<WindowAnswer> {
  if (request.origin.in !== 'command') {
    const pressed = parseUndoButton(request.value)
    if (pressed === null) throw new RollcallError('not_found', 'This sync does not exist.')
    return await showUndo(request, pressed.syncId, pressed.scope)
  }
  const syncId = await findToUndo(request.ctx, request.companyId)
  if (syncId === undefined) return showWindow(nothingToUndoView())
  return await showUndo(request, syncId, EVERYTHING)
}

const confirm =
  (tools: Tools) =>
  async (request: Request): Promise<WindowAnswer> => {
    const { ctx, companyId } = request
    const { syncId, scope } = parseUndoMetadata(metadataOf(request))
    try {
      const undone = await undoSync(ctx, { companyId, syncId }, choiceOf(scope))
      await tools.announce(companyId, syncSubject(undone.syncId))
      return await showUndone(request, undone.syncId)
    } catch (thrown) {
      const earlier = isConflict(thrown) ? await undoneBefore(request, syncId) : undefined
      if (earlier === undefined) throw thrown
      return await showUndone(request, earlier)
    }
  }

const isConflict = (thrown: unknown) => thrown instanceof RollcallError && thrown.code === 'conflict'

/** A second click, or somebody else a moment before: what was done then is the answer. */
async function undoneBefore({ ctx, companyId }: Request, syncId: string): Promise<string | undefined> {
  const story = await getStory(ctx, companyId, syncId)
  return story.findLast(({ undoes }) => undoes === syncId)?.syncId
}

async function showUndone({ ctx, companyId }: Request, undoId: string): Promise<WindowAnswer> {
  const story = await getStory(ctx, companyId, undoId)
  const page = { withReason: true, offset: 0, limit: SHOWN_EXCEPTIONS }
  const { items, total } = await listJournal(ctx.db, companyId, undoId, page)
  const exceptions = items.map(({ name, reason }) => ({ name, reason: reason ?? '' }))
  return showWindow(undoneView(stepOf(story, undoId), story, { exceptions, exceptionsTotal: total }))
}

async function showChoice(
  request: Request,
  choice: ReturnType<typeof formOf> & { offset: number },
): Promise<WindowAnswer> {
  const { ctx, companyId } = request
  const { chosen, field, offset, search, syncId } = choice
  const sync = await getEntry(ctx, companyId, syncId)
  const { items, total } = await listJournal(ctx.db, companyId, syncId, { search, offset, limit: PAGE })
  const page = { offset, shown: items.length, total }
  return showWindow(undoChooseView({ sync, search, page, items, chosen, field }))
}

const formOf = (request: Request) =>
  parseUndoChoose({ metadata: metadataOf(request), values: valuesOf(request) })

const turnTo = (offsetOf: (request: Request) => number): Step => ({
  answer: 'turn',
  run: (request) => showChoice(request, { ...formOf(request), offset: offsetOf(request) }),
})
const toPage = turnTo(({ value }) => parseOffset(value))

function showChosen(request: Request): Promise<WindowAnswer> {
  const { syncId, chosen, field } = formOf(request)
  return showUndo(request, syncId, { ordinals: chosen, field })
}

function showField(request: Request): Promise<WindowAnswer> {
  const { syncId, scope } = parseUndoMetadata(metadataOf(request))
  return showUndo(request, syncId, { ...scope, field: parseUndoField(request.value) })
}

export const undoStep: Step = { answer: 'open', run: openUndo }

export const undoListeners = (tools: Tools): Listener[] => [
  { on: 'action', id: UNDO, step: undoStep },
  { on: 'action', id: `${UNDO}.redo`, step: undoStep },
  { on: 'action', id: `${UNDO}.field`, step: undoStep },
  { on: 'action', id: UNDO_CONFIRM, step: { answer: 'turn', run: confirm(tools) } },
  {
    on: 'action',
    id: UNDO_CHOOSE,
    step: {
      answer: 'turn',
      run: (request) => {
        const { syncId, scope } = parseUndoMetadata(metadataOf(request))
        return showChoice(request, { syncId, field: scope.field, search: '', chosen: [], offset: 0 })
      },
    },
  },
  { on: 'action', id: UNDO_FIELD, step: { answer: 'turn', run: showField } },
  { on: 'action', id: UNDO_SEARCH, step: turnTo(() => 0) },
  { on: 'action', id: `${UNDO_PAGE}.back`, step: toPage },
  { on: 'action', id: `${UNDO_PAGE}.next`, step: toPage },
  { on: 'submit', id: UNDO_FORM, check: checkUndoChoose, run: showChosen },
]
