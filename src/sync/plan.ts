import { findCachedPeople } from '../db/cache.ts'
import type { Db } from '../db/client.ts'
import { findConnection } from '../db/connections.ts'
import {
  countMovedStakeholders,
  listChangesToFields,
  listPlanChanges,
  type PlanChangeRow,
} from '../db/plan-changes.ts'
import { findOpenPlan, findPlan, findPlanBeingSynced, type PlanRow } from '../db/plans.ts'
import { wasAnotherReadSince } from '../db/retrievals.ts'
import type { PlanStatus } from '../db/schema.ts'
import { getSyncSettings } from '../db/settings.ts'
import { findLastAppliedAt } from '../db/syncs.ts'
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
import { calendarDay } from './settings.ts'

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
  const plan = open && (await stillHolds(ctx.db, open, ctx.now)) ? open : await drawUpPlan(ctx, where)
  return plan && toPlanView(plan)
}

/** Whether cache, settings and every register row that the plan touches are as they were. */
export async function stillHolds(db: Db, plan: PlanRow, now: Date): Promise<boolean> {
  // "In the last 30 days" means other people tomorrow.
  if (calendarDay(plan.created_at) !== calendarDay(now)) return false
  const connection = await findConnection(db, plan.company_id, plan.connection_id)
  if (connection?.cache_retrieval_id !== plan.retrieval_id) return false
  if (connection.cache_version !== plan.cache_version) return false
  const settings = await getSyncSettings(db, plan.company_id, plan.connection_id)
  if (settings.version !== plan.settings_version) return false
  // A conflict names people of other connections as these had them.
  const place = { companyId: plan.company_id, connectionId: plan.connection_id }
  if (plan.counts.conflict > 0 && (await wasAnotherReadSince(db, place, plan.created_at))) return false
  const lastApplied = await findLastAppliedAt(db, plan.company_id)
  if (lastApplied && lastApplied >= plan.created_at) return false
  return (await countMovedStakeholders(db, plan.company_id, plan.plan_id)) === 0
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
