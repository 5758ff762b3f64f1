import {
  type ChangeReason,
  type ConflictDetail,
  type Employee,
  type FieldValues,
  identifierLabel,
  type PlanKind,
  personName,
  type RegisterFields,
} from '../../model.ts'
import { alikeWords } from './alike.ts'
import type { Candidate, RegisterRow, Rules } from './candidate.ts'
import { fewOf } from './few.ts'

/** One row of a plan: what would be done, or why nothing is, in one plain sentence. */
export type Change = {
  kind: PlanKind
  recordId: string
  stakeholderId: string | null
  stakeholderVersion: number | null
  name: string
  before: FieldValues
  after: FieldValues
  reason: ChangeReason | null
  reasonText: string | null
  detail: ConflictDetail | null
  /** For a first match: the values on which HR and register agree from now on. */
  base: RegisterFields | null
  /** Nothing about this person stays open once this is written. */
  settles: boolean
}

export function statusReason(employee: Employee | null, rules: Rules): Pick<Change, 'reason' | 'reasonText'> {
  if (employee?.status !== 'unknown') return { reason: null, reasonText: null }
  const word = employee.statusText === null ? 'no status' : `the status "${employee.statusText}"`
  return {
    reason: 'unknown_status',
    reasonText: `${rules.providerLabel} states ${word}, which is kept as Unknown.`,
  }
}

export const vanished = (person: Candidate, row: RegisterRow): Change => ({
  ...nothing(person, 'vanished', row),
  reasonText: 'No longer in HR. The register keeps them as they are.',
})

export const outOfConditions = (person: Candidate, row: RegisterRow): Change => ({
  ...nothing(person, 'out_of_conditions', row),
  reasonText: 'Outside your conditions. The register keeps them as they are.',
})

/** Not linked yet, so that nobody follows their leaving; but the identifier says who they are in the register. */
export const leftUnsynced = (person: Candidate, row: RegisterRow): Change => ({
  ...nothing(person, 'out_of_conditions', row),
  reasonText:
    'Left the company, and the register has them at work. Outside your conditions, so the register keeps them as they are.',
})

export const leftBefore = (person: Candidate, rules: Rules): Change => ({
  ...nothing(person, 'skip'),
  reason: 'left_before',
  reasonText:
    person.sharedWith.length === 0
      ? `Left the company and ${neverKnown(person)}.`
      : `This record left the company and ${neverKnown(person)}. Its ${label(rules)} is also that of ${sharers(person)}.`,
})

const neverKnown = (person: Candidate) =>
  person.alike.length === 0
    ? 'was never in the register'
    : `is not created; in the register ${alikeWords(person)}`

export const ignored = (person: Candidate): Change => ({
  ...nothing(person, 'skip', person.linked ?? undefined),
  reason: 'ignored',
  reasonText: 'Left out by a decision that you can revoke.',
})

export const superseded = (person: Candidate, row: RegisterRow): Change => ({
  ...nothing(person, 'skip', row),
  reason: 'superseded',
  reasonText: 'An earlier contract: the same person goes on under a newer HR record.',
})

/** @param change the creation that a person decided on */
export const separate = (change: Change, person: Candidate, rules: Rules): Change => ({
  ...change,
  reason: 'separate',
  reasonText: `Gets a stakeholder of their own ${despite(person, rules)}, by a decision that you can revoke.`,
})

function despite(person: Candidate, rules: Rules): string {
  if (person.identifierValue === null) return `without any ${label(rules)}`
  return person.alike.length === 0 ? `whoever has the same ${label(rules)}` : `although ${alikeWords(person)}`
}

/** @param meets the conditions: they do not, or nobody can tell */
export const leftOutside = (change: Change, meets: false | null): Change => ({
  ...change,
  kind: 'left',
  reason: 'left_outside_conditions',
  reasonText: `${
    meets === null ? 'Whether they meet your conditions cannot be told' : 'Outside your conditions'
  }: only the status and the end date are followed.`,
})

export function nothing(person: Candidate, kind: PlanKind, row?: RegisterRow): Change {
  return {
    kind,
    recordId: person.recordId,
    stakeholderId: row?.stakeholderId ?? null,
    stakeholderVersion: row?.version ?? null,
    name: person.employee ? personName(person.employee) : row ? nameOf(row) : 'Unreadable record',
    before: {},
    after: {},
    reason: null,
    reasonText: null,
    detail: null,
    base: null,
    settles: true,
  }
}

export const nameOf = (row: RegisterRow): string => personName(row.fields)
export const sharers = ({ sharedBeyond, sharedWith }: Candidate): string => fewOf(sharedWith, sharedBeyond)
export const label = (rules: Rules): string => identifierLabel(rules.identifier)
