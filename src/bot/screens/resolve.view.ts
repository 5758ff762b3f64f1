import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { type Identifier, STANDARD_FIELDS } from '../../model.ts'
import {
  actions,
  button,
  context,
  escapeText,
  modal,
  plainContext,
  plainSection,
  section,
  truncate,
} from '../blocks.ts'
import { DECISIONS, SYNC_NOW } from './ids.view.ts'
import { pageButtons, rangeWords, searchInput } from './paging.view.ts'
import { type PlanRow, type PlanSummary, planNumbers } from './plan.view.ts'
import { bold, plural, slackDate } from './words.view.ts'

export const RESOLVE_FORM = 'resolve'
export const RESOLVE_PAGE = 'resolve.page'
export const RESOLVE_ONE = 'resolve.one'

export type ResolveState = {
  connectionId: string
  label: string
  plan: PlanSummary
  search: string
  page: { offset: number; shown: number; total: number }
  items: readonly PlanRow[]
  /** Those who have a stakeholder of another HR system; `null` where nobody has. */
  elsewhere: Elsewhere | null
  /** What was just decided, in a sentence. */
  note: string | null
}

/** `label`: of the one other HR system there is. */
export type Elsewhere = { people: number; label: string | null; identifier: Identifier }

/** From so many on it is hardly one person in two jobs, but one HR system in place of another. */
const MANY_ELSEWHERE = 5

/** Everybody who waits for an answer, each with the one sentence that says why. */
export function resolveView(state: ResolveState): ModalView {
  const { connectionId, elsewhere, items, label, note, page, plan, search } = state
  const { conflict } = plan.counts
  const empty = conflict === 0 && search === ''
  const rest = conflict === 0 && plan.toApply > 0
  return modal({
    title: 'Resolve',
    ...(empty ? {} : { callbackId: RESOLVE_FORM, submit: 'Search' }),
    metadata: { connectionId },
    blocks: [
      ...(note === null ? [] : [section(`${note} Now ${planNumbers(plan.counts)}.`)]),
      section(headline(conflict, label)),
      ...(elsewhere && elsewhere.people >= MANY_ELSEWHERE ? [context(moving(elsewhere, label))] : []),
      ...(empty ? [] : [searchInput(), plainContext(rangeWords(page, search))]),
      ...items.map(rowBlock),
      ...pageButtons(RESOLVE_PAGE, page),
      ...actions(
        rest ? button(SYNC_NOW, 'Sync Now', { value: connectionId, style: 'primary' }) : null,
        button(DECISIONS, 'Decisions', { value: connectionId }),
      ),
      context(`Plan ${plan.code} · data from ${slackDate(plan.retrievedAt)} · an answer writes nothing yet`),
    ],
  })
}

function headline(conflicts: number, label: string): string {
  const name = escapeText(label)
  if (conflicts === 0) return `Nothing from ${name} needs a look.`
  return `${bold(conflicts)} from ${name} ${plural(conflicts, 'needs', 'need')} a look. Nothing is done about ${plural(conflicts, 'it', 'them')} until then.`
}

function moving({ people, label: other, identifier }: Elsewhere, label: string): string {
  const name = other === null || other === label ? 'the other HR system' : escapeText(other)
  return (
    `${bold(people)} of them have a stakeholder of ${name}. If ${escapeText(label)} takes its place, disconnect ${name} ` +
    `on Home instead of answering for each: they are then matched by ${STANDARD_FIELDS[identifier].label.toLowerCase()}, ` +
    'and the register and its history stay.'
  )
}

function rowBlock(row: PlanRow): KnownBlock {
  const accessory = button(RESOLVE_ONE, 'Open', { value: row.recordId, says: `Open ${row.name}` })
  return plainSection(truncate(`${row.name}\n${row.reasonText ?? ''}`.trim(), 300), { accessory })
}

const resolveMetadata = z.object({ connectionId: z.guid() })
/** Every window of this screen remembers its connection. */
export const parseResolveMetadata = (metadata: string): string =>
  resolveMetadata.parse(JSON.parse(metadata)).connectionId
