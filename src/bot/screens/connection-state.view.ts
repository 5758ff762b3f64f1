import type { Actor, StandardField } from '../../model.ts'
import type { Conflicts } from './conflicts.view.ts'
import type { Held } from './held-words.view.ts'
import type { HeldField } from './lost-fields.view.ts'
import type { PlanSummary } from './plan.view.ts'

export type ReadAgain = { at: Date; people: number; added: number; changed: number }

/** One connection on Home: its health, and what its plan would do. */
export type ConnectionState = {
  connectionId: string
  /** The vendor's own spelling. */
  label: string
  status: 'active' | 'broken' | 'removed'
  problem: string | null
  people: number
  /** `null` where there are no conditions. */
  meetConditions: number | null
  lastGood: { at: Date } | null
  /** The last time since then that the HR system told of changes, and those people were read again. */
  readAgain: ReadAgain | null
  /** Its message also says what is kept. */
  lastFailure: {
    at: Date
    message: string
    remedy: string | null
    /** Fields that it failed for. */
    lostFields: readonly StandardField[]
  } | null
  running: { peopleRead: number; peopleExpected: number | null } | null
  nextAt: Date
  plan: PlanSummary | null
  /** Why people in the plan need a look; `null` where nobody does. */
  conflicts: Conflicts | null
  /** Somebody confirmed the plan and it is being written; there is no other one until then. */
  syncing: { by: Actor | null; at: Date | null } | null
  /** Why there is no plan: a condition that can no longer be used. */
  planProblem: { message: string; remedy: string | null } | null
  /** Standard fields that are not written until somebody lets them through. */
  heldFields: readonly HeldField[]
  /** Custom fields that nobody came with, a sentence each: probably a missing permission. */
  fieldProblems: readonly string[]
  /** What a brake holds the plan for. */
  held: Held | null
}
