import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { modal, option, plain, plainContext, section } from '../blocks.ts'
import { type Chosen, MAX_CHOSEN, mergeChosen, unpackChosen } from './chosen.view.ts'
import type { FieldErrors, Form, FormValues } from './form.view.ts'
import { type HistoryLine, lineWords, undoLabel } from './history-words.view.ts'
import { type JournalRow, journalWords } from './journal-words.view.ts'
import { pageButtons, parseSearch, rangeWords, SEARCH_BLOCK, searchInput } from './paging.view.ts'
import { packOrdinals } from './undo-scope.view.ts'
import { bold, count, plural } from './words.view.ts'

export const UNDO_FORM = 'undo-choose'
export const UNDO_PAGE = 'undo.page'
export const UNDO_SEARCH = 'undo.search'
const PEOPLE = 'undo.people'

export type UndoChooseState = {
  sync: HistoryLine
  search: string
  page: { offset: number; shown: number; total: number }
  items: readonly JournalRow[]
  chosen: readonly number[]
  /** The one field that was chosen before. */
  field: string | null
}

/** Tick whose changes are to be undone; what was ticked on other pages is remembered. */
export function undoChooseView({ sync, search, page, items, chosen, field }: UndoChooseState): ModalView {
  const verb = undoLabel(sync.depth)
  const all = chosen.length >= MAX_CHOSEN ? ', which is all that fits' : ''
  return modal({
    title: `${verb} Selected`,
    callbackId: UNDO_FORM,
    submit: `${verb} Selected`,
    close: 'Cancel',
    metadata: {
      syncId: sync.syncId,
      page: items.map(({ ordinal }) => ordinal),
      chosen: packOrdinals(chosen),
      field,
    },
    blocks: [
      section(
        `${lineWords(sync)}\n${bold(chosen.length)} ${plural(chosen.length, 'person', 'people')} chosen${all}`,
      ),
      searchInput(UNDO_SEARCH),
      plainContext(rangeWords(page, search)),
      ...(items.length === 0 ? [] : [people(items, chosen)]),
      ...pageButtons(UNDO_PAGE, page),
    ],
  })
}

/** Its own block_id per page: Slack would otherwise carry the ticks of one page over to the next. */
function people(items: readonly JournalRow[], chosen: readonly number[]): KnownBlock {
  const options = items.map((row) => ({
    row,
    option: option(packOrdinals([row.ordinal]), row.name, journalWords(row)),
  }))
  const ticked = options.filter(({ row }) => chosen.includes(row.ordinal)).map((it) => it.option)
  return {
    type: 'input',
    block_id: `people:${items.map(({ ordinal }) => ordinal).join(',')}`,
    optional: true,
    label: plain(`People (${count(items.length)} on this page)`),
    element: {
      type: 'checkboxes',
      action_id: PEOPLE,
      options: options.map((it) => it.option),
      ...(ticked.length === 0 ? {} : { initial_options: ticked }),
    },
  }
}

const chooseMetadata = z.object({
  syncId: z.guid(),
  page: z.array(z.int()),
  chosen: z.string().transform(unpackChosen),
  field: z.string().nullable(),
})

export function parseUndoChoose({ metadata, values }: Form) {
  const { syncId, page, chosen, field } = chooseMetadata.parse(JSON.parse(metadata))
  const merged = mergeChosen(chosen, page, tickedIn(values))
  return { syncId, field, search: parseSearch(values), chosen: merged.map(({ ordinal }) => ordinal) }
}

const tickedIn = (values: FormValues): Chosen[] =>
  Object.values(values)
    .flatMap((block) => block[PEOPLE]?.selected_options ?? [])
    .flatMap(({ value }) => unpackChosen(value))

export function checkUndoChoose(form: Form): FieldErrors | null {
  if (parseUndoChoose(form).chosen.length > 0) return null
  const block = Object.keys(form.values).find((id) => id.startsWith('people:')) ?? SEARCH_BLOCK
  return { [block]: 'Choose at least one person.' }
}
