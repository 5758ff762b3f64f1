import {
  type ConflictDetail,
  type ConflictReason,
  type Employee,
  MOST_TOLD,
  personName,
} from '../../model.ts'
import { alikeWords } from './alike.ts'
import { formatDate } from './calendar.ts'
import type { Candidate, Claim, Match, RegisterRow, Rules } from './candidate.ts'
import { type Change, label, nameOf, nothing, sharers } from './changes.ts'
import type { Diff } from './diff.ts'
import { fewOf, number } from './few.ts'
import { fieldLabel } from './mapping.ts'

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

export const linkDisagrees = (person: Candidate, linked: RegisterRow, other: Match, rules: Rules) =>
  conflict(
    person,
    'link_disagrees',
    `${person.linked?.stakeholderId === linked.stakeholderId ? 'Linked to' : 'Said to be'} ${nameOf(linked)}, but the ${label(rules)} now belongs to ${nameOf(other)}.`,
    { stakeholders: [side(linked), side(other)] },
    linked,
  )

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
