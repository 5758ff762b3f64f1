import type { FieldValue, RegisterFields } from '../../model.ts'
import type { Match } from './candidate.ts'
import { leavingKeys, sameField } from './diff.ts'
import type { MappedField } from './mapping.ts'

/**
 * At a first match HR and register simply differ, and the owner decides. Not so where the stakeholder was written to under
 * another record, of an HR system that was disconnected since or of an earlier contract: an edit of the register stood
 * there, and as long as this record says what that one had said, it goes on standing.
 * @returns the other fields, and what HR says of those that are kept: the base of the next comparison
 */
export function apartFromEdits(
  fields: readonly MappedField[],
  { fields: ours, formerBase }: Match,
): { others: readonly MappedField[]; kept: RegisterFields } {
  if (formerBase === null) return { others: fields, kept: {} }
  const kept: Record<string, FieldValue> = {}
  const leaving = leavingKeys(fields)
  const others = fields.filter(({ key, owner, theirs }) => {
    if (theirs === 'unread' || theirs === null || owner === 'ask' || leaving.includes(key)) return true
    const isEdited =
      sameField(key, formerBase[key] ?? null, theirs) && !sameField(key, ours[key] ?? null, theirs)
    if (isEdited) kept[key] = theirs
    return !isEdited
  })
  return { others, kept }
}
