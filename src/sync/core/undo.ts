import type { FieldValue, FieldValues, JournalOutcome, RegisterFields } from '../../model.ts'
import { sameValue } from './diff.ts'

/** One change that a sync made, and the register row it touched as it stands now (`null`: not there). */
export type Done = {
  outcome: JournalOutcome
  reason: string | null
  before: FieldValues
  after: FieldValues
  versionAfter: number | null
  now: { version: number; fields: RegisterFields } | null
  /** Another HR record, or another connection, has been linked to this stakeholder since. */
  linkedElsewhere: boolean
}

/** What undoing does with it. `before` is what stands now, `after` what will. */
export type Reversal =
  | {
      outcome: 'reversed' | 'removed' | 'restored'
      reason: string | null
      before: FieldValues
      after: FieldValues
    }
  | { outcome: 'kept'; reason: string }

/**
 * The inverse of one change, field by field: a field that somebody edited since is kept and named. Somebody
 * whom the sync created is taken out again only while nobody has touched them.
 * @param fields only these fields; all of them when absent
 */
export function reverse(done: Done, fields?: readonly string[]): Reversal {
  switch (done.outcome) {
    case 'created':
    case 'restored':
      return fields ? reverseFields(done, fields) : removeAgain(done)
    case 'updated':
    case 'reversed':
      return reverseFields(done, fields)
    case 'linked':
      return { outcome: 'reversed', reason: null, before: {}, after: {} }
    case 'removed':
      return done.now
        ? { outcome: 'kept', reason: 'there again since' }
        : { outcome: 'restored', reason: null, before: {}, after: done.before }
    case 'skipped':
    case 'kept':
      return { outcome: 'kept', reason: 'nothing was written' }
    default:
      return done.outcome satisfies never
  }
}

function removeAgain(done: Done): Reversal {
  if (!done.now) return { outcome: 'kept', reason: 'no longer there' }
  if (done.now.version !== done.versionAfter) return { outcome: 'kept', reason: 'edited since' }
  if (done.linkedElsewhere) return { outcome: 'kept', reason: 'linked to another HR record since' }
  return { outcome: 'removed', reason: null, before: done.now.fields, after: {} }
}

function reverseFields(done: Done, only?: readonly string[]): Reversal {
  if (!done.now) return { outcome: 'kept', reason: 'no longer there' }
  const before: Record<string, FieldValue | null> = {}
  const after: Record<string, FieldValue | null> = {}
  const kept: string[] = []
  for (const [key, written] of Object.entries(done.after)) {
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
  if (Object.keys(after).length === 0)
    return { outcome: 'kept', reason: reason ?? 'these fields were not written' }
  return { outcome: 'reversed', reason, before, after }
}
