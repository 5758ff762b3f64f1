import { getEntry, getStory, listHistory, stepOf } from '../../sync/history.ts'
import { getJournalEntry, listJournal } from '../../sync/journal.ts'
import { previewUndo, type UndoItem } from '../../sync/undo.ts'
import { type Listener, type Step, showWindow, type WindowAnswer } from '../listener.ts'
import { metadataOf, type Request, valuesOf } from '../request.ts'
import {
  HISTORY_FORM,
  HISTORY_PAGE,
  HISTORY_PERSON,
  HISTORY_ROWS,
  historySyncView,
  historyView,
  parseHistoryMetadata,
  parseHistoryPerson,
  parseSyncId,
} from './history.view.ts'
import { historyPersonView, type RowUndo } from './history-person.view.ts'
import { HISTORY, HISTORY_SYNC } from './ids.view.ts'
import { PAGE, parseOffset, parseSearch } from './paging.view.ts'

async function showHistory({ ctx, companyId }: Request, offset: number): Promise<WindowAnswer> {
  const { items, total } = await listHistory(ctx, companyId, { offset, limit: PAGE })
  return showWindow(historyView(items, { offset, shown: items.length, total }))
}

async function showSync(
  { ctx, companyId }: Request,
  at: { syncId: string; search: string; offset: number },
): Promise<WindowAnswer> {
  const { syncId, search, offset } = at
  const [story, { items, total }] = await Promise.all([
    getStory(ctx, companyId, syncId),
    listJournal(ctx.db, companyId, syncId, { search, offset, limit: PAGE }),
  ])
  const page = { offset, shown: items.length, total }
  return showWindow(historySyncView({ sync: stepOf(story, syncId), story, search, page, items }))
}

async function openPerson({ ctx, companyId, value }: Request): Promise<WindowAnswer> {
  const { syncId, ordinal } = parseHistoryPerson(value)
  const [sync, row, [item]] = await Promise.all([
    getEntry(ctx, companyId, syncId),
    getJournalEntry(ctx.db, companyId, syncId, ordinal),
    previewUndo(ctx.db, { companyId, syncId }, { ordinals: [ordinal] }),
  ])
  return showWindow(historyPersonView(sync, row, toRowUndo(item)))
}

function toRowUndo(item: UndoItem | undefined): RowUndo {
  if (item === undefined) return { isPossible: false, fields: [], reason: null }
  const { reversal } = item
  const isPossible = reversal.outcome !== 'kept'
  return { isPossible, fields: isPossible ? Object.keys(reversal.after) : [], reason: reversal.reason }
}

const turnSync = (offsetOf: (request: Request) => number) => (request: Request) =>
  showSync(request, {
    syncId: parseHistoryMetadata(metadataOf(request)),
    search: parseSearch(valuesOf(request)),
    offset: offsetOf(request),
  })

const historyPage: Step = {
  answer: 'turn',
  run: (request) => showHistory(request, parseOffset(request.value)),
}
const rowsPage: Step = { answer: 'turn', run: turnSync(({ value }) => parseOffset(value)) }
const openSync = (request: Request) =>
  showSync(request, { syncId: parseSyncId(request.value), search: '', offset: 0 })

/** `/datasync history`, and the button on Home. */
export const historyStep: Step = { answer: 'open', run: (request) => showHistory(request, 0) }

export const historyListeners = (): Listener[] => [
  { on: 'action', id: HISTORY, step: historyStep },
  {
    on: 'action',
    id: `${HISTORY}.turn`,
    step: { answer: 'turn', run: (request) => showHistory(request, 0) },
  },
  { on: 'action', id: `${HISTORY_PAGE}.back`, step: historyPage },
  { on: 'action', id: `${HISTORY_PAGE}.next`, step: historyPage },
  { on: 'action', id: HISTORY_SYNC, step: { answer: 'open', run: openSync } },
  { on: 'action', id: `${HISTORY_SYNC}.turn`, step: { answer: 'turn', run: openSync } },
  { on: 'action', id: `${HISTORY_ROWS}.back`, step: rowsPage },
  { on: 'action', id: `${HISTORY_ROWS}.next`, step: rowsPage },
  { on: 'action', id: HISTORY_PERSON, step: { answer: 'open', run: openPerson } },
  { on: 'submit', id: HISTORY_FORM, run: turnSync(() => 0) },
]
