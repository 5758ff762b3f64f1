import type { PlanCounts } from '../../model.ts'
import { escapeText } from '../blocks.ts'
import type { Chosen } from './chosen.view.ts'
import { type PlanSummary, rewritten } from './plan.view.ts'
import { bold, count, plural } from './words.view.ts'

/** What is about to be confirmed: the whole plan, or the chosen rows of it. */
type Confirmable = { label: string; plan: PlanSummary; chosen: readonly Chosen[] | null }

export type Numbers = { create: number; update: number; link: number }

export function numbersOf({ plan, chosen }: Confirmable): Numbers {
  if (chosen === null)
    return { create: plan.counts.create, update: rewritten(plan.counts), link: plan.counts.link }
  const create = chosen.filter(({ creates }) => creates).length
  return { create, update: chosen.length - create, link: 0 }
}

export function headline({ label, chosen, plan }: Confirmable): string {
  const n = chosen?.length ?? plan.toApply
  const what = chosen ? plural(n, 'chosen person', 'chosen people') : plural(n, 'change', 'changes')
  return `*Sync ${count(n)} ${what} from ${escapeText(label)} into Stakeholders?*`
}

/** "*14* created · *3* updated · *2* need a look and wait · nobody is deleted" */
export function numbersLine(numbers: Numbers, { chosen, plan }: Confirmable): string {
  const { conflict } = plan.counts
  const waiting =
    chosen === null && conflict > 0
      ? [`${bold(conflict)} ${plural(conflict, 'needs a look and waits', 'need a look and wait')}`]
      : []
  return [...written(numbers), ...waiting, 'nobody is deleted'].join(' · ')
}

const written = ({ create, update, link }: Numbers): string[] => [
  `${bold(create)} created`,
  `${bold(update)} updated`,
  ...(link > 0 ? [`${bold(link)} matched`] : []),
]

/**
 * Where a plan is held: what confirming it would write all the same, and whom it leaves.
 * @param told of whom it was said already that they stay as they are
 */
export function confirmingWords(state: Confirmable, told: { missing: boolean }): string {
  const { chosen, plan } = state
  const what =
    chosen === null
      ? 'the whole plan'
      : plural(chosen.length, 'this person', `these ${count(chosen.length)} people`)
  const numbers = written(numbersOf(state)).join(' · ')
  const left = chosen === null ? leftWords(plan.counts, told) : ''
  return `*Confirming writes ${what}:* ${numbers}. Nobody is deleted, and you can undo it.${left}`
}

function leftWords({ conflict, out_of_conditions, skip, vanished }: PlanCounts, told: { missing: boolean }) {
  const parts = [
    ...(conflict > 0 ? [`${bold(conflict)} who ${plural(conflict, 'needs', 'need')} a look`] : []),
    ...(vanished > 0 && !told.missing ? [`${bold(vanished)} missing from HR`] : []),
    ...(out_of_conditions > 0 ? [`${bold(out_of_conditions)} outside your conditions`] : []),
    ...(skip > 0 ? [`${bold(skip)} left out`] : []),
  ]
  return parts.length === 0 ? '' : `\nIt leaves as they are: ${parts.join(' · ')}.`
}
