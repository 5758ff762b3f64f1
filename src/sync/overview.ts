import { countCached } from '../db/cache.ts'
import type { Db } from '../db/client.ts'
import { type ConflictReasons, findConflictReasons } from '../db/conflict-reasons.ts'
import { type ConnectionRow, listConnections } from '../db/connections.ts'
import { findLastFailure, findRunningRetrieval } from '../db/retrieval-health.ts'
import { findReadAgain } from '../db/retrieval-targets.ts'
import { findRetrieval, type RetrievalRow } from '../db/retrievals.ts'
import type { ConnectionStatus, RetrievalStatus } from '../db/schema.ts'
import { countStakeholders } from '../db/stakeholders.ts'
import { findWebhook } from '../db/webhooks.ts'
import { RollcallError } from '../errors.ts'
import type { Actor, StandardField } from '../model.ts'
import type { Context } from './context.ts'
import { listFieldProblems } from './fields.ts'
import { type HeldField, listHeldFields, lostFieldsOf } from './lost-fields.ts'
import { currentPlan, type PlanView } from './plan.ts'
import { hasConditions } from './settings.ts'
import { listSyncs, type SyncView } from './sync-view.ts'

/** What Home and a bare `/datasync` show. */
export type Overview = {
  connections: ConnectionOverview[]
  stakeholders: number
  lastSync: SyncView | null
}

export type ConnectionOverview = {
  connectionId: string
  provider: string
  label: string
  status: ConnectionStatus
  problem: string | null
  problemSince: Date | null
  /** In the cache. */
  people: number
  /** How many of them are within the conditions; `null` where there are none. */
  meetConditions: number | null
  lastGood: { at: Date; retrievalId: string } | null
  /** The last time since then that a few people were read again, as the HR system told of changes. */
  readAgain: ReadAgain | null
  /** The last attempt, where it failed and nothing good came after it. */
  lastFailure: {
    at: Date
    message: string
    remedy: string | null
    /** Fields that it failed for and without which nobody decided to go on. */
    lostFields: readonly StandardField[]
  } | null
  running: {
    retrievalId: string
    peopleRead: number
    peopleExpected: number | null
    status: RetrievalStatus
  } | null
  nextAt: Date
  /** Fields that lost most of their values in HR: not written until a person lets them through. */
  heldFields: readonly HeldField[]
  /** Custom fields that are connected and that nobody came with, a sentence each. */
  fieldProblems: readonly string[]
  /** Why the HR system could not be asked to tell us of changes: full sentences. */
  webhookProblem: string | null
  plan: PlanView | null
  /** Why people in the plan need a look; `null` where nobody does. */
  conflicts: ConflictReasons | null
  /** Its plan was confirmed and is being written; until then there is no other one. */
  syncing: { by: Actor | null; at: Date | null } | null
  /** Why there is no plan although people were retrieved: a condition that can no longer be used. */
  planProblem: { message: string; remedy: string | null } | null
}

export type ReadAgain = { at: Date; people: number; added: number; changed: number }

export async function getOverview(ctx: Context, companyId: string): Promise<Overview> {
  const connections: ConnectionOverview[] = []
  for (const row of await listConnections(ctx.db, companyId)) connections.push(await overviewOf(ctx, row))
  const [lastSync] = await listSyncs(ctx.db, companyId, { limit: 1 })
  return { connections, stakeholders: await countStakeholders(ctx.db, companyId), lastSync: lastSync ?? null }
}

async function overviewOf(ctx: Context, row: ConnectionRow): Promise<ConnectionOverview> {
  const where = { companyId: row.company_id, connectionId: row.connection_id }
  const { plan, planProblem } = await planOrProblem(ctx, where)
  const provider = ctx.providers.get(row.provider)
  const { label } = provider
  const syncing = plan?.status === 'confirmed'
  const heldFields = await listHeldFields(ctx, row)
  const running = await findRunningRetrieval(ctx.db, where.companyId, where.connectionId)
  return {
    connectionId: row.connection_id,
    provider: row.provider,
    label,
    status: row.status,
    problem: row.problem,
    problemSince: row.problem_since,
    people: plan ? plan.counts.people : await countCached(ctx.db, where),
    meetConditions: plan && (await hasConditions(ctx.db, where)) ? plan.counts.meeting : null,
    ...(await lastGoodOf(ctx.db, row)),
    lastFailure: await lastFailureOf(ctx.db, row),
    running: running
      ? {
          retrievalId: running.retrieval_id,
          peopleRead: running.people_read,
          peopleExpected: running.people_expected,
          status: running.status,
        }
      : null,
    nextAt: row.next_retrieval_at,
    heldFields,
    fieldProblems: await listFieldProblems(
      ctx.db,
      where,
      provider,
      heldFields.map(({ field }) => field),
    ),
    webhookProblem: (await findWebhook(ctx.db, where))?.problem ?? null,
    plan: syncing ? null : (plan ?? null),
    conflicts:
      plan && plan.counts.conflict > 0
        ? await findConflictReasons(ctx.db, where.companyId, plan.planId)
        : null,
    syncing: syncing ? { by: plan.decidedBy, at: plan.decidedAt } : null,
    planProblem,
  }
}

/** The current plan, or why there can be none: a condition that can no longer be used. */
export async function planOrProblem(
  ctx: Context,
  where: { companyId: string; connectionId: string },
): Promise<{ plan: PlanView | undefined } & Pick<ConnectionOverview, 'planProblem'>> {
  try {
    return { plan: await currentPlan(ctx, where), planProblem: null }
  } catch (thrown) {
    if (!(thrown instanceof RollcallError) || thrown.code !== 'bad_request') throw thrown
    return { plan: undefined, planProblem: { message: thrown.message, remedy: thrown.remedy } }
  }
}

/** What the cache holds, also while no plan can be drawn up from it. */
async function lastGoodOf(
  db: Db,
  row: ConnectionRow,
): Promise<Pick<ConnectionOverview, 'lastGood' | 'readAgain'>> {
  const last =
    row.cache_retrieval_id === null
      ? undefined
      : await findRetrieval(db, row.company_id, row.cache_retrieval_id)
  if (!last?.finished_at) return { lastGood: null, readAgain: null }
  const lastGood = { at: last.finished_at, retrievalId: last.retrieval_id }
  return { lastGood, readAgain: await readAgainSince(db, last) }
}

/** @param last the complete retrieval that the cache holds */
export async function readAgainSince(db: Db, last: RetrievalRow): Promise<ReadAgain | null> {
  const again = await findReadAgain(db, last)
  if (!again?.finished_at) return null
  const { added, changed, finished_at: at, people_read: people } = again
  return { at, people, added, changed }
}

async function lastFailureOf(db: Db, row: ConnectionRow): Promise<ConnectionOverview['lastFailure']> {
  const failure = await findLastFailure(db, row.company_id, row.connection_id)
  if (!failure?.finished_at || failure.error_message === null) return null
  return {
    at: failure.finished_at,
    message: failure.error_message,
    remedy: failure.error_remedy,
    lostFields: lostFieldsOf(failure, row),
  }
}
