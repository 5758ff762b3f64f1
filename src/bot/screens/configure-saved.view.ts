import type { ModalView } from '@slack/types'
import { APPLIED_KINDS, PLAN_KINDS, type PlanCounts } from '../../model.ts'
import { actions, button, context, escapeText, modal, section } from '../blocks.ts'
import { PREVIEW, SYNC_NOW } from './ids.view.ts'
import { KIND_LABELS } from './plan.view.ts'
import { bold, count, plural } from './words.view.ts'

export type Saved = {
  connectionId: string
  label: string
  /** What was changed besides the conditions, a sentence each. */
  words: readonly string[]
  /** `null`: there was no plan, because nothing was read yet or a condition could not be used. */
  before: PlanCounts | null
  after: PlanCounts | null
}

/** What the new settings mean, in numbers, beside what they were. Nothing is written to the register. */
export function savedView({ after, before, connectionId, label, words }: Saved): ModalView {
  const applies = after !== null && APPLIED_KINDS.some((kind) => after[kind] > 0)
  return modal({
    title: 'Configure',
    blocks: [
      section(
        ['*Saved.*', ...words.map(escapeText), after ? meeting(after, before) : noPlan(label)].join(' '),
      ),
      ...(after ? [section(lines(after, before).join('\n') || 'Nothing is to be done.')] : []),
      ...(after
        ? actions(
            button(PREVIEW, 'Preview', { value: connectionId }),
            applies ? button(SYNC_NOW, 'Sync Now', { value: connectionId }) : null,
          )
        : []),
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

const noPlan = (label: string) =>
  `Nothing was read from ${escapeText(label)} yet; the first retrieval will go by this.`

const meeting = (after: PlanCounts, before: PlanCounts | null): string =>
  `${bold(after.meeting)} of ${bold(after.people)} ${plural(after.people, 'person', 'people')} in HR now ${plural(after.meeting, 'meets', 'meet')} your conditions${than(after.meeting, before?.meeting)}.`

function lines(after: PlanCounts, before: PlanCounts | null): string[] {
  return PLAN_KINDS.filter((kind) => after[kind] > 0 || (before?.[kind] ?? 0) > 0).map(
    (kind) => `${KIND_LABELS[kind]}: ${bold(after[kind])}${than(after[kind], before?.[kind])}`,
  )
}

function than(after: number, before: number | undefined): string {
  if (before === undefined || after === before) return ''
  return ` (${count(Math.abs(after - before))} ${after < before ? 'fewer' : 'more'} than before)`
}
