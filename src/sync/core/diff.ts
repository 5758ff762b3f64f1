import type { FieldChange, FieldValue, FieldValues, RegisterFields } from '../../model.ts'
import type { MappedField } from './mapping.ts'

/**
 * What a person said about a field, by what HR stated and what we had last written. Another value of either asks again:
 * once the answer was written, or HR has moved on and a sync followed, the same value of HR's is another question. So
 * does an edit of the register after HR's side was taken: nobody has seen that it would be written over.
 */
export type FieldDecisions = Readonly<Record<string, FieldDecision>>
export type FieldDecision = {
  verdict: 'hr' | 'register'
  hrValue: FieldValue | null
  base: FieldValue | null
  registerValue: FieldValue | null
}

export type Diff = {
  /** What is to be written: the same keys on both sides. */
  before: FieldValues
  after: FieldValues
  /** HR and the register both moved away from what we last wrote, or the field's owner is "always ask". */
  undecided: Readonly<Record<string, FieldChange>>
}

/**
 * Three-way, field by field: `base` is what we last wrote, `ours` the register now, `theirs` HR now.
 * Without a base (never synced) HR and register simply differ, and the field's owner decides.
 */
export function diffFields(
  fields: readonly MappedField[],
  ours: RegisterFields,
  base: RegisterFields | null,
  decisions: FieldDecisions = {},
): Diff {
  const before: Record<string, FieldValue | null> = {}
  const after: Record<string, FieldValue | null> = {}
  const undecided: Record<string, FieldChange> = {}
  const leaving = leavingKeys(fields)
  for (const { key, owner, mayClear, theirs } of fields) {
    if (theirs === 'unread' || owner === 'register') continue
    const current = ours[key] ?? null
    if (sameField(key, current, theirs)) continue
    if (theirs === null && !mayClear) continue
    if (owner === 'fill' && current !== null) continue
    const last = base === null ? undefined : (base[key] ?? null)
    // HR did not move; the register's edit stands. Not over somebody's leaving: that is never passed over in silence.
    const isEdited = last !== undefined && sameField(key, last, theirs)
    if (isEdited && owner !== 'ask' && !leaving.includes(key)) continue
    const registerMoved = last !== undefined && !sameField(key, last, current)
    if (owner === 'ask' || registerMoved) {
      const decision = decisions[key]
      const answered = decision !== undefined && holds(decision, { theirs, last: last ?? null, current })
      if (!answered) undecided[key] = { before: current, after: theirs }
      if (!answered || decision.verdict === 'register') continue
    }
    before[key] = current
    after[key] = theirs
  }
  return { before, after, undecided }
}

/** Of somebody who leaves, the fields that say so: an edit of the register never passes them over in silence. */
export const leavingKeys = (fields: readonly MappedField[]): readonly string[] =>
  fields.some(({ key, theirs }) => key === 'status' && theirs === 'left') ? ['status', 'endDate'] : []

type Sides = Record<'theirs' | 'last' | 'current', FieldValue | null>

const holds = ({ verdict, hrValue, base, registerValue }: FieldDecision, { theirs, last, current }: Sides) =>
  sameValue(hrValue, theirs) &&
  sameValue(base, last) &&
  (verdict === 'register' || sameValue(registerValue, current))

/** As `sameValue`, but the same mailbox in other capitals is the same email: no reason to rewrite it. */
export function sameField(key: string, a: FieldValue | null, b: FieldValue | null): boolean {
  const isEmail = key === 'workEmail' || key === 'personalEmail'
  if (!isEmail || typeof a !== 'string' || typeof b !== 'string') return sameValue(a, b)
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}

/** Equal as people see it: lists by their members in order, everything else by value. */
export function sameValue(a: FieldValue | null, b: FieldValue | null): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b)) return false
  return a.length === b.length && a.every((item, index) => item === b[index])
}
