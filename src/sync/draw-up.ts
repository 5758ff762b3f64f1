import { createHash, randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { type CandidateQuery, type CandidateRow, fetchCandidates, openCandidates } from '../db/candidates.ts'
import { copyPlanChanges, forgetSupersededChanges, type NewPlanChange } from '../db/plan-changes.ts'
import {
  findOpenPlan,
  findPlan,
  findPlanBeingSynced,
  insertPlan,
  type PlanRow,
  supersedeOpenPlans,
} from '../db/plans.ts'
import type { Database } from '../db/schema.ts'
import { inTransaction } from '../db/session.ts'
import { getLimits, getSyncSettings } from '../db/settings.ts'
import { type Shared, surveyShared } from '../db/shared-identifiers.ts'
import { type Survey, surveyPeople } from '../db/survey.ts'
import { findWholeSyncDataAt } from '../db/syncs.ts'
import { type CoveredField, PLAN_KINDS, type PlanCounts, type PlanKind } from '../model.ts'
import { measureAgainst } from './brakes.ts'
import { groupByRecord, toCandidate } from './candidate.ts'
import type { Context } from './context.ts'
import type { Rules } from './core/candidate.ts'
import type { Change } from './core/changes.ts'
import { classify } from './core/classify.ts'
import {
  countTouched,
  DEFAULT_LIMITS,
  holdsOf,
  limitsSchema,
  nothingTouched,
  type Touched,
} from './core/guard.ts'
import { anyFieldMayClear, mappingSchema } from './core/mapping.ts'
import { findLockedConnection } from './plan-locks.ts'
import { savedConditions } from './settings.ts'
import { stillHolds } from './still-holds.ts'

/** A superseded plan may still be on somebody's screen for a while. */
const KEPT_MS = 24 * 60 * 60_000

const BATCH = 2_000

/**
 * Draws up the plan for a connection and stores it: cache, links and register are joined once in Postgres,
 * each person for whom something could change is classified by pure functions, and the rows go back by COPY.
 * The same inputs give the same rows in the same order and so the same hash.
 * @param options.stale the open plan that no longer holds: another one, which was drawn up for somebody else at the same
 * moment, is taken as it is. Left out, one is drawn up in any case
 * @returns undefined when nothing has been retrieved yet; the plan that is being synced, as long as one is: what it
 * is about to write would be in the next one a second time
 */
export async function drawUpPlan(
  ctx: Context,
  where: { companyId: string; connectionId: string },
  { stale }: { stale?: string | null } = {},
): Promise<PlanRow | undefined> {
  const { companyId, connectionId } = where
  return await inTransaction(ctx.pool, async (trx, client) => {
    const connection = await findLockedConnection(trx, companyId, connectionId)
    if (!connection?.cache_retrieval_id) return undefined
    const syncing = await findPlanBeingSynced(trx, companyId, connectionId)
    if (syncing) return syncing
    const open = stale === undefined ? undefined : await findOpenPlan(trx, companyId, connectionId)
    if (open && open.plan_id !== stale && (await stillHolds(trx, open, ctx.now))) return open
    const settings = await getSyncSettings(trx, companyId, connectionId)
    const conditions = await savedConditions(trx, where, ctx.now)
    const mapping = mappingSchema.parse(settings.mapping)
    const rules: Rules = {
      identifier: settings.identifier,
      mapping,
      providerLabel: ctx.providers.get(connection.provider).label,
      labelOf: (provider) => ctx.providers.get(provider).label,
    }
    const held = connection.held_fields
    const whom = { identifier: settings.identifier, meets: conditions.predicate }
    const survey = await surveyPeople(trx, where, whom)
    const shared = await surveyShared(trx, where, {
      identifier: settings.identifier,
      values: survey.sharedIdentifiers,
    })
    const query: CandidateQuery = {
      ...where,
      ...whom,
      mappingVersion: settings.mapping_version,
      equalValuesProveUnchanged: mapping.custom.length === 0 && !anyFieldMayClear(mapping),
      withCustomFields: mapping.custom.length > 0,
      crowded: [...shared.crowds.keys()],
    }
    const planId = randomUUID()
    const tally = emptyTally(survey, await findWholeSyncDataAt(trx, companyId, connectionId))
    for await (const people of candidates(trx, query)) {
      await copyPlanChanges(client, companyId, planId, judged(people, { rules, held, shared }, tally))
      tally.hash.update(tally.approved.splice(0).join(''))
    }

    const limits = { ...DEFAULT_LIMITS, ...limitsSchema.parse(await getLimits(trx, companyId)) }
    const measured = await measureAgainst(trx, query, {
      matched: tally.matched,
      syncedWhole: tally.seenUntil !== null,
    })
    const holds = holdsOf(tally.touched, measured, limits)
    await supersedeOpenPlans(trx, companyId, connectionId)
    await forgetSupersededChanges(trx, companyId, connectionId, new Date(ctx.now.getTime() - KEPT_MS))
    await insertPlan(trx, {
      company_id: companyId,
      plan_id: planId,
      connection_id: connectionId,
      status: 'open',
      hash: tally.hash.digest(),
      retrieval_id: connection.cache_retrieval_id,
      cache_version: connection.cache_version,
      settings_version: settings.version,
      mapping_version: settings.mapping_version,
      identifier: settings.identifier,
      counts: JSON.stringify(countsOf(tally)),
      held: holds.length > 0 ? JSON.stringify(holds) : null,
      created_by: JSON.stringify(ctx.actor),
      created_at: ctx.now,
    })
    return await findPlan(trx, companyId, planId)
  })
}

type Judging = {
  rules: Rules
  held: readonly CoveredField[]
  shared: Shared
}

type Tally = {
  ordinal: number
  counts: Record<PlanKind | 'people' | 'meeting', number>
  /** People who meet the conditions and were looked at one by one; the rest of them is unchanged. */
  lookedAt: number
  touched: Touched
  /** Stakeholders who are linked to a record for the first time. */
  matched: number
  /** Who had vanished by then was in a plan of everybody that a person confirmed. */
  seenUntil: Date | null
  /** Lines that are yet to be hashed: a batch at once, as each call costs more than its line. */
  approved: string[]
  hash: ReturnType<typeof createHash>
}

function emptyTally({ people, meeting }: Survey, seenUntil: Date | null): Tally {
  const none = Object.fromEntries(PLAN_KINDS.map((kind) => [kind, 0])) as Record<PlanKind, number>
  return {
    ordinal: 0,
    counts: { ...none, people, meeting },
    lookedAt: 0,
    touched: nothingTouched(),
    matched: 0,
    seenUntil,
    approved: [],
    hash: createHash('sha256'),
  }
}

const countsOf = ({ counts, lookedAt }: Tally): PlanCounts => ({
  ...counts,
  unchanged: counts.unchanged + counts.meeting - lookedAt,
})

/** A batch of people at a time, each with their rows. */
async function* candidates(
  trx: Transaction<Database>,
  query: CandidateQuery,
): AsyncGenerator<CandidateRow[][]> {
  await openCandidates(trx, query)
  let waiting: CandidateRow[] = []
  for (;;) {
    const rows = await fetchCandidates(trx, BATCH)
    const people = groupByRecord([...waiting, ...rows])
    const isLast = rows.length < BATCH
    // The last record may go on in the next batch: one row for each stakeholder it matches.
    waiting = isLast ? [] : (people.pop() ?? [])
    yield people
    if (isLast) return
  }
}

/** One by one as they are stored, so that Postgres stores some while others are judged. */
function* judged(people: CandidateRow[][], how: Judging, tally: Tally): Generator<NewPlanChange> {
  for (const group of people) yield* planRows(group, how, tally)
}

function planRows(group: readonly CandidateRow[], how: Judging, tally: Tally): NewPlanChange[] {
  const [row] = group
  if (!row) return []
  if (row.meets && !row.vanished_at) tally.lookedAt++
  const rowsOfPerson: NewPlanChange[] = []
  for (const change of classify(toCandidate(row, group, how.held, how.shared), how.rules)) {
    tally.counts[change.kind]++
    countTouched(tally.touched, change)
    if (change.base !== null && row.linked_id === null) tally.matched++
    if (change.kind === 'vanished' && !wasSeenBefore(row, tally)) tally.touched.vanished++
    if (change.kind === 'unchanged') continue
    const [before, after] = [JSON.stringify(change.before), JSON.stringify(change.after)]
    tally.approved.push(canonical(change, before, after))
    rowsOfPerson.push({
      ordinal: tally.ordinal++,
      kind: change.kind,
      record_id: change.recordId,
      stakeholder_id: change.kind === 'create' ? randomUUID() : change.stakeholderId,
      stakeholder_version: change.stakeholderVersion,
      linked_to: row.linked_id,
      name: change.name,
      before,
      after,
      reason: change.reason,
      reason_text: change.reasonText,
      detail: change.detail,
      base: change.base,
      cached_hash: change.settles ? row.hash : null,
    })
  }
  return rowsOfPerson
}

/** By the person who confirmed the last sync of everybody: what held it then is not said again. */
const wasSeenBefore = ({ vanished_at }: CandidateRow, { seenUntil }: Tally) =>
  vanished_at !== null && seenUntil !== null && vanished_at <= seenUntil

/** What a person approves: who, what, from which value to which. Versions and new ids are not part of it. */
function canonical(change: Change, before: string, after: string): string {
  const { recordId, kind, stakeholderId, reason, reasonText } = change
  return `${JSON.stringify([recordId, kind, stakeholderId, reason, reasonText])} ${before} ${after}\n`
}
