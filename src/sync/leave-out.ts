import type { Db } from '../db/client.ts'
import { findMatchDecision } from '../db/decisions.ts'
import type { Actor } from '../model.ts'
import type { Context } from './context.ts'
import { decideMatch, revoke } from './decide.ts'

type Place = { companyId: string; connectionId: string }

export type LeftOut = { decisionId: string; by: Actor; at: Date }

/** @returns undefined when nobody left this person out, or that was taken back */
export async function findLeftOut(db: Db, place: Place, recordId: string): Promise<LeftOut | undefined> {
  const decision = await findMatchDecision(db, place, recordId)
  if (decision?.verdict !== 'ignore') return undefined
  return { decisionId: decision.decision_id, by: decision.decided_by, at: decision.decided_at }
}

/**
 * From the next plan on nothing is done about this person, whatever the plan had in mind. It is a decision like any
 * other: listed, and revocable. Whoever was first stays the one who decided.
 */
export async function leaveOut(ctx: Context, place: Place, recordId: string): Promise<void> {
  if (await findLeftOut(ctx.db, place, recordId)) return
  await decideMatch(ctx, place, { recordId, verdict: 'ignore', stakeholderId: null })
}

/** Does nothing when somebody did it already. */
export async function takeBack(ctx: Context, place: Place, recordId: string): Promise<void> {
  const leftOut = await findLeftOut(ctx.db, place, recordId)
  if (leftOut) await revoke(ctx, place.companyId, leftOut.decisionId)
}
