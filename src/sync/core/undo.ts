import type { FieldValue, FieldValues, JournalOutcome, RegisterFields } from '../../model.ts'
import { sameValue } from './diff.ts'

/** One change that a sync made, and the register row it touched as it stands now (`null`: not there). */
export type Done = {
  outcome: JournalOutcome
  reason: string | null
  before: FieldValues
  after: FieldValues
  /** The register row's version as this change, and later steps of the same story, left it. */
  versionLeft: number | null
  /** What a later step of the same story took back, and none put there again. */
  taken: {
    fields: readonly string[]
    /** Somebody who was created, taken out or put back, or a link that was made without a value. */
    whole: boolean
  }
  now: { version: number; fields: RegisterFields } | null
  /** Another HR record, or another connection, has been linked to this stakeholder since. */
  linkedElsewhere: boolean
  /** Of somebody taken out: another one with an identifier of theirs has come to the register since. */
  knownAgain: boolean
  link: {
    /** The change made, moved or took away the HR record's link. */
    changed: boolean
    /** The record is linked now. */
    exists: boolean
    /** To the same stakeholder, or to nobody, as when the change was done. */
    asLeft: boolean
    /** Whom it was linked to before is gone, or is linked to another HR record since. */
    formerTaken: boolean
  }
}

/** What undoing does with it. `before` is what stands now, `after` what will. */
export type Reversal =
  | {
      outcome: 'reversed' | 'removed' | 'restored'
      reason: string | null
      before: FieldValues
      after: FieldValues
      /** The record is linked again to whom it was before the change, or to nobody. */
      movesLink: boolean
    }
  | { outcome: 'kept'; reason: string }

export const TAKEN_BACK = 'taken back already'
const NOT_WRITTEN = 'these fields were not written'

/** Of somebody who was created, taken out or put back, and of a link without a value, as against single fields. */
const isWhole = ({ after, outcome }: Done): boolean =>
  outcome === 'created' || outcome === 'restored' || Object.keys(after).length === 0

/** Whether the change wrote something that the story has not taken back already; somebody may have edited it. */
export function stands(done: Done, fields?: readonly string[]): boolean {
  const { after, outcome, taken } = done
  if (outcome === 'skipped' || outcome === 'kept') return false
  if (isWhole(done)) {
    if (taken.whole) return false
    if (fields === undefined) return true
  }
  return Object.keys(after).some((key) => !taken.fields.includes(key) && (fields?.includes(key) ?? true))
}

/**
 * The inverse of one change, field by field: a field that somebody edited since is kept and named. Somebody
 * whom the sync created is taken out again only while they are as it left them.
 * @param fields only these fields; all of them when absent
 */
export function reverse(done: Done, fields?: readonly string[]): Reversal {
  if (isWhole(done) && done.taken.whole) return { outcome: 'kept', reason: TAKEN_BACK }
  switch (done.outcome) {
    case 'created':
    case 'restored':
      return fields ? reverseFields(done, fields) : removeAgain(done)
    case 'updated':
    case 'linked':
    case 'reversed':
      return withLink(done, reverseFields(done, fields), fields)
    case 'removed':
      return fields ? { outcome: 'kept', reason: NOT_WRITTEN } : putBack(done)
    case 'skipped':
    case 'kept':
      return { outcome: 'kept', reason: 'nothing was written' }
    default:
      return done.outcome satisfies never
  }
}

const FORMER_TAKEN = 'whom it was linked to before is linked to another HR record since'

function removeAgain(done: Done): Reversal {
  const { link, linkedElsewhere, now, versionLeft } = done
  if (!now) return { outcome: 'kept', reason: 'no longer there' }
  if (now.version !== versionLeft && !holdsWhatWasLeft(done, now.fields))
    return { outcome: 'kept', reason: 'edited since' }
  if (linkedElsewhere) return { outcome: 'kept', reason: 'linked to another HR record since' }
  if (link.changed && link.formerTaken) return { outcome: 'kept', reason: FORMER_TAKEN }
  return {
    outcome: 'removed',
    reason: null,
    before: now.fields,
    after: {},
    movesLink: link.changed && link.asLeft,
  }
}

/** Another version and the same values: what came after was taken back, a later sync by its own undo say. */
function holdsWhatWasLeft(done: Done, fields: RegisterFields): boolean {
  const left = Object.fromEntries(standing(done).filter(([, value]) => value !== null))
  const keys = new Set([...Object.keys(left), ...Object.keys(fields)])
  return [...keys].every((key) => sameValue(left[key] ?? null, fields[key] ?? null))
}

/** Not beside somebody who took their place: the HR record, or the person, would have two stakeholders. */
function putBack({ before, knownAgain, link, now }: Done): Reversal {
  if (now) return { outcome: 'kept', reason: 'there again since' }
  if (knownAgain)
    return { outcome: 'kept', reason: 'somebody with the same email or number is in the register since' }
  if (link.exists && !link.asLeft)
    return { outcome: 'kept', reason: 'the HR record is linked to somebody else since' }
  return { outcome: 'restored', reason: null, before: {}, after: before, movesLink: link.changed }
}

/** A link goes back only together with the last of all values that came with it. */
function withLink(done: Done, reversal: Reversal, fields?: readonly string[]): Reversal {
  const { after, link, now, outcome } = done
  const linkOnly = Object.keys(after).length === 0
  if (!now || !link.changed || (linkOnly && fields)) return reversal
  const isAll =
    linkOnly || (reversal.outcome !== 'kept' && Object.keys(reversal.after).length === standing(done).length)
  if (!isAll) return reversal
  // What the sync wrote can be taken back wherever the record is linked by now, but never written anew.
  if (!link.asLeft)
    return outcome === 'updated'
      ? reversal
      : { outcome: 'kept', reason: 'the HR record is linked to somebody else since' }
  if (link.formerTaken) return { outcome: 'kept', reason: FORMER_TAKEN }
  return reversal.outcome === 'kept'
    ? { outcome: 'reversed', reason: null, before: {}, after: {}, movesLink: true }
    : { ...reversal, movesLink: true }
}

const standing = ({ after, taken }: Done): [string, FieldValue | null][] =>
  Object.entries(after).filter(([key]) => !taken.fields.includes(key))

function reverseFields(done: Done, only?: readonly string[]): Reversal {
  if (!done.now) return { outcome: 'kept', reason: 'no longer there' }
  const before: Record<string, FieldValue | null> = {}
  const after: Record<string, FieldValue | null> = {}
  const kept: string[] = []
  for (const [key, written] of standing(done)) {
    if (only && !only.includes(key)) continue
    const current = done.now.fields[key] ?? null
    if (!sameValue(current, written)) {
      kept.push(key)
      continue
    }
    before[key] = current
    after[key] = done.before[key] ?? null
  }
  const reason = kept.length > 0 ? `edited since: ${kept.join(', ')}` : null
  if (Object.keys(after).length === 0) {
    const wasWritten = Object.keys(done.after).some((key) => only?.includes(key) ?? true)
    return { outcome: 'kept', reason: reason ?? (wasWritten ? TAKEN_BACK : NOT_WRITTEN) }
  }
  return { outcome: 'reversed', reason, before, after, movesLink: false }
}
