import type { AlikeRow } from '../db/alike.ts'
import { unpackEmployee } from '../db/cache.ts'
import type { CandidateMatch, CandidateRow, ClaimRow } from '../db/candidates.ts'
import type { CachedEmployeePayload } from '../db/schema.ts'
import type { Shared, Sharers } from '../db/shared-identifiers.ts'
import { type CoveredField, type Employee, MOST_TOLD, personName, STANDARD_FIELD_KEYS } from '../model.ts'
import type { Candidate, Claim } from './core/candidate.ts'
import { customFieldKey } from './core/conditions-fields.ts'

/** A person who matches several stakeholders comes on as many rows, one after the other. */
export function groupByRecord(rows: readonly CandidateRow[]): CandidateRow[][] {
  const groups: CandidateRow[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.[0]?.record_id === row.record_id) last.push(row)
    else groups.push([row])
  }
  return groups
}

/**
 * @param held fields that lost most of their values: as good as not delivered until a person lets them through
 */
export function toCandidate(
  row: CandidateRow,
  group: readonly CandidateRow[],
  held: readonly CoveredField[],
  shared: Shared,
): Candidate {
  const employee = row.employee && unpackEmployee(row.record_id, row.employee)
  const claim = (by: ClaimRow | null): Claim | null =>
    by && {
      recordId: by.recordId,
      sameConnection: by.sameConnection,
      provider: by.provider,
      name: by.employee && nameBeside(by.employee, row.employee),
    }
  const value = row.identifier_value
  const sharing = value === null ? undefined : shared.people.get(value)
  const crowd = value === null || row.linked_id !== null ? undefined : shared.crowds.get(value)
  const matches = group.flatMap(({ matches }) => matches ?? [])
  const sharedWith = othersOf(row, sharing, matches)
  const alike = closestFirst(row.alike ?? [])
  const withClaim = (match: CandidateMatch) => ({ ...match, claimedBy: claim(match.claimedBy) })
  return {
    recordId: row.record_id,
    employee: employee && held.length > 0 ? withoutHeld(employee, held) : employee,
    problem: row.problem,
    vanished: row.vanished_at !== null,
    meetsConditions: row.meets,
    identifierValue: row.identifier_value,
    sharedWith,
    sharedBeyond: Math.max(0, (sharing?.people ?? 1) - 1 - sharedWith.length),
    linked:
      row.linked_id === null
        ? null
        : {
            stakeholderId: row.linked_id,
            version: row.linked_version ?? 0,
            fields: row.linked_fields ?? {},
            base: row.base ?? {},
            claimedBy: claim(row.linked_claim),
          },
    superseded: row.superseded,
    leaving: row.to_leave,
    decision:
      row.verdict === null
        ? null
        : {
            verdict: row.verdict,
            stakeholder: row.chosen && withClaim(row.chosen),
            isOfNow: row.decided_now,
          },
    fieldDecisions: row.field_decisions ?? {},
    matches: matches.map(withClaim).sort((a, b) => (a.stakeholderId < b.stakeholderId ? -1 : 1)),
    matchesBeyond: crowd === undefined ? 0 : crowd - matches.length,
    alike: alike.slice(0, MOST_TOLD),
    alikeBeyond: alike.length > MOST_TOLD,
  }
}

/** Whoever has both of the other identifiers is likelier than who has one. */
const closestFirst = (alike: readonly AlikeRow[]) =>
  alike.toSorted((a, b) => b.agrees.length - a.agrees.length || (a.stakeholderId < b.stakeholderId ? -1 : 1))

/** Of many who share an identifier only a few are told; whoever a match belongs to is always one of them. */
function othersOf(
  row: CandidateRow,
  sharing: Sharers | undefined,
  matches: readonly CandidateMatch[],
): Candidate['sharedWith'] {
  const few = new Map(sharing?.some.map(({ recordId, employee }) => [recordId, employee]))
  for (const { claimedBy } of matches)
    if (claimedBy?.sharing && claimedBy.sameConnection && claimedBy.employee)
      few.set(claimedBy.recordId, claimedBy.employee)
  few.delete(row.record_id)
  return [...few].map(([recordId, employee]) => ({ recordId, name: nameBeside(employee, row.employee) }))
}

/** A custom field is as good as not delivered where its key is not there. */
export function withoutHeld(employee: Employee, held: readonly CoveredField[]): Employee {
  const custom = Object.entries(employee.custom).filter(([id]) => !held.includes(customFieldKey(id)))
  const standard = STANDARD_FIELD_KEYS.filter((key) => held.includes(key))
  return {
    ...employee,
    custom: Object.fromEntries(custom),
    unread: [...employee.unread, ...standard],
  }
}

/** Two records of one name are told apart by their numbers. */
function nameBeside(other: CachedEmployeePayload, own: CachedEmployeePayload | null): string {
  const name = personName(other)
  if (own === null || personName(own) !== name) return name
  return other.employeeNumber ? `${name} (${other.employeeNumber})` : `another ${name}`
}
