import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { actions, button, context, modal, plainContext, plainSection, section, truncate } from '../blocks.ts'
import { type HistoryLine, lineWords, type SyncLine, undoButtons } from './history-words.view.ts'
import { HISTORY, HISTORY_SYNC } from './ids.view.ts'
import { type JournalRow, journalWords } from './journal-words.view.ts'
import { pageButtons, rangeWords, searchInput } from './paging.view.ts'
import { slackDate } from './words.view.ts'

export const HISTORY_FORM = 'history'
export const HISTORY_PAGE = 'history.page'
export const HISTORY_ROWS = 'history.rows'
export const HISTORY_PERSON = 'history.person'

type Page = { offset: number; shown: number; total: number }

/** Every sync, newest first: who, when, what, and what was let through a brake. */
export function historyView(items: readonly HistoryLine[], page: Page): ModalView {
  return modal({
    title: 'History',
    blocks: [
      ...(page.total === 0
        ? [section('Nothing was synced yet. Each sync will be here, with everything it changed.')]
        : [plainContext(rangeWords(page, ''))]),
      ...items.map(lineBlock),
      ...pageButtons(HISTORY_PAGE, page),
    ],
  })
}

function lineBlock(line: HistoryLine): KnownBlock {
  if (line.status !== 'applied') return section(`${slackDate(line.createdAt)}: ${lineWords(line)}`)
  const says = `Open the sync of ${line.createdAt.toISOString().slice(0, 16).replace('T', ' ')}`
  return section(lineWords(line), {
    accessory: button(`${HISTORY_SYNC}.turn`, 'Open', { value: line.syncId, says }),
  })
}

export type HistorySyncState = {
  sync: SyncLine
  /** The sync, what undid it and what undid that: an undo of it is offered as Redo. */
  story: readonly SyncLine[]
  search: string
  page: Page
  items: readonly JournalRow[]
}

/** One sync: everybody it touched, before and after, ten at a time. */
export function historySyncView({ sync, story, search, page, items }: HistorySyncState): ModalView {
  const later = story.filter(({ createdAt, syncId }) => createdAt >= sync.createdAt && syncId !== sync.syncId)
  return modal({
    title: 'History',
    callbackId: HISTORY_FORM,
    submit: 'Search',
    metadata: { syncId: sync.syncId },
    blocks: [
      section([sync, ...later.slice(-5)].map(lineWords).join('\n')),
      searchInput(),
      plainContext(rangeWords(page, search)),
      ...items.map((row) => rowBlock(row, sync.syncId)),
      ...pageButtons(HISTORY_ROWS, page),
      ...actions(...undoButtons(story, sync), button(`${HISTORY}.turn`, 'All syncs')),
      context('Undo takes back everything, the people you choose, or one field of one person.'),
    ],
  })
}

function rowBlock(row: JournalRow, syncId: string): KnownBlock {
  const value = `${syncId}:${row.ordinal}`
  const accessory = button(HISTORY_PERSON, 'Open', { value, says: `Open ${row.name}` })
  return plainSection(truncate(`${row.name}\n${journalWords(row)}`, 300), { accessory })
}

const metadataSchema = z.object({ syncId: z.guid() })
export const parseHistoryMetadata = (metadata: string): string =>
  metadataSchema.parse(JSON.parse(metadata)).syncId

export const parseSyncId = (value: string): string => z.guid().parse(value)

const personValue = z.tuple([z.guid(), z.coerce.number().int().min(0)])

/** `<sync>:<row>` of a person's button. */
export function parseHistoryPerson(value: string): { syncId: string; ordinal: number } {
  const [syncId, ordinal] = personValue.parse(value.split(':'))
  return { syncId, ordinal }
}
