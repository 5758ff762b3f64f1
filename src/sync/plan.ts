import { findCachedPeople } from '../db/cache.ts'
import type { Db } from '../db/client.ts'
import { listChangesToFields, listPlanChanges, type PlanChangeRow } from '../db/plan-changes.ts'
import { findOpenPlan, findPlan, findPlanBeingSynced, type PlanRow } from '../db/plans.ts'
import type { PlanStatus } from '../db/schema.ts'
import { RollcallError } from '../errors.ts'
import {
  type Actor,
  APPLIED_KINDS,
  type ChangeReason,
  type ConflictDetail,
  type Employee,
  type FieldChanges,
  type FieldValues,
  type Identifier,
  type PlanCounts,
  type PlanKind,
  WORTH_A_LOOK,
} from '../model.ts'
import type { Context } from './context.ts'
import { type Brake, type Hold, holdsSchema } from './core/guard.ts'
import { drawUpPlan } from './draw-up.ts'
import { stillHolds } from './still-holds.ts'

export type PlanView = {
  planId: string
  connectionId: string
  /** Hex of the sha256 that Confirm carries. */
  hash: string
  /** How people call it: "Plan 7f3a". */
  code: string
  status: PlanStatus
  retrievedAt: Date
  createdAt: Date
  /** By which it matches. */
  identifier: Identifier
  counts: PlanCounts
  /** How many people a sync of all of it would touch. */
  toApply: number
  /** Brakes that hold it; writing it takes a person who types the first one's number. */
  holds: readonly Hold[]
  decidedBy: Actor | null
  decidedAt: Date | null
}

export type ChangeView = {
  ordinal: number
  kind: PlanKind
  recordId: string
  stakeholderId: string | null
  name: string
  fields: FieldChanges
  reason: ChangeReason | null
  reasonText: string | null
  detail: ConflictDetail | null
  /** As HR states them in the cache now; `null` when the record could not be read. */
  person: Employee | null
}

/**
 * The plan as of now: the open one while nothing it rests on has moved, otherwise a fresh one. One that was confirmed
 * stays the plan until it is written.
 * @returns undefined when nothing has been retrieved yet
 */
export async function currentPlan(
  ctx: Context,
  where: { companyId: string; connectionId: string },
): Promise<PlanView | undefined> {
  const syncing = await findPlanBeingSynced(ctx.db, where.companyId, where.connectionId)
  if (syncing) return toPlanView(syncing)
  const open = await findOpenPlan(ctx.db, where.companyId, where.connectionId)
  if (open && (await stillHolds(ctx.db, open, ctx.now))) return toPlanView(open)
  const plan = await drawUpPlan(ctx, where, { stale: open?.plan_id ?? null })
  return plan && toPlanView(plan)
}

/** @throws RollcallError `not_found` */
export async function getPlan(db: Db, companyId: string, planId: string): Promise<PlanView> {
  const plan = await findPlan(db, companyId, planId)
  if (!plan)
    throw new RollcallError('not_found', 'This plan does not exist.', {
      remedy: 'Open Data Sync for the current one.',
    })
  return toPlanView(plan)
}

export async function listChanges(
  db: Db,
  companyId: string,
  planId: string,
  filter: {
    kind?: PlanKind
    kinds?: readonly PlanKind[]
    touching?: Brake
    ordinals?: readonly number[]
    search?: string
    recordId?: string
    offset: number
    limit: number
  },
): Promise<{ items: ChangeView[]; total: number }> {
  const { kind, kinds = kind && [kind], ...rest } = filter
  return await withPeople(
    db,
    companyId,
    planId,
    await listPlanChanges(db, companyId, planId, { ...rest, ...(kinds && { kinds }) }),
  )
}

/** Names, emails, first and last days that would be rewritten, of these rows or of all: a flag, not a hold. */
export async function worthALook(
  db: Db,
  companyId: string,
  planId: string,
  limit: number,
  ordinals?: readonly number[],
): Promise<{ items: ChangeView[]; total: number }> {
  const rows = await listChangesToFields(db, companyId, planId, { fields: WORTH_A_LOOK, limit, ordinals })
  return await withPeople(db, companyId, planId, rows)
}

async function withPeople(
  db: Db,
  companyId: string,
  planId: string,
  { items, total }: { items: PlanChangeRow[]; total: number },
): Promise<{ items: ChangeView[]; total: number }> {
  const plan = await findPlan(db, companyId, planId)
  const people = plan
    ? await findCachedPeople(
        db,
        { companyId, connectionId: plan.connection_id },
        items.map((item) => item.record_id),
      )
    : new Map<string, Employee | null>()
  return { total, items: items.map((item) => toChangeView(item, people.get(item.record_id) ?? null)) }
}

function toChangeView(row: PlanChangeRow, person: Employee | null): ChangeView {
  return {
    ordinal: row.ordinal,
    kind: row.kind,
    recordId: row.record_id,
    stakeholderId: row.stakeholder_id,
    name: row.name,
    fields: fieldChanges(row.before, row.after),
    reason: row.reason,
    reasonText: row.reason_text,
    detail: row.detail,
    person,
  }
}

export function fieldChanges(before: FieldValues, after: FieldValues): FieldChanges {
  return Object.fromEntries(
    Object.entries(after).map(([key, value]) => [key, { before: before[key] ?? null, after: value }]),
  )
}

function toPlanView(plan: PlanRow): PlanView {
  const hash = plan.hash.toString('hex')
  return {
    planId: plan.plan_id,
    connectionId: plan.connection_id,
    hash,
    code: hash.slice(0, 4),
    status: plan.status,
    retrievedAt: plan.retrieved_at ?? plan.created_at,
    createdAt: plan.created_at,
    identifier: plan.identifier,
    counts: plan.counts,
    holds: holdsSchema.parse(plan.held ?? []),
    toApply: APPLIED_KINDS.reduce((sum, kind) => sum + plan.counts[kind], 0),
    decidedBy: plan.decided_by,
    decidedAt: plan.decided_at,
  }
}
