import { findCachedPeople } from '../db/cache.ts'
import { listClaims } from '../db/claims.ts'
import { findWaiting } from '../db/conflict-reasons.ts'
import { findLinks } from '../db/links.ts'
import { findStakeholder, type StakeholderView } from '../db/stakeholders.ts'
import { type ChangeReason, type Employee, type FieldChanges, personName } from '../model.ts'
import type { Context } from './context.ts'
import { type Choice, choicesFor, type Dispute, verdictsOf } from './core/choices.ts'
import { decideField, decideMatches } from './decide.ts'
import { markOf } from './mark.ts'
import { type ChangeView, currentPlan, listChanges } from './plan.ts'

type Place = { companyId: string; connectionId: string }

/** A record of HR that a conflict is about, with what tells it from another one. */
export type RecordSide = {
  recordId: string
  name: string
  employee: Employee | null
  linkedTo: string | null
  /** For the same answer. One that left long ago, or is asked about for another reason, does not. */
  waits: boolean
}

export type Conflict = {
  recordId: string
  name: string
  reason: ChangeReason | null
  /** What is in the way, for people. */
  sentence: string
  /** The record itself first. */
  records: readonly RecordSide[]
  /** How many more there are: too many to be answered for in one go. */
  recordsBeyond: number
  stakeholders: readonly StakeholderView[]
  /** Ids of those stakeholders who belong to another record. */
  claimed: readonly string[]
  /** Where both sides changed: the register's value and HR's. */
  fields: FieldChanges
  choices: readonly Choice[]
  /** Of exactly these sides: an answer given to other ones is not taken. */
  mark: string
}

/** @returns undefined when nothing about this person waits for an answer any more */
export async function findConflict(
  ctx: Context,
  place: Place,
  recordId: string,
): Promise<Conflict | undefined> {
  const plan = await currentPlan(ctx, place)
  if (!plan) return undefined
  const filter = { kind: 'conflict', recordId, offset: 0, limit: 1 } as const
  const { items } = await listChanges(ctx.db, place.companyId, plan.planId, filter)
  const [change] = items
  return change && (await withSides(ctx, place, plan.planId, change))
}

export type Answer = { outcome: 'decided' } | { outcome: 'moved'; conflict: Conflict | undefined }

/**
 * Takes an answer to the conflict as it was shown, for every record that it concerns at once.
 * @param answer `choice` is the place among the conflict's choices, `found` the stakeholder that `find` names
 */
export async function resolveMatch(
  ctx: Context,
  place: Place,
  answer: { recordId: string; mark: string; choice: number; found: string | null },
): Promise<Answer> {
  const conflict = await findConflict(ctx, place, answer.recordId)
  const choice = conflict?.choices[answer.choice]
  if (!conflict || !choice || conflict.mark !== answer.mark) return { outcome: 'moved', conflict }
  await decideMatches(ctx, place, verdictsOf(choice, disputeOf(conflict), answer.found))
  return { outcome: 'decided' }
}

/** Takes HR's value of one field, or keeps the register's. */
export async function resolveField(
  ctx: Context,
  place: Place,
  answer: { recordId: string; mark: string; field: string; verdict: 'hr' | 'register' },
): Promise<Answer> {
  const conflict = await findConflict(ctx, place, answer.recordId)
  const change = conflict?.fields[answer.field]
  if (!conflict || !change || conflict.mark !== answer.mark) return { outcome: 'moved', conflict }
  const { recordId, field, verdict } = answer
  const { after: hrValue, before: registerValue } = change
  await decideField(ctx, place, { recordId, field, verdict, hrValue, registerValue })
  return { outcome: 'decided' }
}

async function withSides(ctx: Context, place: Place, planId: string, change: ChangeView): Promise<Conflict> {
  const records = await recordSides(ctx, place, planId, change)
  const stakeholders = await stakeholderSides(ctx, place, change, records)
  const { recordId, name, reason, reasonText, detail } = change
  const claimed = await claimedBeside(ctx, place, recordId, stakeholders)
  const { fields = {}, recordsBeyond = 0 } = detail ?? {}
  const sides = { recordId, name, reason, records, recordsBeyond, stakeholders, claimed, fields }
  const mark = markOf([reason, disputeOf(sides), sides.fields])
  return { ...sides, sentence: reasonText ?? '', choices: choicesFor(disputeOf(sides)), mark }
}

const disputeOf = ({
  reason,
  records,
  recordsBeyond,
  stakeholders,
  claimed,
}: Omit<Conflict, 'choices' | 'mark' | 'sentence'>): Dispute => ({
  reason,
  records: records.map(({ recordId, linkedTo, waits }) => ({ recordId, linkedTo, waits })),
  recordsBeyond,
  stakeholderIds: stakeholders.map(({ stakeholderId }) => stakeholderId),
  claimed,
})

async function recordSides(
  ctx: Context,
  place: Place,
  planId: string,
  change: ChangeView,
): Promise<RecordSide[]> {
  const { recordId, name, reason } = change
  const named = reason === 'two_connections' ? [] : (change.detail?.records ?? [])
  const all = [{ recordId, name }, ...named.filter((other) => other.recordId !== recordId)]
  const ids = all.map((record) => record.recordId)
  const [people, links, waiting] = await Promise.all([
    findCachedPeople(ctx.db, place, ids),
    findLinks(ctx.db, place, ids),
    reason === null ? new Set() : findWaiting(ctx.db, { ...place, planId }, reason, ids),
  ])
  return all.map(({ recordId, name }) => {
    const employee = people.get(recordId) ?? null
    const linkedTo = links.get(recordId) ?? null
    const waits = linkedTo === null && waiting.has(recordId)
    return { recordId, name: employee ? personName(employee) : name, employee, linkedTo, waits }
  })
}

/** Those that the plan names, and whoever one of the records is linked to. */
async function stakeholderSides(
  ctx: Context,
  { companyId }: Place,
  { detail }: ChangeView,
  records: readonly RecordSide[],
): Promise<StakeholderView[]> {
  const named = (detail?.stakeholders ?? []).map(({ stakeholderId }) => stakeholderId)
  const linked = records.slice(1).flatMap(({ linkedTo }) => (linkedTo === null ? [] : [linkedTo]))
  const ids = [...new Set([...named, ...linked])]
  const found = await Promise.all(ids.map((id) => findStakeholder(ctx.db, companyId, id)))
  return found.filter((it) => it !== undefined)
}

async function claimedBeside(
  ctx: Context,
  { companyId, connectionId }: Place,
  recordId: string,
  stakeholders: readonly StakeholderView[],
): Promise<string[]> {
  const claimed: string[] = []
  for (const { stakeholderId } of stakeholders) {
    const claims = await listClaims(ctx.db, companyId, stakeholderId)
    if (claims.some((by) => by.recordId !== recordId || by.connectionId !== connectionId))
      claimed.push(stakeholderId)
  }
  return claimed
}
