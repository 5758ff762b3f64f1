import type { Db } from '../db/client.ts'
import { findMatchDecision } from '../db/decisions.ts'
import { findLinkOrigin } from '../db/links.ts'
import type { Actor, Identifier, PlanKind } from '../model.ts'
import type { PlanView } from './plan.ts'

/** By what a record and a stakeholder are one person. */
export type MatchedBy = { by: 'identifier'; identifier: Identifier } | { by: 'decision'; actor: Actor }

/** How a record stands to the register. `linked` with `by: null`: nothing is stored of how that came about. */
export type Standing =
  | { is: 'linked'; since: Date; made: MatchedBy | { by: 'creation' } | null }
  | { is: 'to_create' }
  | { is: 'to_match'; made: MatchedBy }
  | { is: 'unmatched' }

type Person = { recordId: string; kind: PlanKind; stakeholderId: string | null }
type Plan = Pick<PlanView, 'connectionId' | 'createdAt' | 'identifier'>

/** As of now, and where there is no link yet, as the plan will make it. */
export async function standingOf(db: Db, companyId: string, plan: Plan, person: Person): Promise<Standing> {
  const place = { companyId, connectionId: plan.connectionId }
  const { kind, recordId, stakeholderId } = person
  const link = await findLinkOrigin(db, place, recordId)
  const writes = kind === 'update' || kind === 'left' || kind === 'returned' || kind === 'link'
  if (writes && stakeholderId !== null && stakeholderId !== link?.stakeholderId)
    return { is: 'to_match', made: await matchedBy(db, place, recordId, stakeholderId, plan) }
  if (!link) return kind === 'create' ? { is: 'to_create' } : { is: 'unmatched' }
  const { made, since } = link
  if (made === null) return { is: 'linked', since, made }
  if (made.outcome === 'created') return { is: 'linked', since, made: { by: 'creation' } }
  const then = { createdAt: made.planCreatedAt, identifier: made.identifier }
  return { is: 'linked', since, made: await matchedBy(db, place, recordId, link.stakeholderId, then) }
}

/** A plan matches by its identifier, unless a person had named the stakeholder before it was drawn up. */
async function matchedBy(
  db: Db,
  place: { companyId: string; connectionId: string },
  recordId: string,
  stakeholderId: string,
  { createdAt, identifier }: Omit<Plan, 'connectionId'>,
): Promise<MatchedBy> {
  const decision = await findMatchDecision(db, place, recordId, createdAt)
  return decision?.stakeholder_id === stakeholderId
    ? { by: 'decision', actor: decision.decided_by }
    : { by: 'identifier', identifier }
}
