import {
  type ChangeReason,
  type ConflictDetail,
  type Employee,
  type FieldValue,
  type FieldValues,
  type Identifier,
  type PlanKind,
  personName,
  type RegisterFields,
  STANDARD_FIELDS,
} from '../../model.ts'
import { type Diff, diffFields, type FieldDecisions, sameField } from './diff.ts'
import { fieldLabel, type MappedField, type Mapping, mappedFields } from './mapping.ts'

/** One record of the cache with everything that was found for it in links, decisions and register. */
export type Candidate = {
  recordId: string
  /** `null`: the row did not parse, `problem` says why. */
  employee: Employee | null
  problem: string | null
  vanished: boolean
  /** `null`: a condition asks for a field that was not delivered for this person. */
  meetsConditions: boolean | null
  identifierValue: string | null
  /** Other records within the conditions that have the same identifier. */
  sharedWith: readonly { recordId: string; name: string }[]
  /** The stakeholder this record is linked to. */
  linked: (RegisterRow & { base: RegisterFields }) | null
  /** Another record of the same person, under a new contract, has taken the stakeholder over. */
  superseded: boolean
  /** Stakeholders with this identifier that are not the linked one. */
  matches: readonly Match[]
  /** What a person decided about this record's match, with the stakeholder they chose. */
  decision: { verdict: MatchVerdict; stakeholder: RegisterRow | null } | null
  fieldDecisions: FieldDecisions
}
export type RegisterRow = { stakeholderId: string; version: number; fields: RegisterFields }
export type Match = RegisterRow & { claimedBy: { recordId: string; sameConnection: boolean } | null }
export type MatchVerdict = 'link' | 'create' | 'ignore' | 'new_contract'

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

export type Rules = { identifier: Identifier; mapping: Mapping; providerLabel: string }

/**
 * What would be done for one person: nothing worth a row, one change, or two where some fields can be
 * written and others wait for a person.
 */
export function classify(person: Candidate, rules: Rules): Change[] {
  const { employee, linked } = person
  if (person.decision?.verdict === 'ignore') return [ignored(person)]
  if (linked && person.superseded) return [superseded(person, linked)]
  if (person.vanished) return linked && !hasLeft(linked) ? [vanished(person, linked)] : []
  if (!employee) return [unreadable(person)]
  const chosen = person.decision?.stakeholder
  if (chosen && chosen.stakeholderId !== linked?.stakeholderId)
    return written(person, chosen, mappedFields(employee, rules.mapping), null, rules)
  if (linked) return classifyLinked(person, employee, linked, rules)
  if (person.meetsConditions === null) return [cannotTell(person)]
  if (!person.meetsConditions) return []
  return classifyUnlinked(person, employee, rules)
}

function classifyLinked(
  person: Candidate,
  employee: Employee,
  linked: NonNullable<Candidate['linked']>,
  rules: Rules,
): Change[] {
  const other = person.decision ? undefined : person.matches.find((match) => !isTakenBySharer(person, match))
  if (other && person.meetsConditions)
    return [
      conflict(
        person,
        'link_disagrees',
        `Linked to ${nameOf(linked)}, but the ${label(rules)} now belongs to ${nameOf(other)}.`,
        { stakeholders: [side(linked), side(other)] },
        linked,
      ),
    ]
  // Leaving is the one thing that is followed outside the conditions: "status is Active" must not hide it.
  const leaver = employee.status === 'left' && !hasLeft(linked)
  if (!person.meetsConditions && !leaver)
    return [person.meetsConditions === null ? cannotTell(person, linked) : outOfConditions(person, linked)]

  const fields = mappedFields(employee, rules.mapping).filter(
    ({ key }) => person.meetsConditions || key === 'status' || key === 'endDate',
  )
  return written(person, linked, fields, linked.base, rules)
}

function classifyUnlinked(person: Candidate, employee: Employee, rules: Rules): Change[] {
  if (person.decision?.verdict === 'create')
    return [
      {
        ...created(person, employee, rules),
        reason: 'separate',
        reasonText: `Gets a stakeholder of their own ${
          person.identifierValue === null
            ? `without any ${label(rules)}`
            : `whoever has the same ${label(rules)}`
        }, by a decision that you can revoke.`,
      },
    ]
  if (person.identifierValue === null)
    return [employee.status === 'left' ? leftBefore(person, rules) : noIdentifier(person, rules)]
  if (employee.status === 'left' && person.matches.every((match) => isTakenBySharer(person, match)))
    return [leftBefore(person, rules)]
  const [match, ...more] = person.matches
  // Before `shared_identifier`: who holds the stakeholder is what tells a rehire from a reused email.
  if (match?.claimedBy && more.length === 0) return [claimed(person, match, match.claimedBy, rules)]
  if (person.sharedWith.length > 0) return [sharedIdentifier(person, employee, rules)]
  if (!match) return [created(person, employee, rules)]
  if (more.length > 0) return [sharedStakeholders(person, rules)]
  if (hasLeft(match) && employee.status !== 'left' && !sameLegalName(match.fields, employee))
    return [leaversIdentifier(person, match, rules)]
  return written(person, match, mappedFields(employee, rules.mapping), null, rules)
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
  if (diff.after['status'] === 'left')
    return person.meetsConditions
      ? { ...change, kind: 'left' }
      : {
          ...change,
          kind: 'left',
          reason: 'left_outside_conditions',
          reasonText: 'Outside your conditions: only the status and the end date are followed.',
        }
  if (diff.after['status'] === 'unknown') return { ...change, ...statusReason(person.employee, rules) }
  return diff.before['status'] === 'left' ? { ...change, kind: 'returned' } : change
}

function statusReason(employee: Employee | null, rules: Rules): Pick<Change, 'reason' | 'reasonText'> {
  if (employee?.status !== 'unknown') return { reason: null, reasonText: null }
  const word = employee.statusText === null ? 'no status' : `the status "${employee.statusText}"`
  return {
    reason: 'unknown_status',
    reasonText: `${rules.providerLabel} states ${word}, which is kept as Unknown.`,
  }
}

const vanished = (person: Candidate, row: RegisterRow): Change => ({
  ...nothing(person, 'vanished', row),
  reasonText: 'No longer in HR. The register keeps them as they are.',
})

const outOfConditions = (person: Candidate, row: RegisterRow): Change => ({
  ...nothing(person, 'out_of_conditions', row),
  reasonText: 'Outside your conditions. The register keeps them as they are.',
})

const leftBefore = (person: Candidate, rules: Rules): Change => ({
  ...nothing(person, 'skip'),
  reason: 'left_before',
  reasonText:
    person.sharedWith.length === 0
      ? 'Left the company and was never in the register.'
      : `This record left the company and was never in the register. Its ${label(rules)} is also that of ${names(person.sharedWith)}.`,
})

const unreadable = (person: Candidate) =>
  conflict(
    person,
    'unreadable',
    `HR's record could not be read: ${person.problem ?? 'no reason was kept'}`,
    null,
    person.linked ?? undefined,
  )

const cannotTell = (person: Candidate, row?: RegisterRow) =>
  conflict(
    person,
    'unreadable',
    'A condition asks for a field that HR did not deliver for this person.',
    null,
    row,
  )

const noIdentifier = (person: Candidate, rules: Rules) =>
  conflict(
    person,
    'no_identifier',
    `Has no ${label(rules)} in ${rules.providerLabel}, so nobody can be matched.`,
  )

const sharedIdentifier = (person: Candidate, employee: Employee, rules: Rules) =>
  conflict(
    person,
    'shared_identifier',
    `Has the same ${label(rules)} as ${names(person.sharedWith)}. A stakeholder can belong to one of them.`,
    {
      records: [{ recordId: person.recordId, name: personName(employee) }, ...person.sharedWith],
      ...(person.matches.length > 0 && { stakeholders: person.matches.map(side) }),
    },
  )

const sharedStakeholders = (person: Candidate, rules: Rules) =>
  conflict(
    person,
    'shared_stakeholder_identifier',
    `${person.matches.length} stakeholders have this ${label(rules)}: ${names(person.matches.map(side))}.`,
    { stakeholders: person.matches.map(side) },
  )

const claimed = (person: Candidate, match: Match, by: NonNullable<Match['claimedBy']>, rules: Rules) =>
  conflict(
    person,
    by.sameConnection ? 'claimed' : 'two_connections',
    `The ${label(rules)} belongs to stakeholder ${nameOf(match)}, who is linked to ${
      by.sameConnection ? 'another HR record' : 'a record of another connection'
    }.`,
    { stakeholders: [side(match)], records: [{ recordId: by.recordId, name: nameOf(match) }] },
    match,
  )

const leaversIdentifier = (person: Candidate, match: Match, rules: Rules) =>
  conflict(
    person,
    'claimed',
    `The ${label(rules)} belongs to stakeholder ${nameOf(match)}, who has left and has another name.`,
    { stakeholders: [side(match)] },
    match,
  )

const ignored = (person: Candidate): Change => ({
  ...nothing(person, 'skip', person.linked ?? undefined),
  reason: 'ignored',
  reasonText: 'Left out by a decision that you can revoke.',
})

const superseded = (person: Candidate, row: RegisterRow): Change => ({
  ...nothing(person, 'skip', row),
  reason: 'superseded',
  reasonText: 'An earlier contract: the same person goes on under a newer HR record.',
})

const bothChanged = (person: Candidate, row: RegisterRow, diff: Diff, rules: Rules) =>
  conflict(person, 'both_changed', undecidedWords(diff, rules), { fields: diff.undecided }, row)

function undecidedWords({ undecided }: Diff, rules: Rules): string {
  const keys = Object.keys(undecided)
  const endDate = undecided['endDate']
  if (keys.length === 1 && endDate && endDate.after === null)
    return `${rules.providerLabel} states no end date, the register has ${endDate.before}; a person decides whether it goes.`
  const labels = keys.map((key) => fieldLabel(key, rules.mapping)).join(', ')
  return `${labels}: HR and the register differ, and a person decides which one stands.`
}

function conflict(
  person: Candidate,
  reason: ChangeReason,
  reasonText: string,
  detail: ConflictDetail | null = null,
  row?: RegisterRow,
): Change {
  return { ...nothing(person, 'conflict', row), reason, reasonText, detail }
}

function nothing(person: Candidate, kind: PlanKind, row?: RegisterRow): Change {
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

/** The stakeholder of another record that has the same identifier today: nothing about it is open. */
const isTakenBySharer = ({ sharedWith }: Candidate, { claimedBy }: Match) =>
  claimedBy?.sameConnection === true && sharedWith.some(({ recordId }) => recordId === claimedBy.recordId)

const sameLegalName = (ours: RegisterFields, theirs: Employee) =>
  (['firstName', 'lastName'] as const).every(
    (key) => String(ours[key] ?? '').toLowerCase() === (theirs[key] ?? '').toLowerCase(),
  )

const hasLeft = (row: RegisterRow) => row.fields['status'] === 'left'
const nameOf = (row: RegisterRow) => personName(row.fields)
const side = (row: RegisterRow) => ({ stakeholderId: row.stakeholderId, name: nameOf(row) })
const names = (people: readonly { name: string }[]) => people.map((person) => person.name).join(', ')
const label = (rules: Rules) => STANDARD_FIELDS[rules.identifier].label.toLowerCase()
