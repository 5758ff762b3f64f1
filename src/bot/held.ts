import { explainHold } from '../sync/core/guard.ts'
import type { PlanView } from '../sync/plan.ts'
import type { Held } from './screens/held.view.ts'

/** What the brakes say about a plan, for people; empty when nothing holds it. */
export const heldOf = ({ holds }: PlanView): Held[] =>
  holds.map((hold) => ({ ...explainHold(hold), count: hold.count }))

/** The first of them in one sentence. */
export const heldBy = (plan: PlanView): string | null => heldOf(plan)[0]?.what ?? null
