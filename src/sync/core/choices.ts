import type { ChangeReason } from '../../model.ts'
import type { MatchVerdict } from './candidate.ts'

/** One side of a conflict in HR: `linkedTo` a stakeholder already, or itself one that `waits` for this answer. */
export type RecordOf = { recordId: string; linkedTo: string | null; waits: boolean }

export type Dispute = {
  reason: ChangeReason | null
  /** The record that the conflict is about comes first. */
  records: readonly RecordOf[]
  /** How many more there are: too many to be answered for in one go. */
  recordsBeyond: number
  stakeholderIds: readonly string[]
  /** Those of them who belong to another record: they can only go on under this one, as a new contract. */
  claimed: readonly string[]
}

/** What a person can answer. `stakeholderId: null` is a stakeholder still to be created. */
export type Choice =
  /** Of several records with one identifier, this one is the stakeholder and the others are left out. */
  | { kind: 'is'; recordId: string; stakeholderId: string | null }
  | { kind: 'nobody' }
  | { kind: 'separate' }
  | { kind: 'link'; stakeholderId: string }
  | { kind: 'new_contract'; stakeholderId: string }
  /** Somebody in the register who is still to be named. */
  | { kind: 'find' }
  | { kind: 'find_new_contract' }
  | { kind: 'create' }
  | { kind: 'ignore' }

export type Verdict = { recordId: string; verdict: MatchVerdict; stakeholderId: string | null }

/** A window shows no more than ten answers; two of them are the same for every shared identifier. */
const MAX_OWNERS = 8

/** What can be answered to a conflict about a match, in the order in which it is offered. */
export function choicesFor({ reason, records, recordsBeyond, stakeholderIds, claimed }: Dispute): Choice[] {
  // Of so many not everybody has an answer of their own: the others can still be named.
  const named: Choice[] =
    stakeholderIds.length > MAX_OWNERS ? [{ kind: 'find' }, { kind: 'find_new_contract' }] : []
  const links = stakeholderIds.slice(0, MAX_OWNERS - named.length).map((stakeholderId) => ({
    kind: claimed.includes(stakeholderId) ? ('new_contract' as const) : ('link' as const),
    stakeholderId,
  }))
  const ofOne: Choice[] = [...links, ...named, { kind: 'create' }, { kind: 'ignore' }]
  // A wrong link: the record is somebody else, or somebody new.
  const other: Choice[] = records[0]?.linkedTo ? [{ kind: 'find' }, { kind: 'create' }] : []
  switch (reason) {
    case 'shared_identifier':
      return recordsBeyond > 0 ? ofOne : sharedIdentifier(records, stakeholderIds, named, ofOne)
    case 'shared_stakeholder_identifier':
    case 'maybe_known':
      return ofOne
    case 'claimed':
      return [
        ...stakeholderIds.map((stakeholderId) => ({ kind: 'new_contract' as const, stakeholderId })),
        ...(other.length > 0 ? other : [{ kind: 'create' as const }]),
        { kind: 'ignore' },
      ]
    case 'link_disagrees':
      return [...links, ...other.filter(({ kind }) => kind === 'create'), { kind: 'ignore' }]
    case 'two_connections':
      return [...links.slice(0, MAX_OWNERS - 1), ...other, { kind: 'ignore' }]
    case 'no_identifier':
      return [{ kind: 'find' }, { kind: 'find_new_contract' }, { kind: 'create' }, { kind: 'ignore' }]
    default:
      return []
  }
}

function sharedIdentifier(
  records: readonly RecordOf[],
  stakeholderIds: readonly string[],
  named: readonly Choice[],
  ofOne: Choice[],
): Choice[] {
  const owner = records.find(({ linkedTo }) => linkedTo !== null)?.linkedTo
  if (owner !== null && owner !== undefined)
    return [{ kind: 'new_contract', stakeholderId: owner }, { kind: 'create' }, { kind: 'ignore' }]
  const waiting = waitingOf(records)
  if (waiting.length === 1) return ofOne
  const targets = stakeholderIds.length === 0 ? [null] : stakeholderIds
  const owners = (of: readonly RecordOf[]) =>
    of.flatMap(({ recordId }) =>
      targets.map((stakeholderId) => ({ kind: 'is' as const, recordId, stakeholderId })),
    )
  const all = owners(waiting)
  const offered =
    all.length <= MAX_OWNERS ? all : owners(waiting.slice(0, 1)).slice(0, MAX_OWNERS - named.length)
  return [...offered, ...named, { kind: 'nobody' }, { kind: 'separate' }]
}

/** The record that the conflict is about, and the others that wait for the same answer. */
const waitingOf = (records: readonly RecordOf[]) => records.filter(({ waits }, index) => index === 0 || waits)

/**
 * What an answer means for each record. Those that do not wait for it, as they are linked already or left long ago, are
 * never touched by an answer about somebody else.
 * @param found whom `find` names
 */
export function verdictsOf(
  choice: Choice,
  { records, claimed }: Dispute,
  found: string | null = null,
): Verdict[] {
  const waiting = waitingOf(records)
  const self = (verdict: MatchVerdict, stakeholderId: string | null = null): Verdict[] =>
    waiting.slice(0, 1).map(({ recordId }) => ({ recordId, verdict, stakeholderId }))
  const all = (verdict: MatchVerdict): Verdict[] =>
    waiting.map(({ recordId }) => ({ recordId, verdict, stakeholderId: null }))
  switch (choice.kind) {
    case 'is':
      return waiting.map(({ recordId }) => {
        if (recordId !== choice.recordId) return { recordId, verdict: 'ignore', stakeholderId: null }
        const { stakeholderId } = choice
        if (stakeholderId === null) return { recordId, verdict: 'create', stakeholderId }
        return { recordId, verdict: claimed.includes(stakeholderId) ? 'new_contract' : 'link', stakeholderId }
      })
    case 'nobody':
      return all('ignore')
    case 'separate':
      return all('create')
    case 'link':
    case 'new_contract':
      return self(choice.kind, choice.stakeholderId)
    case 'find':
      return self('link', found)
    case 'find_new_contract':
      return self('new_contract', found)
    case 'create':
    case 'ignore':
      return self(choice.kind)
    default:
      return choice satisfies never
  }
}
