import type { ChangeReason } from '../../model.ts'
import type { MatchVerdict } from './candidate.ts'

/** One side of a conflict in HR: `linked` to a stakeholder already, or itself waiting for an answer. */
export type RecordOf = { recordId: string; linkedTo: string | null }

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
  // A wrong link: the record is somebody else, or somebody new.
  const other: Choice[] = records[0]?.linkedTo ? [{ kind: 'find' }, { kind: 'create' }] : []
  switch (reason) {
    case 'shared_identifier':
      if (recordsBeyond > 0) return [...links, ...named, { kind: 'create' }, { kind: 'ignore' }]
      return sharedIdentifier(records, stakeholderIds, named)
    case 'shared_stakeholder_identifier':
    case 'maybe_known':
      return [...links, ...named, { kind: 'create' }, { kind: 'ignore' }]
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
): Choice[] {
  const [self] = records
  const owner = records.find(({ linkedTo }) => linkedTo !== null)?.linkedTo
  if (owner !== null && owner !== undefined)
    return [{ kind: 'new_contract', stakeholderId: owner }, { kind: 'create' }, { kind: 'ignore' }]
  const targets = stakeholderIds.length === 0 ? [null] : stakeholderIds
  const owners = (of: readonly RecordOf[]) =>
    of.flatMap(({ recordId }) =>
      targets.map((stakeholderId) => ({ kind: 'is' as const, recordId, stakeholderId })),
    )
  const all = owners(records)
  const offered =
    all.length <= MAX_OWNERS ? all : owners(self ? [self] : []).slice(0, MAX_OWNERS - named.length)
  return [...offered, ...named, { kind: 'nobody' }, { kind: 'separate' }]
}

/**
 * What an answer means for each record. Those that are linked already are never touched by an answer about
 * somebody else.
 * @param found whom `find` names
 */
export function verdictsOf(
  choice: Choice,
  { records, claimed }: Dispute,
  found: string | null = null,
): Verdict[] {
  const waiting = records.filter(({ linkedTo }, index) => index === 0 || linkedTo === null)
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
