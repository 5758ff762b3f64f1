import { explainHold } from '../sync/core/guard.ts'
import type { PlanView } from '../sync/plan.ts'
import { type Held, othersWords } from './screens/held-words.view.ts'

/** What the brakes say about a plan, for people; empty when nothing holds it. */
export const heldOf = ({ holds }: Pick<PlanView, 'holds'>): Held[] =>
  holds.map((hold) => ({
    ...explainHold(hold),
    brake: hold.brake,
    count: hold.count,
    others: holds.length - 1,
  }))

/** The gravest of them, which is the one whose number is typed. */
export const firstHeld = (plan: PlanView): Held | null => heldOf(plan)[0] ?? null

/** The same in a sentence or two. */
export function heldBy(plan: PlanView): string | null {
  const held = firstHeld(plan)
  return held && [held.what, othersWords(held)].join(' ').trim()
}
