import type { KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import type { PlanKind } from '../../model.ts'
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
import { type Held, heldBlocks } from './held-words.view.ts'
import { DECISIONS, RESOLVE, SYNC_NOW, SYNC_SELECTED } from './ids.view.ts'
import { kindSelect, pageButtons, planKind, rangeWords, searchInput } from './paging.view.ts'
import {
  countOf,
  KIND_LABELS,
  OPENABLE_KINDS,
  type PlanRow,
  type PlanSummary,
  rowWords,
} from './plan.view.ts'
import { bold, slackDate } from './words.view.ts'

export const PREVIEW_FORM = 'preview'
export const PREVIEW_KIND = 'preview.kind'
export const PREVIEW_PAGE = 'preview.page'
export const PREVIEW_PERSON = 'preview.person'

export type PreviewState = {
  connectionId: string
  label: string
  plan: PlanSummary
  kind: PlanKind
  search: string
  page: { offset: number; shown: number; total: number }
  items: readonly PlanRow[]
  /** A brake that holds the plan. */
  held: Held | null
  /** Opened from a plan that is being confirmed: its own buttons stay the ones to press. */
  confirming: boolean
}

/** The people behind one count of a plan, ten at a time. */
export function previewView(state: PreviewState): ModalView {
  const { connectionId, confirming, held, items, kind, page, plan, search } = state
  return modal({
    title: 'Preview',
    callbackId: PREVIEW_FORM,
    submit: 'Search',
    metadata: { connectionId, planId: plan.planId, kind, confirming } satisfies PreviewMetadata,
    blocks: [
      ...(confirming || held === null
        ? []
        : heldBlocks(held, { connectionId, planId: plan.planId }, 'primary')),
      section(`${bold(countOf(plan.counts, kind))} · ${KIND_LABELS[kind]}`, {
        blockId: 'kind',
        accessory: kindSelect(PREVIEW_KIND, OPENABLE_KINDS, plan.counts, kind),
      }),
      searchInput(),
      plainContext(rangeWords(page, search)),
      ...items.map(rowBlock),
      ...pageButtons(PREVIEW_PAGE, page),
      ...(confirming ? [] : actions(...answerButtons(kind, connectionId), ...syncButtons(state))),
      context(`Plan ${plan.code} · data from ${slackDate(plan.retrievedAt)} · nothing is written yet`),
    ],
  })
}

/** Nothing was retrieved, so there is no plan. */
export const noPlanView = (label: string): ModalView =>
  modal({
    title: 'Preview',
    blocks: [
      section(
        `Nothing was read from ${escapeText(label)} yet. The preview is here after the first retrieval.`,
      ),
    ],
  })

function rowBlock(row: PlanRow): KnownBlock {
  const value = `${row.ordinal}:${row.recordId}`
  const accessory = button(PREVIEW_PERSON, 'Open', { value, says: `Open ${row.name}` })
  return plainSection(truncate(`${row.name}\n${rowWords(row)}`.trim(), 300), { accessory })
}

/** `<ordinal>:<record id>` of a row's button. */
export function parsePersonButton(value: string): { ordinal: number; recordId: string } | null {
  const [, ordinal, recordId] = /^(\d{1,9}):(.+)$/s.exec(value) ?? []
  return recordId === undefined ? null : { ordinal: Number(ordinal), recordId }
}

/** Where people wait for an answer, or were left out by one. */
function answerButtons(kind: PlanKind, value: string) {
  if (kind === 'conflict') return [button(RESOLVE, 'Resolve', { value })]
  return kind === 'skip' ? [button(DECISIONS, 'Decisions', { value })] : []
}

/** A held plan is confirmed where it is reviewed, above. */
function syncButtons({ connectionId: value, held, plan }: PreviewState) {
  if (plan.toApply === 0) return []
  return [
    held === null ? button(SYNC_NOW, 'Sync Now', { value, style: 'primary' }) : null,
    button(SYNC_SELECTED, 'Sync Selected', { value }),
  ]
}

const previewMetadata = z.object({
  connectionId: z.guid(),
  planId: z.guid(),
  kind: planKind,
  confirming: z.boolean(),
})
export type PreviewMetadata = z.infer<typeof previewMetadata>

export const parsePreviewMetadata = (metadata: string): PreviewMetadata =>
  previewMetadata.parse(JSON.parse(metadata))

const opened = z.tuple([z.guid(), planKind])

/** `<connection>:<kind>` of a count's button; without a kind, the first kind that has somebody. */
export function parsePreviewButton(value: string): { connectionId: string; kind: PlanKind | null } | null {
  const parsed = opened.safeParse(value.split(':'))
  if (parsed.success) return { connectionId: parsed.data[0], kind: parsed.data[1] }
  return z.guid().safeParse(value).success ? { connectionId: value, kind: null } : null
}

export const firstKind = ({ counts }: PlanSummary): PlanKind =>
  OPENABLE_KINDS.find((kind) => countOf(counts, kind) > 0) ?? 'create'

export const parseKind = (value: string): PlanKind => planKind.parse(value)
