import { unpackEmployee } from '../db/cache.ts'
import { findCachedByText } from '../db/cached-search.ts'
import { type CandidateQuery, type CandidateRow, fetchCandidates, openCandidates } from '../db/candidates.ts'
import type { Db } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { findIdentifierValue } from '../db/identifier-keys.ts'
import { findReadAgain } from '../db/retrieval-targets.ts'
import { findRetrieval } from '../db/retrievals.ts'
import { getSyncSettings } from '../db/settings.ts'
import { type Shared, surveyShared } from '../db/shared-identifiers.ts'
import { type Employee, type Identifier, personName, type RegisterFields } from '../model.ts'
import { groupByRecord, toCandidate } from './candidate.ts'
import type { Context } from './context.ts'
import type { Candidate, Rules } from './core/candidate.ts'
import type { Change } from './core/changes.ts'
import { classify } from './core/classify.ts'
import type { ConditionTree } from './core/conditions.ts'
import { type ExplainedCondition, explainConditions, type Passes } from './core/conditions-explain.ts'
import { anyFieldMayClear, mappingSchema } from './core/mapping.ts'
import { calendarDay, checkedConditions, savedConditions } from './settings.ts'

type Place = { companyId: string; connectionId: string }

export type Why = {
  connectionId: string
  providerLabel: string
  recordId: string
  name: string
  employee: Employee | null
  problem: string | null
  retrievedAt: Date | null
  /** When this one person was read again since, as the HR system told of a change; `null` when not. */
  readAgainAt: Date | null
  vanishedAt: Date | null
  conditions: { passes: Passes; lines: readonly ExplainedCondition[] } | null
  identifier: Identifier
  identifierValue: string | null
  match:
    | {
        how: 'linked' | 'decision' | 'identifier'
        stakeholders: readonly { stakeholderId: string; fields: RegisterFields }[]
        /** How many more there are, where they and the people are so many that not all were looked at. */
        beyond: number
      }
    | { how: 'none' }
  /** What the next plan does for this person, or would do; empty where it has nothing to do. */
  changes: readonly Change[]
}

/** People of the company's caches whose name, email, number or record id holds the text. */
export function findPeople(ctx: Context, companyId: string, text: string, limit: number) {
  return findCachedByText(ctx.db, companyId, text, limit)
}

/**
 * Why one person is in the plan or not: what HR said, each condition with the value it saw, who matched, and
 * what follows. The very functions that draw up the plan answer, so it cannot say anything else. Writes nothing.
 * @param unsaved conditions to go by in place of the saved ones: then it is what would follow if they were saved
 */
export async function explainPerson(
  ctx: Context,
  place: Place,
  recordId: string,
  unsaved: ConditionTree | null = null,
): Promise<Why | undefined> {
  const connection = await getConnection(ctx.db, place.companyId, place.connectionId)
  const settings = await getSyncSettings(ctx.db, place.companyId, place.connectionId)
  const { checked, predicate } =
    unsaved === null
      ? await savedConditions(ctx.db, place, ctx.now)
      : await checkedConditions(ctx.db, place, unsaved, ctx.now)
  const mapping = mappingSchema.parse(settings.mapping)
  const { identifier } = settings
  const query: PersonQuery = {
    ...place,
    identifier,
    meets: predicate,
    mappingVersion: settings.mapping_version,
    equalValuesProveUnchanged: mapping.custom.length === 0 && !anyFieldMayClear(mapping),
    withCustomFields: true,
    recordId,
  }
  const { rows, shared } = await readCandidate(ctx.db, query)
  const [group] = groupByRecord(rows)
  const [row] = group ?? []
  if (!group || !row) return undefined
  const labelOf = (provider: string) => ctx.providers.get(provider).label
  const providerLabel = labelOf(connection.provider)
  const rules: Rules = { identifier, mapping, providerLabel, labelOf }
  const candidate = toCandidate(row, group, connection.held_fields, shared)
  const stated = row.employee && unpackEmployee(recordId, row.employee)
  // Held fields are asked about as the plan does it: by their values, and not by their blanks.
  const options = { today: calendarDay(ctx.now), held: connection.held_fields }
  const retrieval =
    connection.cache_retrieval_id &&
    (await findRetrieval(ctx.db, place.companyId, connection.cache_retrieval_id))
  const again = retrieval && (await findReadAgain(ctx.db, retrieval, recordId))
  const changes = classify(candidate, rules)
  return {
    connectionId: place.connectionId,
    providerLabel,
    recordId,
    name: changes[0]?.name ?? nameOf(candidate.employee),
    employee: candidate.employee,
    problem: candidate.problem,
    retrievedAt: retrieval ? retrieval.finished_at : null,
    readAgainAt: again ? again.finished_at : null,
    vanishedAt: row.vanished_at,
    conditions: stated && explainConditions(checked, stated, options),
    identifier,
    identifierValue: candidate.identifierValue,
    match: matchOf(candidate),
    changes,
  }
}

function matchOf({ decision, linked, matches, matchesBeyond }: Candidate): Why['match'] {
  const chosen = decision?.stakeholder
  if (chosen && chosen.stakeholderId !== linked?.stakeholderId)
    return { how: 'decision', stakeholders: [chosen], beyond: 0 }
  if (linked) return { how: 'linked', stakeholders: [linked], beyond: 0 }
  if (matches.length === 0) return { how: 'none' }
  return { how: 'identifier', stakeholders: matches, beyond: matchesBeyond }
}

type PersonQuery = Omit<CandidateQuery, 'crowded'> & { recordId: string }

/** All as of one moment: a retrieval may end meanwhile. */
function readCandidate(db: Db, query: PersonQuery): Promise<{ rows: CandidateRow[]; shared: Shared }> {
  const { identifier, recordId } = query
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const value = await findIdentifierValue(trx, query, recordId, identifier)
      const shared = await surveyShared(trx, query, { identifier, values: value === null ? [] : [value] })
      await openCandidates(trx, { ...query, crowded: [...shared.crowds.keys()] })
      return { rows: await fetchCandidates(trx, 'all'), shared }
    })
}

const nameOf = (employee: Employee | null) => (employee ? personName(employee) : 'Unreadable record')
