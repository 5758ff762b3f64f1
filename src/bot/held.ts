import { explainHold } from '../sync/core/guard.ts'
import type { PlanView } from '../sync/plan.ts'
import type { Held } from './screens/held-words.view.ts'

/** What the brakes say about a plan, for people; empty when nothing holds it. */
export const heldOf = ({ holds, toApply }: Pick<PlanView, 'holds' | 'toApply'>): Held[] =>
  holds.map((hold) => ({
    ...explainHold(hold),
    brake: hold.brake,
    count: hold.count,
    others: holds.length - 1,
    writes: toApply > 0,
  }))

/** The gravest of them, which is the one whose number is typed. */
export const firstHeld = (plan: PlanView): Held | null => heldOf(plan)[0] ?? null
