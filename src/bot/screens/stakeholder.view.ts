import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import { z } from 'zod'
import type { FieldValue } from '../../model.ts'
import {
  actions,
  button,
  context,
  divider,
  escapeText,
  modal,
  mrkdwn,
  plain,
  plainContext,
  plainSection,
  section,
  truncate,
} from '../blocks.ts'
import { HISTORY_PERSON } from './history.view.ts'
import { doneWords, type HistoryLine } from './history-words.view.ts'
import { WHY } from './ids.view.ts'
import { type JournalRow, journalWords } from './journal-words.view.ts'
import { rangeWords } from './paging.view.ts'
import { fieldHeading, fieldText, inReadingOrder } from './plan.view.ts'
import type { Stakeholder } from './stakeholders.view.ts'
import { whyStakeholder } from './why-subject.view.ts'
import { count, slackDate, slackDay } from './words.view.ts'

export const STAKEHOLDER_HISTORY = 'stakeholder.history'

/** A few lines at a time: on a telephone each is as high as a field. */
export const HISTORY_LINES = 5

/** With the history and what is around them, a window of 100 blocks and 250 kB is nearly used up. */
const MAX_FIELDS = 80

/** Where a value came from: the sync that wrote it last, or somebody in the register. */
export type FieldOrigin = { by: 'sync'; label: string; at: Date } | { by: 'register' }

export type StakeholderState = Stakeholder & {
  /** By field; one of which nothing tells is not in it. */
  origins: Readonly<Record<string, FieldOrigin>>
  /** What each sync and each undo did to them, newest first. */
  history: {
    items: readonly { sync: HistoryLine; row: JournalRow }[]
    page: { offset: number; shown: number; total: number }
  }
}

/** One record: each field with its value, where it came from and when, and what became of it before. */
export function stakeholderView(state: StakeholderState): ModalView {
  const { fields, name, origins, source, stakeholderId, updatedAt } = state
  const known = inReadingOrder(fields)
  const hidden = known.length - MAX_FIELDS
  return modal({
    title: 'Stakeholder',
    close: 'Back',
    metadata: { stakeholderId },
    blocks: [
      plainSection(name),
      context(sourceWords(source, updatedAt)),
      divider,
      ...known.slice(0, MAX_FIELDS).map(([key, value]) => fieldBlock(key, value, origins[key])),
      ...(hidden > 0 ? [context(`${count(hidden)} more fields are not shown.`)] : []),
      divider,
      ...historyBlocks(state),
      ...actions(
        ...historyButtons(state.history.page),
        button(WHY, 'Why?', { value: whyStakeholder(stakeholderId), says: `Why? About ${name}` }),
      ),
    ],
  })
}

function sourceWords(source: Stakeholder['source'], updatedAt: Date): string {
  const changed = `last changed ${slackDate(updatedAt)}`
  if (source === null) return `Not from an HR system · ${changed}`
  const synced = source.syncedAt === null ? '' : `, synced ${slackDate(source.syncedAt)}`
  return `From ${escapeText(source.label)}${synced} · ${changed}`
}

/** The origin stays with the label: on a telephone the two columns are one below the other. */
function fieldBlock(key: string, value: FieldValue, origin: FieldOrigin | undefined): SectionBlock {
  const heading = fieldHeading(key)
  const label = origin === undefined ? heading : mrkdwn(`${heading.text}\n${originWords(origin)}`)
  return { type: 'section', fields: [label, plain(fieldText(key, value), 600)] }
}

/** "from HiBob, 12 Nov 2026" */
function originWords(origin: FieldOrigin): string {
  if (origin.by === 'register') return 'edited in the register'
  return `from ${escapeText(truncate(origin.label, 100))}, ${slackDay(origin.at)}`
}

function historyBlocks({ history: { items, page }, name }: StakeholderState): KnownBlock[] {
  if (page.total === 0) return [context('No sync has changed this stakeholder.')]
  return [
    section('*History*'),
    ...items.map((item) => historyBlock(item, name)),
    ...(page.shown < page.total ? [plainContext(rangeWords(page, ''))] : []),
  ]
}

function historyButtons({ offset, shown, total }: StakeholderState['history']['page']) {
  const [newer, earlier] = [Math.max(0, offset - HISTORY_LINES), offset + shown]
  return [
    offset > 0 ? button(`${STAKEHOLDER_HISTORY}.newer`, 'Newer', { value: String(newer) }) : null,
    earlier < total && shown > 0
      ? button(`${STAKEHOLDER_HISTORY}.earlier`, 'Earlier', { value: String(earlier) })
      : null,
  ]
}

/** Opens what the sync did to this one person, field by field. */
function historyBlock({ row, sync }: { sync: HistoryLine; row: JournalRow }, name: string): SectionBlock {
  const done = doneWords({ ...sync, label: truncate(sync.label, 100) })
  return section(`${done}\n${escapeText(truncate(journalWords(row), 300))}`, {
    accessory: button(HISTORY_PERSON, 'Open', {
      value: `${sync.syncId}:${row.ordinal}`,
      says: `Open what the sync of ${sync.createdAt.toISOString().slice(0, 16).replace('T', ' ')} did to ${name}`,
    }),
  })
}

export const parseStakeholderId = (value: string): string => z.guid().parse(value)

const metadataSchema = z.object({ stakeholderId: z.guid() })
export const parseStakeholderMetadata = (metadata: string): string =>
  metadataSchema.parse(JSON.parse(metadata)).stakeholderId
