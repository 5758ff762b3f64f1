import type { KnownBlock, ModalView } from '@slack/types'
import { APPLIED_KINDS, PLAN_KINDS, type PlanCounts } from '../../model.ts'
import { actions, button, context, escapeText, modal, section, truncate } from '../blocks.ts'
import { PREVIEW, SYNC_NOW } from './ids.view.ts'
import { countOf, KIND_LABELS } from './plan.view.ts'
import { bold, count, plural } from './words.view.ts'

export type Saved = {
  connectionId: string
  label: string
  /** What was changed besides the conditions, a sentence each. */
  words: readonly string[]
  hasConditions: boolean
  before: Planned
  after: Planned
}

/** `unread`: nothing was retrieved yet. `syncing`: one is being written. `unusable`: a saved condition cannot be used. */
export type Planned =
  | { is: 'open'; counts: PlanCounts }
  | { is: 'unread' | 'syncing' }
  | { is: 'unusable'; problem: string }

/** What the new settings mean, in numbers, beside what they were. Nothing is written to the register. */
export function savedView(saved: Saved): ModalView {
  const words = saved.words.map(escapeText)
  return modal({
    title: 'Configure',
    blocks: [
      section(['*Saved.*', ...words, meaning(saved)].join(' ')),
      ...(saved.after.is === 'open' ? inNumbers(saved.after.counts, saved) : []),
      context('Nothing is written to the register until you confirm a sync.'),
    ],
  })
}

/** Save was pressed with everything as it was. */
export const nothingChangedView = (): ModalView =>
  modal({
    title: 'Configure',
    blocks: [section('Everything is as it was saved before. Nothing was changed.')],
  })

function meaning({ after, label, ...saved }: Saved): string {
  switch (after.is) {
    case 'open':
      return meeting(after.counts, saved)
    case 'unread':
      return `Nothing was read from ${escapeText(label)} yet; the first retrieval will go by this.`
    case 'syncing':
      return 'A sync is being written; what comes after it will go by this.'
    case 'unusable':
      return `There is no plan while a condition cannot be used. ${escapeText(truncate(after.problem, 1000))}`
    default:
      return after satisfies never
  }
}

function meeting(
  { meeting, people }: PlanCounts,
  { before, hasConditions }: Pick<Saved, 'before' | 'hasConditions'>,
): string {
  const all = `${bold(people)} ${plural(people, 'person', 'people')}`
  const more = than(meeting, before, (counts) => counts.meeting)
  if (!hasConditions) return `Everybody in HR is to be synced, as Sync if has no conditions: ${all}${more}.`
  return `${bold(meeting)} of ${all} in HR now ${plural(meeting, 'meets', 'meet')} your conditions${more}.`
}

function inNumbers(after: PlanCounts, { before, connectionId }: Saved): KnownBlock[] {
  const lines = PLAN_KINDS.filter(
    (kind) => countOf(after, kind) > 0 || (before.is === 'open' && countOf(before.counts, kind) > 0),
  ).map((kind) => {
    const n = countOf(after, kind)
    return `${KIND_LABELS[kind]}: ${bold(n)}${than(n, before, (counts) => countOf(counts, kind))}`
  })
  const applies = APPLIED_KINDS.some((kind) => after[kind] > 0)
  return [
    section(lines.join('\n') || 'Nothing is to be done.'),
    ...actions(
      button(PREVIEW, 'Preview', { value: connectionId }),
      applies ? button(SYNC_NOW, 'Sync Now', { value: connectionId }) : null,
    ),
  ]
}

function than(after: number, before: Planned, countOf: (counts: PlanCounts) => number): string {
  const more = before.is === 'open' ? after - countOf(before.counts) : 0
  if (more === 0) return ''
  return ` (${count(Math.abs(more))} ${more < 0 ? 'fewer' : 'more'} than before)`
}
