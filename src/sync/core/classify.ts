import type { Employee, FieldValue, FieldValues, RegisterFields } from '../../model.ts'
import type { Candidate, Match, RegisterRow, Rules } from './candidate.ts'
import {
  type Change,
  ignored,
  leftBefore,
  leftOutside,
  leftUnsynced,
  nothing,
  outOfConditions,
  separate,
  statusReason,
  superseded,
  vanished,
} from './changes.ts'
import {
  bothChanged,
  cannotTell,
  claimed,
  claimedTwice,
  leaversIdentifier,
  linkDisagrees,
  maybeKnown,
  noIdentifier,
  sharedIdentifier,
  sharedStakeholders,
  unreadable,
} from './conflicts.ts'
import { type Diff, diffFields, sameField } from './diff.ts'
import { apartFromEdits } from './former-base.ts'
import { type MappedField, mappedFields } from './mapping.ts'

/**
 * What would be done for one person: nothing worth a row, one change, or two where some fields can be
 * written and others wait for a person.
 */
export function classify(person: Candidate, rules: Rules): Change[] {
  const { employee, linked } = person
  // Whom no sync has met and who would not be in the plan anyway needs no row to say that they are left out.
  const isAbsent = !linked && (person.vanished || person.meetsConditions === false)
  if (person.decision?.verdict === 'ignore') return isAbsent ? [] : [ignored(person)]
  const becomesNew =
    person.leaving && person.meetsConditions === true && !person.vanished && !openMatch(person)
  if (linked && person.superseded && !becomesNew) return [superseded(person, linked)]
  if (person.vanished) return linked && !hasLeft(linked) ? [vanished(person, linked)] : []
  if (!employee) return [unreadable(person)]
  if (becomesNew) return [separate(created(person, employee, rules), person, rules)]
  const chosen = person.decision?.stakeholder
  if (chosen && chosen.stakeholderId !== linked?.stakeholderId && person.meetsConditions) {
    if (chosen.claimedBy) return [claimedTwice(person, chosen, chosen.claimedBy, rules)]
    const other = openMatch(person, chosen)
    if (other) return [linkDisagrees(person, chosen, other, rules)]
    return firstMatched(person, chosen, employee, rules)
  }
  // By the answer it is another's, or nobody's yet: their leaving is not followed here.
  if (linked && person.meetsConditions === false && isGivenAway(person, linked))
    return [outOfConditions(person, linked)]
  if (linked) return classifyLinked(person, employee, linked, rules)
  if (person.meetsConditions === null) return [cannotTell(person)]
  if (!person.meetsConditions) return leaverUnsynced(person, employee)
  return classifyUnlinked(person, employee, rules)
}

function classifyLinked(
  person: Candidate,
  employee: Employee,
  linked: NonNullable<Candidate['linked']>,
  rules: Rules,
): Change[] {
  const other = openMatch(person)
  if (other && person.meetsConditions) return [linkDisagrees(person, linked, other, rules)]
  const outside =
    person.meetsConditions === null ? cannotTell(person, linked) : outOfConditions(person, linked)
  // Leaving is the one thing that is followed outside the conditions: "status is Active" must not hide it.
  const leaver = employee.status === 'left' && !employee.unread.includes('status')
  if (!person.meetsConditions && !leaver) return [outside]

  const fields = mappedFields(employee, rules.mapping).filter(
    ({ key }) => person.meetsConditions || key === 'status' || key === 'endDate',
  )
  const changes = written(person, linked, fields, linked.base, rules)
  if (!person.meetsConditions && changes.every(({ kind }) => kind === 'unchanged')) return [outside]
  return linked.claimedBy ? [claimedTwice(person, linked, linked.claimedBy, rules)] : changes
}

function classifyUnlinked(person: Candidate, employee: Employee, rules: Rules): Change[] {
  if (person.decision?.verdict === 'create' && person.decision.isOfNow)
    return [separate(created(person, employee, rules), person, rules)]
  if (person.identifierValue === null)
    return [employee.status === 'left' ? leftBefore(person, rules) : noIdentifier(person, rules)]
  if (employee.status === 'left' && person.matches.every((match) => isTakenBySharer(person, match)))
    return [leftBefore(person, rules)]
  const [match, ...more] = person.matches
  // Before `shared_identifier`: who holds the stakeholder is what tells a rehire from a reused email.
  if (match?.claimedBy && more.length === 0) return [claimed(person, match, match.claimedBy, rules)]
  // Before `shared_identifier` too: an answer to that one creates somebody who may be in the register.
  if (!match && person.alike.length > 0) return [maybeKnown(person, employee, rules)]
  if (person.sharedWith.length > 0) return [sharedIdentifier(person, employee, rules)]
  if (!match) return [created(person, employee, rules)]
  if (more.length > 0) return [sharedStakeholders(person, rules)]
  if (hasLeft(match) && employee.status !== 'left' && !sameLegalName(match.fields, employee))
    return [leaversIdentifier(person, match, rules)]
  return firstMatched(person, match, employee, rules)
}

function firstMatched(person: Candidate, match: Match, employee: Employee, rules: Rules): Change[] {
  const { others, kept } = apartFromEdits(mappedFields(employee, rules.mapping), match)
  return written(person, match, others, null, rules).map((change) =>
    change.base === null ? change : { ...change, base: { ...change.base, ...kept } },
  )
}

/** Outside the conditions nobody is matched; but "status is Active" must not hide who left before their first sync. */
function leaverUnsynced(person: Candidate, employee: Employee): Change[] {
  const [match, ...more] = person.matches
  const isTold =
    employee.status === 'left' &&
    !employee.unread.includes('status') &&
    person.sharedWith.length === 0 &&
    person.decision?.verdict !== 'create'
  if (!isTold || !match || more.length > 0 || match.claimedBy || hasLeft(match)) return []
  return sameLegalName(match.fields, employee) ? [leftUnsynced(person, match)] : []
}

function created(person: Candidate, employee: Employee, rules: Rules): Change {
  const after: Record<string, FieldValues[string]> = {}
  for (const { key, owner, theirs } of mappedFields(employee, rules.mapping))
    if (theirs !== 'unread' && theirs !== null && owner !== 'register') after[key] = theirs
  return { ...nothing(person, 'create'), after, ...statusReason(employee, rules) }
}

function written(
  person: Candidate,
  row: RegisterRow,
  fields: readonly MappedField[],
  base: RegisterFields | null,
  rules: Rules,
): Change[] {
  const diff = diffFields(fields, row.fields, base, person.fieldDecisions)
  const undecided = Object.keys(diff.undecided).length > 0
  const settled = {
    base: base === null ? agreedValues(fields, row.fields, diff) : null,
    settles: !undecided && person.meetsConditions === true,
  }
  const changes: Change[] = []
  if (Object.keys(diff.after).length > 0) changes.push({ ...update(person, row, diff, rules), ...settled })
  else if (base === null) changes.push({ ...nothing(person, 'link', row), ...settled })
  if (undecided) changes.push(bothChanged(person, row, diff, rules))
  return changes.length > 0 ? changes : [nothing(person, 'unchanged', row)]
}

/** What HR and register both hold once the change is written: the base of the next comparison. */
function agreedValues(fields: readonly MappedField[], ours: RegisterFields, diff: Diff): RegisterFields {
  const agreed: Record<string, FieldValue> = {}
  for (const { key, theirs } of fields) {
    if (theirs === null || theirs === 'unread') continue
    if (key in diff.after || sameField(key, ours[key] ?? null, theirs)) agreed[key] = theirs
  }
  return agreed
}

function update(person: Candidate, row: RegisterRow, diff: Diff, rules: Rules): Change {
  const change = { ...nothing(person, 'update', row), before: diff.before, after: diff.after }
  if (!person.meetsConditions) return leftOutside(change, person.meetsConditions)
  if (diff.after['status'] === 'left') return { ...change, kind: 'left' }
  if (diff.after['status'] === 'unknown') return { ...change, ...statusReason(person.employee, rules) }
  return diff.before['status'] === 'left' ? { ...change, kind: 'returned' } : change
}

/** Whom the identifier leads to besides `known`, unless a person has answered about just that. */
const openMatch = (person: Candidate, known?: RegisterRow): Match | undefined =>
  person.decision?.isOfNow
    ? undefined
    : person.matches.find(
        (match) => match.stakeholderId !== known?.stakeholderId && !isTakenBySharer(person, match),
      )

const isGivenAway = ({ decision, leaving }: Candidate, linked: RegisterRow): boolean =>
  leaving || (decision?.stakeholder ?? linked).stakeholderId !== linked.stakeholderId

/** The stakeholder of another record that has the same identifier today: nothing about it is open. */
const isTakenBySharer = ({ sharedWith }: Candidate, { claimedBy }: Match) =>
  claimedBy?.sameConnection === true && sharedWith.some(({ recordId }) => recordId === claimedBy.recordId)

const sameLegalName = (ours: RegisterFields, theirs: Employee) =>
  (['firstName', 'lastName'] as const).every(
    (key) => String(ours[key] ?? '').toLowerCase() === (theirs[key] ?? '').toLowerCase(),
  )

const hasLeft = (row: RegisterRow) => row.fields['status'] === 'left'
