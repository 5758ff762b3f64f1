import {
  type ChangeReason,
  type ConflictDetail,
  type ConflictReason,
  type Employee,
  type FieldValues,
  MOST_TOLD,
  type PlanKind,
  personName,
  type RegisterFields,
  STANDARD_FIELDS,
} from '../../model.ts'
import { alikeWords } from './alike.ts'
import { formatDate } from './calendar.ts'
import type { Candidate, Claim, Match, RegisterRow, Rules } from './candidate.ts'
import type { Diff } from './diff.ts'
import { fewOf, number } from './few.ts'
import { fieldLabel } from './mapping.ts'

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

export const unreadable = (person: Candidate) =>
  conflict(
    person,
    'unreadable',
    `HR's record could not be read: ${person.problem ?? 'no reason was kept'}`,
    null,
    person.linked ?? undefined,
  )

export const cannotTell = (person: Candidate, row?: RegisterRow) =>
  conflict(
    person,
    'unreadable',
    'A condition asks for a field that HR did not deliver for this person, or that is held.',
    null,
    row,
  )

export const noIdentifier = (person: Candidate, rules: Rules) =>
  conflict(
    person,
    'no_identifier',
    `Has no ${label(rules)} in ${rules.providerLabel}, so nobody can be matched.`,
  )

export const sharedIdentifier = (person: Candidate, employee: Employee, rules: Rules) =>
  conflict(
    person,
    'shared_identifier',
    `Has the same ${label(rules)} as ${sharers(person)}${andStakeholders(person)}. A stakeholder can belong to one of them.`,
    {
      ...inHr(person, employee),
      ...(person.matches.length > 0 && { stakeholders: told(person) }),
    },
  )

const inHr = (person: Candidate, employee: Employee): ConflictDetail => ({
  records: [{ recordId: person.recordId, name: personName(employee) }, ...person.sharedWith],
  ...(person.sharedBeyond > 0 && { recordsBeyond: person.sharedBeyond }),
})

export const sharedStakeholders = (person: Candidate, rules: Rules) =>
  conflict(
    person,
    'shared_stakeholder_identifier',
    `${number(allOf(person))} stakeholders have this ${label(rules)}: ${fewOf(told(person), untold(person))}.`,
    { stakeholders: told(person) },
  )

/** Nobody has the identifier, but somebody whom no record belongs to has another one: perhaps the same person. */
export const maybeKnown = (person: Candidate, employee: Employee, rules: Rules) => {
  const [one, ...more] = person.alike
  const nobody = `Nobody in the register has the ${label(rules)} ${person.identifierValue}, but ${alikeWords(person)}.`
  const others = `In HR ${sharers(person)} ${allSharing(person) === 1 ? 'has' : 'have'} this ${label(rules)} too.`
  return conflict(
    person,
    'maybe_known',
    person.sharedWith.length === 0 ? nobody : `${nobody} ${others}`,
    { stakeholders: person.alike.map(side), ...(person.sharedWith.length > 0 && inHr(person, employee)) },
    more.length === 0 ? one : undefined,
  )
}

export const claimed = (person: Candidate, match: Match, by: Claim, rules: Rules) =>
  claimConflict(
    person,
    match,
    by,
    `The ${label(rules)} belongs to stakeholder ${nameOf(match)}, who is linked to ${recordOf(by, rules)}.`,
  )

/** Linked to a stakeholder of another record, or meant to be: only one of the two can be followed. */
export const claimedTwice = (person: Candidate, row: RegisterRow, by: Claim, rules: Rules) =>
  claimConflict(
    person,
    row,
    by,
    `Stakeholder ${nameOf(row)} belongs to ${recordOf(by, rules)} too, and can follow only one of them.`,
  )

const claimConflict = (person: Candidate, row: RegisterRow, by: Claim, sentence: string) =>
  conflict(
    person,
    by.sameConnection ? 'claimed' : 'two_connections',
    sentence,
    { stakeholders: [side(row)], records: [{ recordId: by.recordId, name: by.name ?? nameOf(row) }] },
    row,
  )

/** "the HR record of Ben Ode", "a record in Personio" */
function recordOf({ sameConnection, name, provider }: Claim, { labelOf, providerLabel }: Rules): string {
  if (sameConnection) return name === null ? 'another HR record' : `the HR record of ${name}`
  const label = labelOf(provider)
  const where = label === providerLabel ? `another ${label} connection` : label
  return name === null ? `a record in ${where}` : `the record of ${name} in ${where}`
}

export const leaversIdentifier = (person: Candidate, match: Match, rules: Rules) =>
  conflict(
    person,
    'claimed',
    `The ${label(rules)} belongs to stakeholder ${nameOf(match)}, who has left and has another name.`,
    { stakeholders: [side(match)] },
    match,
  )

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

export const linkDisagrees = (person: Candidate, linked: RegisterRow, other: Match, rules: Rules) =>
  conflict(
    person,
    'link_disagrees',
    `Linked to ${nameOf(linked)}, but the ${label(rules)} now belongs to ${nameOf(other)}.`,
    { stakeholders: [side(linked), side(other)] },
    linked,
  )

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

export const bothChanged = (person: Candidate, row: RegisterRow, diff: Diff, rules: Rules) =>
  conflict(person, 'both_changed', undecidedWords(diff, rules), { fields: diff.undecided }, row)

function undecidedWords({ undecided }: Diff, rules: Rules): string {
  const keys = Object.keys(undecided)
  const endDate = undecided['endDate']
  if (keys.length === 1 && endDate && endDate.after === null)
    return `${rules.providerLabel} states no end date, the register has ${formatDate(String(endDate.before))}; a person decides whether it goes.`
  const labels = keys.map((key) => fieldLabel(key, rules.mapping)).join(', ')
  return `${labels}: HR and the register differ, and a person decides which one stands.`
}

function conflict(
  person: Candidate,
  reason: ConflictReason,
  reasonText: string,
  detail: ConflictDetail | null = null,
  row?: RegisterRow,
): Change {
  return { ...nothing(person, 'conflict', row), reason, reasonText, detail }
}

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

const nameOf = (row: RegisterRow) => personName(row.fields)
const side = (row: RegisterRow) => ({ stakeholderId: row.stakeholderId, name: nameOf(row) })
/** Those first who belong to nobody else. */
const told = ({ matches }: Candidate) =>
  matches
    .toSorted((a, b) => Number(a.claimedBy !== null) - Number(b.claimedBy !== null))
    .slice(0, MOST_TOLD)
    .map(side)
const allOf = ({ matches, matchesBeyond }: Candidate) => matches.length + matchesBeyond
const untold = (person: Candidate) => allOf(person) - told(person).length
const andStakeholders = (person: Candidate) =>
  untold(person) > 0 ? `, and as ${number(allOf(person))} stakeholders` : ''
const allSharing = ({ sharedBeyond, sharedWith }: Candidate) => sharedWith.length + sharedBeyond
const sharers = ({ sharedBeyond, sharedWith }: Candidate) => fewOf(sharedWith, sharedBeyond)

const label = (rules: Rules) => STANDARD_FIELDS[rules.identifier].label.toLowerCase()
