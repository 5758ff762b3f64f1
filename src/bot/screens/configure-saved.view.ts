import type { KnownBlock, ModalView } from '@slack/types'
import { APPLIED_KINDS, PLAN_KINDS, type PlanCounts } from '../../model.ts'
import { actions, button, context, escapeText, modal, section, truncate } from '../blocks.ts'
import { type Held, heldBlocks } from './held-words.view.ts'
import { PREVIEW, SYNC_NOW } from './ids.view.ts'
import { type HeldField, heldFieldsLine } from './lost-fields.view.ts'
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
  /** Fields that the plan does not write. */
  heldFields: readonly HeldField[]
}

/** `unread`: nothing was retrieved yet. `syncing`: one is being written. `unusable`: a saved condition cannot be used. */
export type Planned =
  | { is: 'open'; planId: string; counts: PlanCounts; held: Held | null }
  | { is: 'unread' | 'syncing' }
  | { is: 'unusable'; problem: string }

/** What the new settings mean, in numbers, beside what they were. Nothing is written to the register. */
export function savedView(saved: Saved): ModalView {
  const words = saved.words.map(escapeText)
  return modal({
    title: 'Configure',
    blocks: [
      section(['*Saved.*', ...words, meaning(saved)].join(' ')),
      ...(saved.after.is === 'open' ? planBlocks(saved.after, saved) : []),
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

/** What a brake or a lost field holds comes before the numbers, with the way there. */
function planBlocks(
  { counts, held, planId }: Extract<Planned, { is: 'open' }>,
  { before, connectionId, heldFields, label }: Saved,
): KnownBlock[] {
  const applies = APPLIED_KINDS.some((kind) => counts[kind] > 0)
  return [
    ...(held === null ? [] : heldBlocks(held, { connectionId, planId })),
    ...(heldFields.length === 0
      ? []
      : [section(`${heldFieldsLine(heldFields, { label })} Home says what to check.`)]),
    section(numberLines(counts, before).join('\n') || 'Nothing is to be done.'),
    ...actions(
      button(PREVIEW, 'Preview', { value: connectionId }),
      applies && held === null ? button(SYNC_NOW, 'Sync Now', { value: connectionId }) : null,
    ),
  ]
}

const numberLines = (after: PlanCounts, before: Planned): string[] =>
  PLAN_KINDS.filter(
    (kind) => countOf(after, kind) > 0 || (before.is === 'open' && countOf(before.counts, kind) > 0),
  ).map((kind) => {
    const n = countOf(after, kind)
    return `${KIND_LABELS[kind]}: ${bold(n)}${than(n, before, (counts) => countOf(counts, kind))}`
  })

function than(after: number, before: Planned, countOf: (counts: PlanCounts) => number): string {
  const more = before.is === 'open' ? after - countOf(before.counts) : 0
  if (more === 0) return ''
  return ` (${count(Math.abs(more))} ${more < 0 ? 'fewer' : 'more'} than before)`
}
