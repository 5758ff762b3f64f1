import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import type { Actor, FieldValue } from '../../model.ts'
import { actions, button, context, escapeText, modal, plainContext, section, truncate } from '../blocks.ts'
import { RESOLVE } from './ids.view.ts'
import { pageButtons, rangeWords } from './paging.view.ts'
import { fieldLabel, fieldText } from './plan.view.ts'
import { slackDate, whoWords } from './words.view.ts'

export const DECISIONS_PAGE = 'decisions.page'
export const REVOKE = 'decisions.revoke'

/** One answer in force. */
export type DecisionRow = {
  decisionId: string
  name: string
  employeeNumber: string | null
  decidedBy: Actor
  decidedAt: Date
} & (
  | { about: 'match'; verdict: 'link' | 'create' | 'ignore' | 'new_contract'; stakeholder: string | null }
  | { about: 'field'; verdict: 'hr' | 'register'; field: string; hrValue: FieldValue | null }
)

export type DecisionsState = {
  /** Of one connection; `null` is all of them. */
  connectionId: string | null
  items: readonly DecisionRow[]
  page: { offset: number; shown: number; total: number }
  note: string | null
}

/** What was decided, by whom and when; each can be taken back. */
export function decisionsView({ connectionId, items, page, note }: DecisionsState): ModalView {
  return modal({
    title: 'Decisions',
    metadata: { connectionId, offset: page.offset },
    blocks: [
      ...(note === null ? [] : [section(note)]),
      ...(page.total === 0
        ? [section('No answer is in force. What you answer to people who need a look is remembered here.')]
        : [plainContext(rangeWords(page, ''))]),
      ...items.map(rowBlock),
      ...pageButtons(DECISIONS_PAGE, page),
      ...actions(
        connectionId === null
          ? null
          : button(`${RESOLVE}.turn`, 'All that need a look', { value: connectionId }),
      ),
      context('Revoked means asked again where something is open: nothing in the register changes by that.'),
    ],
  })
}

function rowBlock(row: DecisionRow): KnownBlock {
  const accessory = button(REVOKE, 'Revoke', { value: row.decisionId, says: `Revoke: ${row.name}` })
  const who = row.employeeNumber === null ? row.name : `${row.name} (${row.employeeNumber})`
  const what = escapeText(truncate(`${who}: ${verdictWords(row)}`, 300))
  return section(`${what}\n${whoWords(row.decidedBy)} ${slackDate(row.decidedAt)}`, { accessory })
}

function verdictWords(row: DecisionRow): string {
  if (row.about === 'field') {
    const label = fieldLabel(row.field)
    const hr = fieldText(row.field, row.hrValue)
    return row.verdict === 'hr' ? `${label}, take HR (${hr})` : `${label}, keep ours and not ${hr}`
  }
  const { verdict, stakeholder } = row
  const who = stakeholder ?? 'a stakeholder who is gone'
  switch (verdict) {
    case 'link':
      return `the same person as ${who}`
    case 'new_contract':
      return `the same person as ${who}, with a new contract`
    case 'create':
      return 'somebody of their own'
    case 'ignore':
      return 'left out'
    default:
      return verdict satisfies never
  }
}

const decisionsMetadata = z.object({ connectionId: z.guid().nullable(), offset: z.int() })
export const parseDecisionsMetadata = (metadata: string) => decisionsMetadata.parse(JSON.parse(metadata))

/** The connection of the button; without one, every connection. */
export const parseDecisionsButton = (value: string): string | null =>
  z.guid().nullable().catch(null).parse(value)

export const parseRevoke = (value: string): string => z.guid().parse(value)
